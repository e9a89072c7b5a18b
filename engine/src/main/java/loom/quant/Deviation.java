package loom.quant;

import loom.format.JsonWriter;

/**
 * How far numbers are from what they should be.
 *
 * @param elements compared
 * @param square mean square of the differences
 * @param largest largest magnitude of a difference
 * @param signal mean square of what they should be
 */
public record Deviation(long elements, double square, double largest, double signal) {
    /** Root of the mean square of the differences. */
    public double root() {
        return Math.sqrt(square);
    }

    /** That as a part of the root of the mean square of what they should be; 0 where nothing differs. */
    public double relative() {
        return square == 0 ? 0 : Math.sqrt(square / signal);
    }

    public static Deviation of(float[] expected, float[] found) {
        Sum sum = new Sum();
        sum.add(expected, found);
        return sum.deviation();
    }

    void write(JsonWriter w) {
        w.key("relative_error").rounded(relative());
        w.key("root_mean_square_error").rounded(root());
        w.key("largest_error").rounded(largest);
    }

    /** Of numbers that come piece by piece. */
    static final class Sum {
        private long elements;
        private double square;
        private double largest;
        private double signal;

        void add(float[] expected, float[] found) {
            for (int i = 0; i < expected.length; i++) {
                double e = (double) found[i] - expected[i];
                square += e * e;
                largest = Math.max(largest, Math.abs(e));
                signal += (double) expected[i] * expected[i];
            }
            elements += expected.length;
        }

        Deviation deviation() {
            return new Deviation(elements, square / elements, largest, signal / elements);
        }
    }
}
