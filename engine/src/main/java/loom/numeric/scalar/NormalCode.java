package loom.numeric.scalar;

import static loom.numeric.Coefficients.*;

/** Lane code of the error function and GELU; {@link loom.numeric.F32} explains the formulas. */
final class NormalCode {
    private NormalCode() {}

    static int erf(ScalarBuilder b, int x) {
        int a = ExponentialCode.atMost(b, b.fabs(x), 4f);
        int rest = piecewise(b, a, ERF_BOUND, ERF_CENTRE, ERF_PIECE);
        int large = b.fadd(rest, ExponentialCode.table(b, a, ERF_BOUND, ERF_VALUE));
        int square = ExponentialCode.squareUnlessTiny(b, a);
        int small = b.fadd(b.fmul(b.horner(square, ERF_SMALL), a), a);
        int m = b.select(b.iltS(a, b.constF(0.8125f)), small, large);
        return b.roundD(ExponentialCode.withSign(b, m, x));
    }

    static int gelu(ScalarBuilder b, int x) {
        int half = b.constF(0.5f);
        int a = ExponentialCode.atMost(b, b.fabs(x), 9.3f);
        int ah = ExponentialCode.upperHalf(b, a);
        int al = b.fsub(a, ah);
        int high = b.flip(b.fmul(b.fmul(ah, ah), half));
        int low = b.flip(b.fmul(b.fmul(al, b.fadd(a, ah)), half));
        int t = ExponentialCode.rounded(b, high);
        int s = ExponentialCode.expFraction(b, high, low, t);
        int value = ExponentialCode.table(b, a, NORMAL_TAIL_BOUND, NORMAL_TAIL_VALUE);
        int rest = piecewise(b, a, NORMAL_TAIL_BOUND, NORMAL_TAIL_CENTRE, NORMAL_TAIL_PIECE);
        int p = b.fadd(value, rest);
        int pLow = b.fsub(rest, b.fsub(p, value));
        int part = b.fadd(b.fmul(p, s), pLow);
        int y = b.fadd(p, part);
        int yh = ExponentialCode.upperHalf(b, y);
        int yl = b.fadd(b.fsub(y, yh), b.fsub(part, b.fsub(y, p)));
        int product = b.fadd(b.fmul(yh, ah), b.fadd(b.fmul(yh, al), b.fmul(yl, a)));
        int tail = b.fmul(product, ExponentialCode.powerOfTwo(b, t));
        int large = b.select(b.flt(x, b.constF(0f)), b.flip(tail), b.fsub(x, tail));
        int square = ExponentialCode.squareUnlessTiny(b, a);
        int small = b.fmul(b.fadd(b.fmul(b.horner(square, NORMAL_SMALL), x), half), x);
        return b.roundD(b.select(b.iltS(a, b.constF(0.6875f)), small, large));
    }

    private static int piecewise(ScalarBuilder b, int x, float[] bounds, float[] centres, float[][] pieces) {
        int t = b.fsub(x, ExponentialCode.table(b, x, bounds, centres));
        int p = coefficient(b, x, bounds, pieces, 0);
        for (int power = 1; power < pieces[0].length; power++) {
            p = b.fadd(b.fmul(p, t), coefficient(b, x, bounds, pieces, power));
        }
        return p;
    }

    private static int coefficient(ScalarBuilder b, int x, float[] bounds, float[][] pieces, int power) {
        float[] entries = new float[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            entries[i] = pieces[i][power];
        }
        return ExponentialCode.table(b, x, bounds, entries);
    }
}
