package loom.numeric.scalar;

import static loom.numeric.Coefficients.*;

import loom.numeric.Domain;

/** Lane code of exp, log and what is made of them; {@link loom.numeric.F32} explains the formulas. */
final class ExponentialCode {
    private ExponentialCode() {}

    static int exp(ScalarBuilder b, int x) {
        int c = clamp(b, x, -43f, 34.7f);
        int t = rounded(b, c);
        int n = b.fsub(t, b.constF(ROUNDER));
        int r = b.fadd(b.fsub(c, b.fmul(n, b.constF(LN2_HIGH))), b.fmul(n, b.constF(LN2_LOW)));
        int y = b.fadd(b.fadd(b.fmul(b.horner(r, EXP), b.fmul(r, r)), r), b.constF(1f));
        int scaled = b.iadd(y, b.shl(t, 23));
        int limit = b.constF(0x1p50f);
        return b.roundD(b.select(b.flt(limit, scaled), limit, scaled));
    }

    /** x * log2(e) + ROUNDER. */
    static int rounded(ScalarBuilder b, int x) {
        return b.fadd(b.fmul(x, b.constF(LOG2_E)), b.constF(ROUNDER));
    }

    /** e^x / 2^n - 1. */
    static int expFraction(ScalarBuilder b, int x, int t) {
        int n = b.fsub(t, b.constF(ROUNDER));
        return expFractionOf(b, b.fsub(x, b.fmul(n, b.constF(LN2_HIGH))), b.fmul(n, b.constF(LN2_LOW)));
    }

    /** e^(x + low) / 2^n - 1. */
    static int expFraction(ScalarBuilder b, int x, int low, int t) {
        int n = b.fsub(t, b.constF(ROUNDER));
        int v = b.fadd(b.fmul(n, b.constF(LN2_LOW)), low);
        return expFractionOf(b, b.fsub(x, b.fmul(n, b.constF(LN2_HIGH))), v);
    }

    private static int expFractionOf(ScalarBuilder b, int u, int v) {
        int r = b.fadd(u, v);
        int rest = b.fadd(b.fsub(u, r), v);
        return b.fadd(b.fadd(b.fmul(b.horner(r, EXP), b.fmul(r, r)), rest), r);
    }

    static int powerOfTwo(ScalarBuilder b, int t) {
        return b.shl(b.iadd(t, b.constBits(127)), 23);
    }

    /** e^x in two parts, from its fraction s = e^x / 2^n - 1: {high, low}. */
    private static int[] twoParts(ScalarBuilder b, int s, int scale) {
        int one = b.constF(1f);
        int y = b.fadd(one, s);
        return new int[] {b.fmul(y, scale), b.fmul(b.fsub(s, b.fsub(y, one)), scale)};
    }

    static int logistic(ScalarBuilder b, int x) {
        int one = b.constF(1f);
        int a = b.flip(atMost(b, b.fabs(x), 48f));
        int t = rounded(b, a);
        int[] e = twoParts(b, expFraction(b, a, t), powerOfTwo(b, t));
        int d = b.fadd(one, e[0]);
        int dLow = b.fadd(b.fsub(e[0], b.fsub(d, one)), e[1]);
        int negative = b.flt(x, b.constF(0f));
        int top = b.select(negative, e[0], one);
        int topLow = b.select(negative, e[1], b.constF(0f));
        int q = b.fdiv(top, d);
        int inverse = b.select(negative, b.fsub(one, q), q);
        int rest = remainder(b, top, q, d);
        return b.fadd(q, b.fmul(b.fsub(b.fadd(rest, topLow), b.fmul(q, dLow)), inverse));
    }

    static int silu(ScalarBuilder b, int x) {
        int low = b.constF(-48f);
        return b.roundD(b.fmul(b.select(b.flt(x, low), low, x), logistic(b, x)));
    }

    private static int remainder(ScalarBuilder b, int a, int q, int d) {
        int qh = upperHalf(b, q);
        int ql = b.fsub(q, qh);
        int dh = upperHalf(b, d);
        int dl = b.fsub(d, dh);
        int r = b.fsub(b.fsub(a, b.fmul(qh, dh)), b.fmul(qh, dl));
        return b.fsub(b.fsub(r, b.fmul(ql, dh)), b.fmul(ql, dl));
    }

