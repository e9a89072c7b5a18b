package loom.quant;

import java.util.Arrays;
import java.util.Optional;
import loom.numeric.Domain;
import loom.numeric.F32;
import loom.numeric.WeightType;

/**
 * The numbers that a block's values are rounded to: {@code (q − zero)·scale}.
 *
 * @param zero code of the zero point; 0 without one
 */
record Levels(WeightType type, boolean hasZero, float scale, int zero) {
    /** Clipping the largest values makes all others finer; it is tried down to half. */
    private static final int STEPS = 32;

    /**
     * The grid with the least squared error: for one and two bits exactly that (Rastegari et al. 2016; Li and Liu 2016), else the best of some
     * that clip more and more, the first of equals.
     */
    static Levels of(WeightType type, boolean hasZero, float[] values) {
        return switch (type) {
            case BINARY -> new Levels(type, false, mean(values, values.length), 0);
            case TERNARY -> ternary(values);
            case F16, BF16, F8_E4M3, F8_E5M2, F4, INT8, INT4 -> clipped(type, hasZero, values);
        };
    }

    /** The k largest magnitudes become ±their mean: the error is least where sum²/k is largest. */
    private static Levels ternary(float[] values) {
        float[] sorted = descending(values);
        double sum = 0;
        double best = 0;
        int kept = 0;
        for (int k = 1; k <= sorted.length; k++) {
            sum += sorted[k - 1];
            double gain = sum * sum / k;
            if (gain > best) {
                best = gain;
                kept = k;
            }
        }
        return new Levels(WeightType.TERNARY, false, kept == 0 ? 0 : mean(sorted, kept), 0);
    }

    private static float[] descending(float[] values) {
        float[] ascending = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            ascending[i] = Math.abs(values[i]);
        }
        Arrays.sort(ascending);
        float[] sorted = new float[values.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = ascending[sorted.length - 1 - i];
        }
        return sorted;
    }

    private static float mean(float[] values, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.abs(values[i]);
        }
        return Domain.roundD((float) (sum / count));
    }

    private static Levels clipped(WeightType type, boolean hasZero, float[] values) {
        float least = 0;
        float most = 0;
        for (float v : values) {
            least = Math.min(least, v);
            most = Math.max(most, v);
        }
        if (!hasZero) {
            Optional<Levels> exact = exact(type, scale(Math.max(most, F32.neg(least)), type.largest()), values);
            if (exact.isPresent()) {
                return exact.get();
            }
        }
        Levels best = new Levels(type, hasZero, 0, 0);
        double error = Double.POSITIVE_INFINITY;
        for (int step = STEPS; step > STEPS / 2; step--) {
            float part = (float) step / STEPS;
            Levels levels = hasZero
                    ? affine(type, least * part, most * part)
                    : new Levels(type, false, scale(Math.max(most, F32.neg(least)) * part, type.largest()), 0);
            double e = levels.squaredError(values);
            if (e < error) {
                error = e;
                best = levels;
            }
        }
        return best;
    }

    /** Of values that are multiples of a scale already: it is the quotient of the largest or, as that was rounded, a neighbour of it. */
    private static Optional<Levels> exact(WeightType type, float scale, float[] values) {
        for (int step = -1; step <= 1 && scale > 0; step++) {
            float near = Float.intBitsToFloat(Float.floatToRawIntBits(scale) + step);
            Levels levels = new Levels(type, false, Domain.roundD(near), 0);
            if (levels.squaredError(values) == 0) {
                return Optional.of(levels);
            }
        }
        return Optional.empty();
    }

    private static float scale(float extent, float steps) {
        return Domain.roundD(extent / steps);
    }

    private static Levels affine(WeightType type, float least, float most) {
        float steps = (1 << type.bits()) - 1;
        float scale = scale(most - least, steps);
        float zero = scale == 0 ? 0 : F32.neg(least) / scale - type.largest() - 1;
        return new Levels(type, true, scale, type.code(zero));
    }

    private double squaredError(float[] values) {
        double sum = 0;
        for (float v : values) {
            double e = (double) v - F32.mul(type.value(code(v)) - offset(), scale);
            sum += e * e;
        }
        return sum;
    }

    private float offset() {
        return hasZero ? type.value(zero) : 0;
    }

    /** The code of the nearest number of the levels. */
    int code(float v) {
        return type.code(scale == 0 ? offset() : v / scale + offset());
    }
}
