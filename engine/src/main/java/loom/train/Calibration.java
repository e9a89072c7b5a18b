package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.numeric.F32;

/**
 * Whether probabilities mean what they say: of the answers given with confidence 0.8, are 80 % right? Of classes the confidence is the
 * answer's probability, and right is the answer; of questions it is the probability of yes, and right is yes.
 *
 * @param bins equal ranges of confidence, upper bounds included
 * @param expectedError {@code Σ nᵇ/n·|accᵇ − confᵇ|} over the bins (ECE, Guo et al. 2017)
 * @param largestError of a bin that is not empty
 * @param brier mean over the rows of {@code Σ(p − t)²} (Brier 1950)
 * @param surest answers that are wrong, the most confident first, of equals the first
 */
public record Calibration(List<Bin> bins, float expectedError, float largestError, float brier, List<Wrong> surest) {
    /** As many as Guo et al. have. */
    public static final int BINS = 15;

    public Calibration {
        bins = List.copyOf(bins);
        surest = List.copyOf(surest);
    }

    /**
     * @param upTo end of the range
     * @param confidence mean of the bin's; 0 if it is empty
     * @param right share of its rows; 0 if it is empty
     */
    public record Bin(float upTo, int rows, float confidence, float right) {}

    /** A wrong answer: the row, what it is, what was answered. Of questions {@code row} is row times outputs plus output. */
    public record Wrong(int row, int truth, int answer, float confidence) {}

    /** Of rows that are one class each. {@code most}: how many of the surest wrong answers to name. */
    static Calibration classes(Answers a, boolean labels, int most) {
        Counter counter = new Counter(most);
        for (int row = 0; row < a.rows(); row++) {
            if (!a.counts(row)) {
                continue;
            }
            float[] p = probabilities(a, row);
            int truth = labels ? (int) a.targets()[row] : a.largestTarget(row);
            int answer = 0;
            double brier = 0;
            for (int i = 0; i < p.length; i++) {
                answer = a.output(row, i) > a.output(row, answer) ? i : answer;
                double t = labels ? i == truth ? 1 : 0 : a.target(row, i);
                brier += (p[i] - t) * (p[i] - t);
            }
            counter.add(p[answer], answer == truth, brier);
            if (answer != truth) {
                counter.wrong(new Wrong(row, truth, answer, p[answer]));
            }
        }
        return counter.result();
    }

    /** Of outputs that are a question each. */
    static Calibration questions(Answers a, int most) {
        Counter counter = new Counter(most);
        for (int row = 0; row < a.rows(); row++) {
            for (int i = 0; i < a.width() && a.counts(row); i++) {
                float p = a.areLogits() ? F32.sigmoid(a.output(row, i)) : a.output(row, i);
                boolean is = a.target(row, i) >= 0.5f;
                boolean yes = p >= 0.5f;
                counter.add(p, is, ((double) p - a.target(row, i)) * ((double) p - a.target(row, i)));
                if (is != yes) {
                    counter.wrong(new Wrong(row * a.width() + i, is ? 1 : 0, yes ? 1 : 0, yes ? p : F32.sub(1, p)));
                }
            }
        }
        return counter.result();
    }

    /** Softmax with the machine's exponential; the sum runs over the classes in order. */
    private static float[] probabilities(Answers a, int row) {
        float[] p = new float[a.width()];
        float largest = a.output(row, 0);
        for (int i = 0; i < p.length; i++) {
            p[i] = a.output(row, i);
            largest = Math.max(largest, p[i]);
        }
        if (!a.areLogits()) {
            return p;
        }
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = F32.exp(F32.sub(p[i], largest));
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] = (float) (p[i] / sum);
        }
        return p;
    }

    private static final class Counter {
        private final int[] rows = new int[BINS];
        private final int[] right = new int[BINS];
        private final double[] confidence = new double[BINS];
        private final List<Wrong> surest = new ArrayList<>();
        private final int most;
        private double brier;
        private int n;

        Counter(int most) {
            this.most = most;
        }

        void add(float p, boolean isRight, double squares) {
            int bin = 0;
            while (bin < BINS - 1 && p > upTo(bin)) {
                bin++;
            }
            rows[bin]++;
            right[bin] += isRight ? 1 : 0;
            confidence[bin] += p;
            brier += squares;
            n++;
        }

        void wrong(Wrong w) {
            int at = surest.size();
            while (at > 0 && surest.get(at - 1).confidence() < w.confidence()) {
                at--;
            }
            if (at < most) {
                surest.add(at, w);
                if (surest.size() > most) {
                    surest.remove(most);
                }
            }
        }

        private static float upTo(int bin) {
            return (float) ((bin + 1.0) / BINS);
        }

        Calibration result() {
            List<Bin> bins = new ArrayList<>();
            double error = 0;
            double largest = 0;
            for (int b = 0; b < BINS; b++) {
                double mean = rows[b] == 0 ? 0 : confidence[b] / rows[b];
                double share = rows[b] == 0 ? 0 : (double) right[b] / rows[b];
                bins.add(new Bin(upTo(b), rows[b], (float) mean, (float) share));
                error += rows[b] * Math.abs(share - mean);
                largest = Math.max(largest, Math.abs(share - mean));
            }
            int rowsOr1 = Math.max(1, n);
            return new Calibration(bins, (float) (error / rowsOr1), (float) largest, (float) (brier / rowsOr1), surest);
        }
    }
}
