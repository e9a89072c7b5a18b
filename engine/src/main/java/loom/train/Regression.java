package loom.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Answers that are numbers.
 *
 * @param meanAbsoluteError {@code mean |y − t|} over all outputs of all rows
 * @param meanSquaredError {@code mean (y − t)²}
 * @param r2 of every output {@code 1 − Σ(y − t)²/Σ(t − t̄)²}, the share of the targets' variance that is explained; where the targets do
 *     not vary it is 1 if they are met exactly, else 0
 */
public record Regression(int rows, float meanAbsoluteError, float meanSquaredError, List<Float> r2) implements Metrics {
    public Regression {
        r2 = List.copyOf(r2);
    }

    static Regression of(Answers a) {
        int rows = a.counted();
        double absolute = 0;
        double squares = 0;
        List<Float> r2 = new ArrayList<>();
        for (int i = 0; i < a.width(); i++) {
            double error = 0;
            double mean = mean(a, i, rows);
            double variance = 0;
            for (int row = 0; row < a.rows(); row++) {
                if (a.counts(row)) {
                    double e = (double) a.output(row, i) - a.target(row, i);
                    double d = a.target(row, i) - mean;
                    absolute += Math.abs(e);
                    error += e * e;
                    variance += d * d;
                }
            }
            squares += error;
            r2.add(variance > 0 ? (float) (1 - error / variance) : error == 0 ? 1f : 0f);
        }
        double n = Math.max(1.0, (double) rows * a.width());
        return new Regression(rows, (float) (absolute / n), (float) (squares / n), r2);
    }

    private static double mean(Answers a, int i, int rows) {
        double sum = 0;
        for (int row = 0; row < a.rows(); row++) {
            sum += a.counts(row) ? a.target(row, i) : 0;
        }
        return rows == 0 ? 0 : sum / rows;
    }

    /** Mean of the outputs' R². */
    public float meanR2() {
        double sum = 0;
        for (float r : r2) {
            sum += r;
        }
        return (float) (sum / r2.size());
    }
}
