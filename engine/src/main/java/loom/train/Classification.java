package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Words;

/**
 * Answers that name one class. The answer is the class with the largest output; of equals the lowest index counts.
 *
 * @param truths class of every row
 * @param answers of every row
 * @param places how often the right class had the largest output, the second largest, and so on
 */
public record Classification(Words truths, Words answers, List<Integer> places) implements Metrics.Decisions {
    public Classification {
        places = List.copyOf(places);
    }

    static Classification of(Answers a, boolean labels) {
        int classes = a.width();
        int[] truths = new int[a.counted()];
        int[] answers = new int[truths.length];
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
            truths[rows] = truth;
            answers[rows] = answer;
            places[place]++;
            rows++;
        }
        return new Classification(Words.of(truths), Words.of(answers), list(places));
    }

    private static List<Integer> list(int[] values) {
        List<Integer> all = new ArrayList<>();
        for (int v : values) {
            all.add(v);
        }
        return List.copyOf(all);
    }

    @Override
    public int rows() {
        return truths.size();
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
        return Counts.share(among, rows());
    }

    /** {@code [truth][answer]}: how often. A table of classes times classes, so it is made only for who asks. */
    public List<List<Integer>> confusion() {
        int[][] often = new int[classes()][classes()];
        for (int row = 0; row < rows(); row++) {
            often[truths.get(row)][answers.get(row)]++;
        }
        List<List<Integer>> all = new ArrayList<>();
        for (int[] line : often) {
            all.add(list(line));
        }
        return all;
    }

    /** Of every class: yes is that class, no any other. */
    @Override
    public List<Counts> counts() {
        int[] right = new int[classes()];
        int[] truth = new int[classes()];
        int[] answer = new int[classes()];
        for (int row = 0; row < rows(); row++) {
            truth[truths.get(row)]++;
            answer[answers.get(row)]++;
            right[truths.get(row)] += truths.get(row) == answers.get(row) ? 1 : 0;
        }
        List<Counts> all = new ArrayList<>();
        for (int c = 0; c < classes(); c++) {
            all.add(new Counts(right[c], answer[c] - right[c], truth[c] - right[c]));
        }
        return all;
    }
}
