package loom.model;

import loom.graph.Shape;
import loom.numeric.F32;

/**
 * Factors of {@link Rope}: {@code [length, 2·half]}, each row one position; see {@link Angles}.
 *
 * @param half number of pairs
 */
record RopeTable(int length, float base, int half, boolean interleaved, RopeScaling scaling) {
    enum Part {
        COSINES,
        /** Those of the first of each pair negative. */
        SINES
    }

    Tensor of(Part part) {
        float[] values = new float[Shape.of(length, 2 * half).elements(1)];
        for (int i = 0; i < half; i++) {
            float frequency = scaling.scaled(Angles.frequency(base, i, half));
            int first = interleaved ? 2 * i : i;
            int second = interleaved ? 2 * i + 1 : i + half;
            for (int p = 0; p < length; p++) {
                int row = p * 2 * half;
                boolean cosine = part == Part.COSINES;
                float v = cosine ? Angles.cos(p, frequency) : Angles.sin(p, frequency);
                values[row + first] = cosine ? v : F32.neg(v);
                values[row + second] = v;
            }
        }
        return new Tensor(Shape.of(length, 2 * half), values);
    }
}
