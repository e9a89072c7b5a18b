package loom.numeric.scalar;

import loom.numeric.Domain;

/** Lane code of division, roots and rounding. */
final class ArithmeticCode {
    private static final int FRACTION = 0x007fffff;
    private static final int IMPLICIT_ONE = 0x00800000;
    private static final int ONE = 0x3f800000;
    private static final int TWO = 0x40000000;

    private ArithmeticCode() {}

    /** a / b before the rounding rule, undefined for b = 0. */
    static int div(ScalarBuilder b, int x, int y) {
        int zero = b.feq(y, b.constF(0f));
        int q = b.fdiv(x, b.select(zero, b.constF(1f), y));
        return b.select(zero, b.constBits(Domain.UNDEFINED_BITS), q);
    }

    static int sqrt(ScalarBuilder b, int x) {
        int negative = b.flt(x, b.constF(0f));
        int root = b.canonicalZero(b.fsqrt(b.select(negative, b.constF(0f), x)));
        return b.select(negative, b.constBits(Domain.UNDEFINED_BITS), root);
    }

    static int rsqrt(ScalarBuilder b, int x) {
        int one = b.constF(1f);
        int undefined = b.fle(x, b.constF(0f));
        int root = b.fsqrt(b.fdiv(one, b.select(undefined, one, x)));
        return b.select(undefined, b.constBits(Domain.UNDEFINED_BITS), root);
    }

    static int round(ScalarBuilder b, int x) {
        int half = b.constF(0.5f);
        int low = b.ffloor(x);
        int rest = b.fsub(x, low);
        int lowHalf = b.fmul(low, half);
        int odd = b.flt(b.ffloor(lowHalf), lowHalf);
        int up = b.or(b.flt(half, rest), b.and(b.feq(rest, half), odd));
        return b.canonicalZero(b.select(up, b.fadd(low, b.constF(1f)), low));
    }

    /**
     * With significands p, d of 24 bits the quotient's significand is q = p * 2^s / d to the nearest integer, s = 23
     * or 24 so that q has 24 bits. The estimate is at most 16 units off; the remainder p * 2^s - q * d of the estimated
     * q then has magnitude below 17 * 2^24 and is exact modulo 2^32. Dividing it by d gives the missing units, and one
     * comparison in each direction rounds to nearest. A tie is impossible: an odd 25-bit number times d would have to
     * be p * 2^(s+1), whose odd part has at most 24 bits.
     */
    static int divSoft(ScalarBuilder b, int x, int y) {
        int fraction = b.constBits(FRACTION);
        int one = b.constBits(ONE);
        int px = b.and(x, fraction);
        int py = b.and(y, fraction);
        int below = b.iltU(px, py);
        int dividend = b.or(px, b.select(below, b.constBits(TWO), one));
        int divisor = b.or(py, one);
        int estimate = b.fdivEstimate(dividend, divisor);
        int reciprocal = b.fdivEstimate(one, divisor);
        int q = b.f2i(b.fmul(estimate, b.constF(0x1p23f)));
        int p = b.or(px, b.constBits(IMPLICIT_ONE));
        int d = b.or(py, b.constBits(IMPLICIT_ONE));
        int r = b.isub(b.select(below, b.shl(p, 24), b.shl(p, 23)), b.imul(q, d));
        int units = b.f2i(b.fmul(b.fmul(b.i2f(r), reciprocal), b.constF(0x1p-23f)));
        q = b.iadd(q, units);
        int twice = b.shl(b.isub(r, b.imul(units, d)), 1);
        // masks are -1 where true
        q = b.isub(q, b.iltS(d, twice));
        q = b.iadd(q, b.iltS(twice, b.isub(b.constBits(0), d)));
        int ex = b.and(b.shrU(x, 23), b.constBits(0xff));
        int ey = b.and(b.shrU(y, 23), b.constBits(0xff));
        // exponent field less one: the significand's leading bit adds one. A true mask subtracts one.
        int e = b.iadd(b.iadd(b.isub(ex, ey), b.constBits(126)), below);
        int magnitude = b.iadd(b.shl(e, 23), q);
        magnitude = b.select(b.iltS(e, b.constBits(254)), magnitude, b.constBits(0x7f800000));
        int nothing = b.or(b.iltS(e, b.constBits(0)), b.ieq(b.fabs(x), b.constBits(0)));
        magnitude = b.select(nothing, b.constBits(0), magnitude);
        return b.or(magnitude, b.and(b.xor(x, y), b.constBits(0x80000000)));
    }

    /**
     * With the significand p and s = 23 or 24, whichever leaves an even exponent, the root's significand is the root of
     * p * 2^s to the nearest integer. The remainder p * 2^s - q^2 of an estimate at most 16 units off is below 2^30 and
     * exact modulo 2^32. Ties are impossible: (q + 1/2)^2 is not an integer.
     */
    static int sqrtSoft(ScalarBuilder b, int x) {
        int fraction = b.and(x, b.constBits(FRACTION));
        int field = b.shrU(x, 23);
        // an even field is an odd exponent
        int odd = b.ieq(b.and(field, b.constBits(1)), b.constBits(0));
        int radicand = b.or(fraction, b.select(odd, b.constBits(TWO), b.constBits(ONE)));
        int estimate = b.fsqrtEstimate(radicand);
        int reciprocal = b.fdivEstimate(b.constBits(ONE), estimate);
        int q = b.f2i(b.fmul(estimate, b.constF(0x1p23f)));
        int p = b.or(fraction, b.constBits(IMPLICIT_ONE));
        int r = b.isub(b.select(odd, b.shl(p, 24), b.shl(p, 23)), b.imul(q, q));
        int units = b.f2i(b.fmul(b.fmul(b.i2f(r), reciprocal), b.constF(0x1p-24f)));
        int next = b.iadd(q, units);
        r = b.isub(r, b.imul(units, b.iadd(q, next)));
        q = next;
        // nearest: above q + 1/2 where r > q, below q - 1/2 where r <= -q
        int up = b.iltS(q, r);
        int down = b.iltS(b.iadd(r, q), b.constBits(1));
        q = b.iadd(b.isub(q, up), down);
        int e = b.shrU(b.iadd(b.iadd(field, b.constBits(125)), odd), 1);
        // e = (field - 127 - odd) / 2 + 126, where the mask is -1: the significand's leading bit adds one
        int root = b.iadd(b.shl(e, 23), q);
        return b.select(b.ieq(b.fabs(x), b.constBits(0)), b.constBits(0), root);
    }
}
