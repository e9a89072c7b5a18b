package loom.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Answers in which every output is a question of its own: yes from probability 0.5 up, that is from logit 0 up.
 *
 * @param correct outputs that are right
 * @param counts of every output
 */
public record Multilabel(int rows, int correct, List<Counts> counts) implements Metrics.Decisions {
    public Multilabel {
        counts = List.copyOf(counts);
    }

    static Multilabel of(Answers a) {
        int rows = a.counted();
        List<Counts> counts = new ArrayList<>();
        int wrong = 0;
        for (int i = 0; i < a.width(); i++) {
            Counts c = counts(a, i);
            counts.add(c);
            wrong += c.falsePositive() + c.falseNegative();
        }
        return new Multilabel(rows, rows * a.width() - wrong, counts);
    }

    private static Counts counts(Answers a, int i) {
        int truePositive = 0;
        int falsePositive = 0;
        int falseNegative = 0;
        for (int row = 0; row < a.rows(); row++) {
            boolean is = a.target(row, i) >= 0.5f;
            boolean yes = a.isYes(a.output(row, i));
            if (!a.counts(row)) {
                continue;
            }
            truePositive += yes && is ? 1 : 0;
            falsePositive += yes && !is ? 1 : 0;
            falseNegative += !yes && is ? 1 : 0;
        }
        return new Counts(truePositive, falsePositive, falseNegative);
    }

    /** Share of outputs that are right. */
    public float accuracy() {
        return Counts.share(correct, rows * counts.size());
    }
}
