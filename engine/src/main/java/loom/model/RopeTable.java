package loom.model;

import loom.graph.Shape;
import loom.numeric.Domain;
import loom.numeric.F32;

/**
 * Factors of {@link Rope}: {@code [length, 2·half]}, each row one position.
 *
 * <p>Arithmetic: the frequency of pair i is {@code 1/base^(2i/d)} in f32, with the quotient 2i/d rounded, as other software has it. The
 * angle p·frequency is exact: whole numbers below 2^24 times f32 have 48 bits, which a double holds, and so do two f32, a and the small
 * rest b. Sine and cosine are those of a and b, whose own reduction is exact ({@link F32#sin}), combined by the addition theorems. So the
 * error is about one unit of the last place at any position.
 *
 * @param half number of pairs
 */
record RopeTable(int length, float base, int half, boolean interleaved) {
    enum Part {
        COSINES,
        /** Those of the first of each pair negative. */
        SINES
    }

    Tensor of(Part part) {
        float[] values = new float[Shape.of(length, 2 * half).elements(1)];
        for (int i = 0; i < half; i++) {
            float frequency = frequency(i);
            int first = interleaved ? 2 * i : i;
            int second = interleaved ? 2 * i + 1 : i + half;
            for (int p = 0; p < length; p++) {
                int row = p * 2 * half;
                boolean cosine = part == Part.COSINES;
                float v = cosine ? cos(p, frequency) : sin(p, frequency);
                values[row + first] = cosine ? v : F32.neg(v);
                values[row + second] = v;
            }
        }
        return new Tensor(Shape.of(length, 2 * half), values);
    }

    private float frequency(int pair) {
        return F32.div(1, F32.pow(base, F32.div(pair, half)));
    }

    private static float cos(int position, float frequency) {
        double angle = (double) position * frequency;
        float a = (float) angle;
        float b = rest(angle, a);
        return F32.sub(F32.mul(F32.cos(a), F32.cos(b)), F32.mul(F32.sin(a), F32.sin(b)));
    }

    private static float sin(int position, float frequency) {
        double angle = (double) position * frequency;
        float a = (float) angle;
        float b = rest(angle, a);
        return F32.add(F32.mul(F32.sin(a), F32.cos(b)), F32.mul(F32.cos(a), F32.sin(b)));
    }

    private static float rest(double angle, float a) {
        return Domain.roundD((float) (angle - a));
    }
}
