package loom.numeric;

import static loom.numeric.Coefficients.*;

/**
 * The functions of the virtual machine on f32 values of {@link Domain#D}. This class defines their bits; every machine
 * computes the same ones from {@code loom.numeric.scalar}.
 *
 * <p>Arguments must lie in domain D. Results are rounded by rule D. An undefined case (division by zero, logarithm or
 * reciprocal root of a number that is not positive, root of a negative number, zero to a negative power, negative base
 * with a fractional exponent) returns {@link Domain#UNDEFINED_BITS}, which the trap test catches.
 *
 * <p>Only separately rounded {@code + - *}, correctly rounded {@code / sqrt}, comparisons and 32-bit integer operations
 * with constant shift counts occur, because those are what every machine can be made to do alike. The comments give the
 * range argument: for arguments in D no intermediate value is subnormal, infinite or NaN, so rules D and T need no
 * enforcement inside, and devices that flush subnormals agree with those that keep them.
 */
public final class F32 {
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int SIGN = 0x80000000;
    /** Keeps the upper 12 bits of a significand: the product of two such parts is exact. */
    private static final int UPPER_HALF = 0xfffff000;
    /** 2^-13: below, the square of an argument no longer matters and is taken as zero, so that no power underflows. */
    private static final int TINY_BITS = 0x39000000;

    private F32() {}

    // ---- arithmetic ----

    /** a + b in domain D. */
    public static float add(float a, float b) {
        return Domain.roundD(a + b);
    }

    /** a - b in domain D. */
    public static float sub(float a, float b) {
        return Domain.roundD(a - b);
    }

    /** a * b in domain D. */
    public static float mul(float a, float b) {
        return Domain.roundD(a * b);
    }

    /** a / b in domain D; undefined for b = 0. The quotient of two values of D is normal: at least 2^-110. */
    public static float div(float a, float b) {
        return b == 0f ? undefined() : Domain.roundD(a / b);
    }

    /** a / b in domain W; undefined for b = 0. */
    public static float divW(float a, float b) {
        return b == 0f ? undefined() : Domain.roundW(a / b);
    }

    /** 1 / a in domain D; undefined for a = 0. */
    public static float reciprocal(float a) {
        return div(1f, a);
    }

    /** -a: the sign bit flipped, but -0 is +0. */
    public static float neg(float a) {
        return a == 0f ? 0f : flip(a);
    }

    /** |a|. */
    public static float abs(float a) {
        return magnitude(a);
    }

    /** The smaller of two values. */
    public static float min(float a, float b) {
        return b < a ? b : a;
    }

    /** The larger of two values. */
    public static float max(float a, float b) {
        return a < b ? b : a;
    }

    /** The square root, correctly rounded; undefined for negative a. Valid in domains D and W: both hold the result. */
    public static float sqrt(float a) {
        if (a < 0f) {
            return undefined();
        }
        return a == 0f ? 0f : (float) Math.sqrt(a);
    }

    /** 1 / sqrt(a) as the root of the rounded reciprocal, whose relative error the root halves; undefined for a <= 0. */
    public static float rsqrt(float a) {
        return a <= 0f ? undefined() : (float) Math.sqrt(1f / a);
    }

    /** The largest integer not above a. */
    public static float floor(float a) {
        return canonicalZero((float) Math.floor(a));
    }

    /** The smallest integer not below a. */
    public static float ceil(float a) {
        return canonicalZero((float) Math.ceil(a));
    }

    /** The nearest integer, ties to even. */
    public static float round(float a) {
        // Above 2^22 only halves are left, above 2^23 nothing: floor and the even rule settle what the rounder cannot.
        float low = (float) Math.floor(a);
        float rest = a - low;
        float half = low * 0.5f;
        boolean odd = (float) Math.floor(half) != half;
        boolean up = rest > 0.5f || rest == 0.5f && odd;
        return canonicalZero(up ? low + 1f : low);
    }

    /** The nearest f32 of an integer. */
    public static float fromInt(int a) {
        return (float) a;
    }

    /** a cut off towards zero, saturating at the ends of the int range. */
    public static int toInt(float a) {
        return (int) a;
    }

    // ---- exponential family ----

