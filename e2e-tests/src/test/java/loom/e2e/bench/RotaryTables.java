package loom.e2e.bench;

import java.util.function.DoubleUnaryOperator;
import loom.graph.Shape;
import loom.model.Tensor;

/**
 * Factors of rotary embeddings with the pairs in the halves of a head, base 10,000: {@code y = x·cosines + other half·sines}, the
 * sines of the first half negative. Exporters compute them before the model runs, too.
 */
final class RotaryTables {
    private static final double BASE = 10_000;

    private RotaryTables() {}

    static Tensor cosines(int length, int size) {
        return table(length, size, Math::cos, 1);
    }

    static Tensor sines(int length, int size) {
        return table(length, size, Math::sin, -1);
    }

    private static Tensor table(int length, int size, DoubleUnaryOperator f, int signOfFirst) {
        int half = size / 2;
        float[] values = new float[length * size];
        for (int position = 0; position < length; position++) {
            for (int pair = 0; pair < half; pair++) {
                float value = (float) f.applyAsDouble(position / Math.pow(BASE, (double) pair / half));
                values[position * size + pair] = signOfFirst * value;
                values[position * size + half + pair] = value;
            }
        }
        return new Tensor(Shape.of(length, size), values);
    }
}
