package loom.numeric.scalar;

import static loom.numeric.Coefficients.*;

import loom.numeric.Domain;

/** Lane code of the power function; {@link loom.numeric.F32} explains the formulas. */
final class PowerCode {
    private PowerCode() {}

    static int pow(ScalarBuilder b, int x, int y) {
        int zero = b.constF(0f);
        int one = b.constF(1f);
        int half = b.constF(0.5f);
        int xZero = b.feq(x, zero);
        int base = b.select(xZero, one, b.fabs(x));
        int from = b.constBits(SQRT_HALF_BITS);
        int d = b.isub(base, from);
        int e = b.i2f(b.shrS(d, 23));
        int m = b.iadd(b.and(d, b.constBits(0x7fffff)), from);
        int factor = ExponentialCode.table(b, m, POW_BOUND, POW_FACTOR);
        int mh = ExponentialCode.upperHalf(b, m);
        int r = b.fadd(b.fsub(b.fmul(mh, factor), one), b.fmul(b.fsub(m, mh), factor));
        int head = b.fadd(b.fmul(e, b.constF(LN2_PRODUCT_HIGH)), ExponentialCode.table(b, m, POW_BOUND, POW_LOG_HIGH));
        int tail = b.fadd(b.fmul(e, b.constF(LN2_PRODUCT_LOW)), ExponentialCode.table(b, m, POW_BOUND, POW_LOG_LOW));
        int h1 = b.fadd(head, r);
        int l1 = b.fsub(r, b.fsub(h1, head));
        int rh = ExponentialCode.upperHalf(b, r);
        int square = b.fmul(b.fmul(rh, rh), half);
        int squareLow = b.fmul(b.fmul(b.fsub(r, rh), b.fadd(r, rh)), half);
        int h2 = b.fsub(h1, square);
        int l2 = b.fsub(b.fsub(h1, h2), square);
        int cubic = b.fmul(b.fmul(b.horner(r, LOG_NARROW), r), b.fmul(r, r));
        int l = b.fadd(b.fadd(b.fsub(cubic, squareLow), b.fadd(l1, l2)), tail);
        int log = b.fadd(h2, l);
        int logLow = b.fsub(l, b.fsub(log, h2));
        int exponent =
                b.select(b.iltS(b.fabs(y), b.constF(0x1p-32f)), zero, ExponentialCode.clamp(b, y, -0x1p32f, 0x1p32f));
        int eh = ExponentialCode.upperHalf(b, exponent);
        int el = b.fsub(exponent, eh);
        int lh = ExponentialCode.upperHalf(b, log);
        int ll = b.fsub(log, lh);
        int p = b.fmul(exponent, log);
        int pLow = b.fadd(b.fsub(b.fmul(eh, lh), p), b.fmul(eh, ll));
        pLow = b.fadd(b.fadd(pLow, b.fmul(el, lh)), b.fmul(el, ll));
        pLow = b.fadd(pLow, b.fmul(exponent, logLow));
        int inside = b.iltS(b.fabs(p), b.constF(45f));
        int c = ExponentialCode.clamp(b, p, -45f, 45f);
        int t = ExponentialCode.rounded(b, c);
        int s = ExponentialCode.expFraction(b, c, b.select(inside, pLow, zero), t);
        int result = b.fmul(b.fadd(one, s), ExponentialCode.powerOfTwo(b, t));
        int whole = b.ffloor(y);
        int wholeHalf = b.fmul(whole, half);
        int odd = b.flt(b.ffloor(wholeHalf), wholeHalf);
        int xNegative = b.flt(x, zero);
        int undefinedBits = b.constBits(Domain.UNDEFINED_BITS);
        int signed = b.xor(result, b.and(b.and(xNegative, odd), b.constBits(0x80000000)));
        int power = b.roundD(signed);
        power = b.select(b.and(xNegative, b.flt(whole, y)), undefinedBits, power);
        int ofZero = b.select(b.flt(y, zero), undefinedBits, b.select(b.feq(y, zero), one, zero));
        return b.select(xZero, ofZero, power);
    }
}