    /** e^x; 2^50 from x = 34.6574 up. */
    public static float exp(float x) {
        // e^-43 < 2^-62 rounds to 0 and e^34.7 is above 2^50, so n stays within [-62, 50].
        // The smallest |x| in D is 2^-60: r * r * p is at least 2^-121.
        float c = clamp(x, -43f, 34.7f);
        float t = c * LOG2_E + ROUNDER;
        float n = t - ROUNDER;
        float r = (c - n * LN2_HIGH) + n * LN2_LOW;
        float y = (horner(r, EXP) * (r * r) + r) + 1f;
        float scaled = bits(Float.floatToRawIntBits(y) + (Float.floatToRawIntBits(t) << 23));
        return Domain.roundD(scaled > 0x1p50f ? 0x1p50f : scaled);
    }

    /** e^x / 2^n - 1 for n the integer in t = x * log2(e) + ROUNDER. */
    private static float expFraction(float x, float t) {
        float n = t - ROUNDER;
        return expFractionOf(x - n * LN2_HIGH, n * LN2_LOW);
    }

    /** e^(x + low) / 2^n - 1, where low is a correction of x with magnitude below 0.03. */
    private static float expFraction(float x, float low, float t) {
        float n = t - ROUNDER;
        return expFractionOf(x - n * LN2_HIGH, n * LN2_LOW + low);
    }

    /** e^(a + b) - 1 for |a + b| <= ln(2)/2; what the sum's rounding loses is added at first order. */
    private static float expFractionOf(float a, float b) {
        float r = a + b;
        float rest = (a - r) + b;
        return (horner(r, EXP) * (r * r) + rest) + r;
    }

    /** 2^n for the integer n held by t. */
    private static float powerOfTwo(float t) {
        return bits((Float.floatToRawIntBits(t) + 127) << 23);
    }

    /** 1 / (1 + e^-x). */
    public static float sigmoid(float x) {
        return Domain.roundD(logistic(x));
    }

    /** x * sigmoid(x); the logistic factor is not rounded to the grid, so the product is good where x is large. */
    public static float silu(float x) {
        // below -48 the product rounds to 0
        return Domain.roundD((x < -48f ? -48f : x) * logistic(x));
    }

    /**
     * The logistic function before rule D, nearly correctly rounded: with e = e^-|x| in two parts it is (x &lt; 0 ? e :
     * 1) / (1 + e), a quotient whose exact remainder, together with the low parts, gives one correction.
     */
    private static float logistic(float x) {
        // e^-48 * 48 < 2^-63. With n >= -70 and low parts at least 2^-48 of their value nothing falls below 2^-122.
        float a = flip(atMost(magnitude(x), 48f));
        float t = a * LOG2_E + ROUNDER;
        float s = expFraction(a, t);
        float scale = powerOfTwo(t);
        float y = 1f + s;
        float e = y * scale;
        float eLow = (s - (y - 1f)) * scale;
        float d = 1f + e;
        float dLow = (e - (d - 1f)) + eLow;
        boolean negative = x < 0f;
        float top = negative ? e : 1f;
        float topLow = negative ? eLow : 0f;
        float q = top / d;
        float inverse = negative ? 1f - q : q;
        float rest = remainder(top, q, d);
        return q + ((rest + topLow) - q * dLow) * inverse;
    }

    /** a - q * d for q the rounded quotient a / d, exactly: the partial products cancel from the largest on. */
    private static float remainder(float a, float q, float d) {
        float qh = upperHalf(q);
        float ql = q - qh;
        float dh = upperHalf(d);
        float dl = d - dh;
        return (((a - qh * dh) - qh * dl) - ql * dh) - ql * dl;
    }

    /** tanh: an odd polynomial up to 0.625, from there 1 - 2e / (1 + e) with e = e^(-2|x|) in two parts. */
    public static float tanh(float x) {
        float a = atMost(magnitude(x), 10f);
        float b = flip(a + a);
        float t = b * LOG2_E + ROUNDER;
        float s = expFraction(b, t);
        float scale = powerOfTwo(t);
        float y = 1f + s;
        float e = y * scale;
        float eLow = (s - (y - 1f)) * scale;
        float d = 1f + e;
        float dLow = (e - (d - 1f)) + eLow;
        float q = (e + e) / d;
        // what q lacks: (2 eLow - q dLow) / d, where 1/d = 1 - q/2
        float qLow = (eLow + eLow - q * dLow) * (1f - q * 0.5f);
        float h = 1f - q;
        float large = h + (((1f - h) - q) - qLow);
        float z = squareUnlessTiny(a);
        float small = horner(z, TANH) * z * a + a;
        float m = Float.floatToRawIntBits(a) < 0x3f200000 ? small : large;
        return bits(Float.floatToRawIntBits(m) | Float.floatToRawIntBits(x) & SIGN);
    }

