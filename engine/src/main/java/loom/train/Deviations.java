package loom.train;

import java.util.ArrayList;
import java.util.List;

/**
 * How far answers that are numbers are from what they should be: {@code 100·|y − t|/|t|} percent, and {@code 100·|y − t|} where t is as
 * good as 0. A measure for values with a scale of their own; class numbers have none, {@link Classification} is for those.
 *
 * @param counts of answers in each of {@link #BOUNDS}' ranges, upper bounds included, and beyond the last
 * @param mean of the percentages
 * @param score mean of {@code max(0, 100 − percentage)}: 100 if all answers are right
 * @param exact answers that are right to the bit
 * @param worst of them, the farthest first, of equals the first
 */
public record Deviations(List<Integer> counts, float mean, float score, int exact, List<Far> worst) {
    /** Ends of the ranges, in percent; the first begins at 0. */
    public static final List<Integer> BOUNDS = List.of(10, 20, 30, 40, 50, 100);

    /** Targets below it are as good as 0: their percentages would say nothing. */
    private static final double NOTHING = 1e-10;

    public Deviations {
        counts = List.copyOf(counts);
        worst = List.copyOf(worst);
    }

    /** An answer: which row, which of its outputs. */
    public record Far(int row, int output, float target, float answer, float percent) {}

    /** {@code most}: how many of the worst answers to name. */
    public static Deviations of(Answers a, int most) {
        int[] counts = new int[BOUNDS.size() + 1];
        double sum = 0;
        double score = 0;
        int exact = 0;
        int n = 0;
        List<Far> worst = new ArrayList<>();
        for (int row = 0; row < a.rows(); row++) {
            for (int i = 0; i < a.width() && a.counts(row); i++) {
                Far far = new Far(
                        row, i, a.target(row, i), a.output(row, i), percent(a.target(row, i), a.output(row, i)));
                counts[range(far.percent())]++;
                sum += far.percent();
                score += Math.max(0, 100.0 - far.percent());
                exact += far.target() == far.answer() ? 1 : 0;
                n++;
                keep(worst, far, most);
            }
        }
        List<Integer> all = new ArrayList<>();
        for (int count : counts) {
            all.add(count);
        }
        return new Deviations(all, n == 0 ? 0 : (float) (sum / n), n == 0 ? 0 : (float) (score / n), exact, worst);
    }

    private static float percent(float target, float answer) {
        double difference = Math.abs((double) answer - target);
        double size = Math.abs((double) target);
        return (float) (size < NOTHING ? 100 * difference : 100 * difference / size);
    }

    private static int range(float percent) {
        int i = 0;
        while (i < BOUNDS.size() && percent > BOUNDS.get(i)) {
            i++;
        }
        return i;
    }

    private static void keep(List<Far> worst, Far far, int most) {
        int at = worst.size();
        while (at > 0 && worst.get(at - 1).percent() < far.percent()) {
            at--;
        }
        if (at < most) {
            worst.add(at, far);
            if (worst.size() > most) {
                worst.remove(most);
            }
        }
    }

    /** As in {@code 10-20%} and {@code 100%+}. */
    public static String label(int range) {
        int from = range == 0 ? 0 : BOUNDS.get(range - 1);
        return range == BOUNDS.size() ? from + "%+" : from + "-" + BOUNDS.get(range) + "%";
    }
}
