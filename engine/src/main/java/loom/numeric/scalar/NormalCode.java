package loom.numeric.scalar;

import static loom.numeric.Coefficients.*;

/** Lane code of the error function and GELU; {@link loom.numeric.F32} explains the formulas. */
final class NormalCode {
    private NormalCode() {}

    static int erf(ScalarBuilder b, int x) {
        int one = b.constF(1f);
        int a = ExponentialCode.atMost(b, b.fabs(x), 3.93f);
        int p = b.horner(a, ERFC_LOG);
        int t = ExponentialCode.rounded(b, p);
        int s = ExponentialCode.expFraction(b, p, t);
        int large = b.fsub(one, b.fmul(b.fadd(one, s), ExponentialCode.powerOfTwo(b, t)));
        int square = ExponentialCode.squareUnlessTiny(b, a);
        int small = b.fadd(b.fmul(b.horner(square, ERF_SMALL), a), a);
        int m = b.select(b.iltS(a, b.constF(1.25f)), small, large);
        return b.roundD(ExponentialCode.withSign(b, m, x));
    }

    static int gelu(ScalarBuilder b, int x) {
        int half = b.constF(0.5f);
        int a = ExponentialCode.atMost(b, b.fabs(x), 9.3f);
        int ah = ExponentialCode.upperHalf(b, a);
        int high = b.flip(b.fmul(b.fmul(ah, ah), half));
        int low = b.flip(b.fmul(b.fmul(b.fsub(a, ah), b.fadd(a, ah)), half));
        int t = ExponentialCode.rounded(b, high);
        int s = ExponentialCode.expFraction(b, high, low, t);
        int u = b.fdiv(b.constF(1f), b.fadd(a, b.constF(NORMAL_TAIL_SHIFT)));
        int g = b.fmul(b.horner(u, NORMAL_TAIL), ExponentialCode.powerOfTwo(b, t));
        int tail = b.fadd(b.fmul(g, s), g);
        int m = b.fmul(a, tail);
        return b.roundD(b.select(b.flt(x, b.constF(0f)), b.flip(m), b.fsub(x, m)));
    }
}