    /** log(1 + e^x) = max(x, 0) + log(1 + e) with e = e^-|x| in two parts. */
    public static float softplus(float x) {
        float a = flip(atMost(magnitude(x), 43f));
        float t = a * LOG2_E + ROUNDER;
        float n = t - ROUNDER;
        float u = a - n * LN2_HIGH;
        float v = n * LN2_LOW;
        float r = u + v;
        float q = horner(r, EXP) * (r * r) + ((u - r) + v);
        float s = q + r;
        float scale = powerOfTwo(t);
        float y = 1f + s;
        float e = y * scale;
        float eLow = ((s - (y - 1f)) + (q - (s - r))) * scale;
        // 1 + e = 2 (1 + f) for the upper half of the range, where e - 1 is exact
        boolean upper = e > 0.5f;
        float f = upper ? (e - 1f) * 0.5f : e;
        float z = f * f;
        float low = horner(f, LOG_WIDE) * f * z - z * 0.5f;
        // d log(1+e) = de / (1+e), where a rough quotient does
        low = low + eLow * (0.957f - e * 0.5f);
        low = low - (upper ? LN2_LOW : 0f);
        // base + f + m + low, carrying what the two sums lose
        float base = upper ? LN2_HIGH : 0f;
        float h = base + f;
        low = low + (f - (h - base));
        float m = x > 0f ? x : 0f;
        float sum = m + h;
        float part = sum - m;
        low = low + ((m - (sum - part)) + (h - part));
        return Domain.roundD(sum + low);
    }

    /** The natural logarithm; undefined for x <= 0. */
    public static float log(float x) {
        if (x <= 0f) {
            return undefined();
        }
        int d = Float.floatToRawIntBits(x) - SQRT_HALF_BITS;
        float e = (float) (d >> 23);
        // |f| is 0 or at least 2^-24; f * f * f is at least 2^-72
        float f = bits((d & 0x7fffff) + SQRT_HALF_BITS) - 1f;
        float z = f * f;
        float low = horner(f, LOG) * f * z;
        low = low - e * LN2_LOW;
        low = low - z * 0.5f;
        return canonicalZero((f + low) + e * LN2_HIGH);
    }

    // ---- normal distribution ----

    /** The error function: an odd polynomial up to 0.8125, polynomials around centres up to 4, where it is 1. */
    public static float erf(float x) {
        float a = atMost(magnitude(x), 4f);
        int i = piece(a, ERF_BOUND);
        float large = horner(a - ERF_CENTRE[i], ERF_PIECE[i]) + ERF_VALUE[i];
        float small = horner(squareUnlessTiny(a), ERF_SMALL) * a + a;
        float m = Float.floatToRawIntBits(a) < 0x3f500000 ? small : large;
        return Domain.roundD(bits(Float.floatToRawIntBits(m) | Float.floatToRawIntBits(x) & SIGN));
    }

    /**
     * x P(N &lt;= x), the erf form of GELU. Beyond 0.6875 the tail probability is e^(-x^2/2) times a slowly varying
     * factor, so that nothing cancels for negative x.
     */
    public static float gelu(float x) {
        // The tail at 9.3 is below 2^-65. a * a is at least 2^-120.
        float a = atMost(magnitude(x), 9.3f);
        float ah = upperHalf(a);
        float al = a - ah;
        float high = flip(ah * ah * 0.5f);
        float low = flip(al * (a + ah) * 0.5f);
        float t = high * LOG2_E + ROUNDER;
        float s = expFraction(high, low, t);
        int i = piece(a, NORMAL_TAIL_BOUND);
        float value = NORMAL_TAIL_VALUE[i];
        float rest = horner(a - NORMAL_TAIL_CENTRE[i], NORMAL_TAIL_PIECE[i]);
        float p = value + rest;
        float pLow = rest - (p - value);
        // the tail times a, split so that only the last sum rounds
        float part = p * s + pLow;
        float y = p + part;
        float yh = upperHalf(y);
        float yl = (y - yh) + (part - (y - p));
        float tail = (yh * ah + (yh * al + yl * a)) * powerOfTwo(t);
        float large = x < 0f ? flip(tail) : x - tail;
        float small = (horner(squareUnlessTiny(a), NORMAL_SMALL) * x + 0.5f) * x;
        return Domain.roundD(Float.floatToRawIntBits(a) < 0x3f300000 ? small : large);
    }

