package loom.model;

import loom.numeric.Domain;
import loom.numeric.F32;

/**
 * Sines and cosines of positions: of {@code p·f}, p a whole number from 0 to below 2^24, f one of the frequencies {@code base^(−2i/d)}.
 *
 * <p>Arithmetic: {@code f = 1/base^(2i/d)} in f32, with the quotient 2i/d rounded, as other software has it. p·f is exact: it has at most
 * 48 bits, which a double holds, and so do an f32 a and the rest b. Sine and cosine are those of a and of b, whose own reduction is
 * exact ({@link F32#sin}), by the addition theorems. So the error is about a unit of the last place of 1 at any position.
 */
final class Angles {
    private Angles() {}

    /** {@code base^(−2·pair/d)}, d twice {@code half}. */
    static float frequency(float base, int pair, int half) {
        return F32.div(1, F32.pow(base, F32.div(pair, half)));
    }

    static float cos(int position, float frequency) {
        double angle = (double) position * frequency;
        float a = (float) angle;
        float b = rest(angle, a);
        return F32.sub(F32.mul(F32.cos(a), F32.cos(b)), F32.mul(F32.sin(a), F32.sin(b)));
    }

    static float sin(int position, float frequency) {
        double angle = (double) position * frequency;
        float a = (float) angle;
        float b = rest(angle, a);
        return F32.add(F32.mul(F32.sin(a), F32.cos(b)), F32.mul(F32.cos(a), F32.sin(b)));
    }

    private static float rest(double angle, float a) {
        return Domain.roundD((float) (angle - a));
    }
}