    static int tanh(ScalarBuilder b, int x) {
        int one = b.constF(1f);
        int a = atMost(b, b.fabs(x), 10f);
        int minus = b.flip(b.fadd(a, a));
        int t = rounded(b, minus);
        int[] e = twoParts(b, expFraction(b, minus, t), powerOfTwo(b, t));
        int d = b.fadd(one, e[0]);
        int dLow = b.fadd(b.fsub(e[0], b.fsub(d, one)), e[1]);
        int q = b.fdiv(b.fadd(e[0], e[0]), d);
        int qLow = b.fmul(b.fsub(b.fadd(e[1], e[1]), b.fmul(q, dLow)), b.fsub(one, b.fmul(q, b.constF(0.5f))));
        int h = b.fsub(one, q);
        int large = b.fadd(h, b.fsub(b.fsub(b.fsub(one, h), q), qLow));
        int z = squareUnlessTiny(b, a);
        int small = b.fadd(b.fmul(b.fmul(b.horner(z, TANH), z), a), a);
        return withSign(b, b.select(b.iltS(a, b.constF(0.625f)), small, large), x);
    }

    static int softplus(ScalarBuilder b, int x) {
        int zero = b.constF(0f);
        int half = b.constF(0.5f);
        int a = b.flip(atMost(b, b.fabs(x), 43f));
        int one = b.constF(1f);
        int t = rounded(b, a);
        int n = b.fsub(t, b.constF(ROUNDER));
        int u = b.fsub(a, b.fmul(n, b.constF(LN2_HIGH)));
        int v = b.fmul(n, b.constF(LN2_LOW));
        int r = b.fadd(u, v);
        int q = b.fadd(b.fmul(b.horner(r, EXP), b.fmul(r, r)), b.fadd(b.fsub(u, r), v));
        int s = b.fadd(q, r);
        int scale = powerOfTwo(b, t);
        int y = b.fadd(one, s);
        int e = b.fmul(y, scale);
        int eLow = b.fmul(b.fadd(b.fsub(s, b.fsub(y, one)), b.fsub(q, b.fsub(s, r))), scale);
        int upper = b.flt(half, e);
        int f = b.select(upper, b.fmul(b.fsub(e, one), half), e);
        int z = b.fmul(f, f);
        int low = b.fsub(b.fmul(b.fmul(b.horner(f, LOG_WIDE), f), z), b.fmul(z, half));
        low = b.fadd(low, b.fmul(eLow, b.fsub(b.constF(0.957f), b.fmul(e, half))));
        low = b.fsub(low, b.select(upper, b.constF(LN2_LOW), zero));
        int base = b.select(upper, b.constF(LN2_HIGH), zero);
        int h = b.fadd(base, f);
        low = b.fadd(low, b.fsub(f, b.fsub(h, base)));
        int m = b.fmax(zero, x);
        int sum = b.fadd(m, h);
        int part = b.fsub(sum, m);
        low = b.fadd(low, b.fadd(b.fsub(m, b.fsub(sum, part)), b.fsub(h, part)));
        return b.roundD(b.fadd(sum, low));
    }

    static int log(ScalarBuilder b, int x) {
        int undefined = b.fle(x, b.constF(0f));
        int from = b.constBits(SQRT_HALF_BITS);
        int d = b.isub(x, from);
        int e = b.i2f(b.shrS(d, 23));
        int f = b.fsub(b.iadd(b.and(d, b.constBits(0x7fffff)), from), b.constF(1f));
        int z = b.fmul(f, f);
        int low = b.fmul(b.fmul(b.horner(f, LOG), f), z);
        low = b.fsub(low, b.fmul(e, b.constF(LN2_LOW)));
        low = b.fsub(low, b.fmul(z, b.constF(0.5f)));
        int log = b.canonicalZero(b.fadd(b.fadd(f, low), b.fmul(e, b.constF(LN2_HIGH))));
        return b.select(undefined, b.constBits(Domain.UNDEFINED_BITS), log);
    }

    // ---- helpers shared by the function files ----

    static int clamp(ScalarBuilder b, int x, float low, float high) {
        int l = b.constF(low);
        int c = b.select(b.flt(x, l), l, x);
        return atMost(b, c, high);
    }

    static int atMost(ScalarBuilder b, int x, float high) {
        int h = b.constF(high);
        return b.select(b.flt(h, x), h, x);
    }

    static int upperHalf(ScalarBuilder b, int x) {
        return b.and(x, b.constBits(0xfffff000));
    }

    /** The entry of the interval that x lies in; entry i + 1 begins at bound i. */
    static int table(ScalarBuilder b, int x, float[] bounds, float[] entries) {
        int entry = b.constF(entries[0]);
        for (int i = 0; i < bounds.length; i++) {
            entry = b.select(b.flt(x, b.constF(bounds[i])), entry, b.constF(entries[i + 1]));
        }
        return entry;
    }

    static int squareUnlessTiny(ScalarBuilder b, int a) {
        int c = b.select(b.iltS(b.fabs(a), b.constBits(0x39000000)), b.constF(0f), a);
        return b.fmul(c, c);
    }

    static int withSign(ScalarBuilder b, int magnitude, int signed) {
        return b.or(magnitude, b.and(signed, b.constBits(0x80000000)));
    }
}