    // ---- trigonometry ----

    /** sin x, for every x of domain D. */
    public static float sin(float x) {
        int flip = Float.floatToRawIntBits(x) & SIGN;
        return bits(Float.floatToRawIntBits(quarterWave(magnitude(x), 0)) ^ flip);
    }

    /** cos x, for every x of domain D. */
    public static float cos(float x) {
        return quarterWave(magnitude(x), 1);
    }

    /** sin(a + quarter * pi/2) for a >= 0. */
    private static float quarterWave(float a, int quarter) {
        int pa = Float.floatToRawIntBits(a);
        // a = m * 2^(8 group - 24) with a 31-bit integer m: the shift by (exponent mod 8) is done by the float's
        // exponent
        int place = (pa >>> 23) - 126;
        int m = (int) bits(pa & 0x7fffff | ((place & 7) + 150) << 23);
        int group = Math.min(Math.max(place >> 3, 0), 6);
        // a * 2/pi mod 4 as fixed point: 2 integer bits and 62 fraction bits in high:mid. Bits of 2/pi before the
        // window contribute multiples of 4, bits behind it less than 2^-61.
        int c0 = twoOverPiWindow(8 * group - 26);
        int c1 = twoOverPiWindow(8 * group + 6);
        int c2 = twoOverPiWindow(8 * group + 38);
        int mid1 = m * c1;
        int mid = mid1 + mulHigh(m, c2);
        int carry = Integer.compareUnsigned(mid, mid1) < 0 ? 1 : 0;
        int high = m * c0 + mulHigh(m, c1) + carry;
        int q = (high + 0x20000000) >>> 30;
        int fraction = high - (q << 30);
        // the signed fraction in units of 2^-46 quarter turns, as a sum of two floats
        float f1 = (float) (fraction >> 8) * 0x1p24f;
        float f2 = (float) ((fraction & 0xff) << 16 | mid >>> 16);
        float h = f1 + f2;
        float l = ((f1 - h) + f2) + (float) (mid & 0xffff) * 0x1p-16f;
        float hh = upperHalf(h);
        float hl = h - hh;
        float product = h * HALF_PI_GRID;
        float productLow = (((hh * HALF_PI_GRID_UPPER - product) + hh * HALF_PI_GRID_LOWER) + hl * HALF_PI_GRID_UPPER)
                + hl * HALF_PI_GRID_LOWER;
        productLow = productLow + (h * HALF_PI_GRID_REST + l * HALF_PI_GRID);
        boolean small = pa < 0x3f490fdb;
        float r = small ? a : product;
        float rLow = small ? 0f : productLow;
        int k = (small ? 0 : q) + quarter & 3;
        float z = squareUnlessTiny(r);
        float halfZ = z * 0.5f;
        float sin = r + (horner(z, SIN) * z * r + (rLow - rLow * halfZ));
        float w = 1f - halfZ;
        float cos = w + (((1f - w) - halfZ) + (horner(z, COS) * z * z - r * rLow));
        int out = Float.floatToRawIntBits((k & 1) == 0 ? sin : cos);
        return bits(out ^ (k & 2) << 30);
    }

    private static int mulHigh(int a, int b) {
        return (int) ((a & 0xffffffffL) * (b & 0xffffffffL) >>> 32);
    }

    // ---- power ----

