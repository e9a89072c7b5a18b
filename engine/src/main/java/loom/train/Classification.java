package loom.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Answers that name one class. The answer is the class with the largest output; of equals the lowest index counts.
 *
 * @param confusion {@code [truth][answer]}: how often
 * @param places how often the right class had the largest output, the second largest, and so on
 */
public record Classification(int rows, List<List<Integer>> confusion, List<Integer> places)
        implements Metrics.Decisions {
    public Classification {
        confusion = List.copyOf(confusion);
        places = List.copyOf(places);
    }

    static Classification of(Answers a, boolean labels) {
        int classes = a.width();
        int[][] confusion = new int[classes][classes];
        int[] places = new int[classes];
        int rows = 0;
        for (int row = 0; row < a.rows(); row++) {
            if (!a.counts(row)) {
                continue;
            }
            int truth = labels ? (int) a.targets()[row] : a.largestTarget(row);
            int answer = 0;
            int place = 0;
            for (int i = 0; i < classes; i++) {
                answer = a.output(row, i) > a.output(row, answer) ? i : answer;
                boolean before = a.output(row, i) > a.output(row, truth)
                        || i < truth && a.output(row, i) == a.output(row, truth);
                place += before ? 1 : 0;
            }
            confusion[truth][answer]++;
            places[place]++;
            rows++;
        }
        List<List<Integer>> all = new ArrayList<>();
        for (int[] line : confusion) {
            all.add(list(line));
        }
        return new Classification(rows, all, list(places));
    }

    private static List<Integer> list(int[] values) {
        List<Integer> all = new ArrayList<>();
        for (int v : values) {
            all.add(v);
        }
        return List.copyOf(all);
    }

    public int classes() {
        return places.size();
    }

    /** How many answers are right. */
    public int correct() {
        return places.get(0);
    }

    public float accuracy() {
        return topK(1);
    }

    /** Share of rows whose right class is among the {@code k} largest outputs. */
    public float topK(int k) {
        int among = 0;
        for (int i = 0; i < Math.min(k, classes()); i++) {
            among += places.get(i);
        }
        return Counts.share(among, rows);
    }

    /** Of every class: yes is that class, no any other. */
    @Override
    public List<Counts> counts() {
        List<Counts> all = new ArrayList<>();
        for (int c = 0; c < classes(); c++) {
            int right = confusion.get(c).get(c);
            int truths = 0;
            int answers = 0;
            for (int i = 0; i < classes(); i++) {
                truths += confusion.get(c).get(i);
                answers += confusion.get(i).get(c);
            }
            all.add(new Counts(right, answers - right, truths - right));
        }
        return all;
    }
}
