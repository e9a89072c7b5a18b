package loom.numeric.scalar;

import loom.numeric.Philox;

/** Lane code of the random number generator and its distributions; {@link Philox} explains them. */
public final class RandomCode {
    private RandomCode() {}

    /** Inputs key low, key high and four counters; outputs the four words of the block. */
    public static ScalarCode block() {
        ScalarBuilder b = new ScalarBuilder(6);
        return b.build(block(b));
    }

    private static int[] block(ScalarBuilder b) {
        int k0 = b.arg(0);
        int k1 = b.arg(1);
        int[] c = {b.arg(2), b.arg(3), b.arg(4), b.arg(5)};
        int m0 = b.constBits(Philox.MULTIPLIER_0);
        int m1 = b.constBits(Philox.MULTIPLIER_1);
        for (int round = 0; round < Philox.ROUNDS; round++) {
            c = new int[] {
                b.xor(b.xor(b.imulhiU(c[2], m1), c[1]), k0),
                b.imul(c[2], m1),
                b.xor(b.xor(b.imulhiU(c[0], m0), c[3]), k1),
                b.imul(c[0], m0)
            };
            k0 = b.iadd(k0, b.constBits(Philox.WEYL_0));
            k1 = b.iadd(k1, b.constBits(Philox.WEYL_1));
        }
        return c;
    }

    /** Argument 6 tells which word: its low two bits. */
    static int word(ScalarBuilder b) {
        int[] words = block(b);
        int index = b.arg(6);
        int zero = b.constBits(0);
        int even = b.ieq(b.and(index, b.constBits(1)), zero);
        int lower = b.ieq(b.and(index, b.constBits(2)), zero);
        return b.select(lower, b.select(even, words[0], words[1]), b.select(even, words[2], words[3]));
    }

    static int uniform(ScalarBuilder b, int word) {
        return b.fmul(b.i2f(b.shrU(word, 8)), b.constF(0x1p-24f));
    }

    static int openUniform(ScalarBuilder b, int word) {
        int odd = b.or(b.shl(b.shrU(word, 9), 1), b.constBits(1));
        return b.fmul(b.i2f(odd), b.constF(0x1p-24f));
    }

    /** Arguments: radius word, angle word, and the element, whose parity picks sine or cosine. */
    static int normal(ScalarBuilder b) {
        int log = b.call(ScalarFunction.LOG, openUniform(b, b.arg(0)));
        int radius = b.call(ScalarFunction.SQRT, b.roundD(b.fmul(log, b.constF(-2f))));
        int angle = b.roundD(b.fmul(uniform(b, b.arg(1)), b.constF(Philox.TURN)));
        int even = b.ieq(b.and(b.arg(2), b.constBits(1)), b.constBits(0));
        int wave = b.select(even, b.call(ScalarFunction.COS, angle), b.call(ScalarFunction.SIN, angle));
        return b.roundD(b.fmul(radius, wave));
    }
}