    /**
     * x^y = e^(y log|x|), logarithm and product in two floats each. x^0 = 1. A negative base needs an integer exponent
     * and takes its parity; 0^y is 0 for y &gt; 0 and undefined for y &lt; 0.
     */
    public static float pow(float x, float y) {
        float base = x == 0f ? 1f : magnitude(x);
        int d = Float.floatToRawIntBits(base) - SQRT_HALF_BITS;
        float e = (float) (d >> 23);
        float m = bits((d & 0x7fffff) + SQRT_HALF_BITS);
        int i = piece(m, POW_BOUND);
        // log = head + r - r^2/2 + r^3 P(r) + tail; head and r are exact, |r| < 1/16, |head| > |r| unless head is 0
        float mh = upperHalf(m);
        float r = (mh * POW_FACTOR[i] - 1f) + (m - mh) * POW_FACTOR[i];
        float head = e * LN2_PRODUCT_HIGH + POW_LOG_HIGH[i];
        float tail = e * LN2_PRODUCT_LOW + POW_LOG_LOW[i];
        float h1 = head + r;
        float l1 = r - (h1 - head);
        float rh = upperHalf(r);
        float square = rh * rh * 0.5f;
        float squareLow = (r - rh) * (r + rh) * 0.5f;
        float h2 = h1 - square;
        float l2 = (h1 - h2) - square;
        float l = ((horner(r, LOG_NARROW) * r * (r * r) - squareLow) + (l1 + l2)) + tail;
        float log = h2 + l;
        float logLow = l - (log - h2);
        // |log| is 0 or at least 2^-24. Below 2^-32 an exponent gives 1, above 2^32 any other base saturates.
        float exponent = (Float.floatToRawIntBits(y) & MAGNITUDE) < 0x2f800000 ? 0f : clamp(y, -0x1p32f, 0x1p32f);
        float eh = upperHalf(exponent);
        float el = exponent - eh;
        float lh = upperHalf(log);
        float ll = log - lh;
        float p = exponent * log;
        float pLow = ((((eh * lh - p) + eh * ll) + el * lh) + el * ll) + exponent * logLow;
        // e^45 is above 2^60: a trap; e^-45 rounds to 0
        boolean inside = (Float.floatToRawIntBits(p) & MAGNITUDE) < 0x42340000;
        float c = clamp(p, -45f, 45f);
        float t = c * LOG2_E + ROUNDER;
        float s = expFraction(c, inside ? pLow : 0f, t);
        float result = (1f + s) * powerOfTwo(t);
        // integers and their parity: from 2^25 up every f32 is an even integer
        float whole = (float) Math.floor(y);
        float half = whole * 0.5f;
        boolean odd = (float) Math.floor(half) != half;
        boolean undefined = x < 0f && whole != y;
        if (x == 0f) {
            if (y == 0f) {
                return 1f;
            }
            return y < 0f ? undefined() : 0f;
        }
        if (undefined) {
            return undefined();
        }
        return Domain.roundD(x < 0f && odd ? flip(result) : result);
    }

    // ---- helpers ----

    private static float horner(float x, float[] c) {
        float p = c[0];
        for (int i = 1; i < c.length; i++) {
            p = p * x + c[i];
        }
        return p;
    }

    /**
     * The number of bounds not above x. Piecewise polynomials are in x less the piece's centre, which is exact: centres
     * have few bits and x has no smaller bits than fit beside the difference's highest.
     */
    private static int piece(float x, float[] bounds) {
        int i = 0;
        while (i < bounds.length && x >= bounds[i]) {
            i++;
        }
        return i;
    }

    private static float squareUnlessTiny(float a) {
        float b = (Float.floatToRawIntBits(a) & MAGNITUDE) < TINY_BITS ? 0f : a;
        return b * b;
    }

    private static float clamp(float x, float low, float high) {
        float c = x < low ? low : x;
        return high < c ? high : c;
    }

    private static float atMost(float x, float high) {
        return high < x ? high : x;
    }

    private static float magnitude(float x) {
        return bits(Float.floatToRawIntBits(x) & MAGNITUDE);
    }

    private static float flip(float x) {
        return bits(Float.floatToRawIntBits(x) ^ SIGN);
    }

    private static float upperHalf(float x) {
        return bits(Float.floatToRawIntBits(x) & UPPER_HALF);
    }

    private static float canonicalZero(float x) {
        return x == 0f ? 0f : x;
    }

    private static float undefined() {
        return bits(Domain.UNDEFINED_BITS);
    }

    private static float bits(int bits) {
        return Float.intBitsToFloat(bits);
    }
}
