package loom.numeric;

/**
 * The two sets of values that an f32 tensor may hold, with their rounding rule and trap test.
 *
 * <p>{@link #D}, the domain of every tensor unless stated: multiples of 2^-60 with magnitude at most 2^50, zero is +0.
 * {@link #W}, for optimizer moments: +0 or 2^-125 &le; |x| &le; 2^100. The result of every operation is rounded to f32,
 * then by the rule of its domain, then tested by {@link #traps}. Both rules change only small magnitudes and the sign of
 * zero, so infinities and NaN pass through the rounding and are caught by the test.
 */
public enum Domain {
    /** Multiples of 2^-60, at most 2^50. */
    D(Domain.D_LIMIT_BITS),
    /** +0 or magnitudes in [2^-125, 2^100]. */
    W(Domain.W_LIMIT_BITS);

    /** Bits of 2^50, the largest magnitude of domain D. */
    public static final int D_LIMIT_BITS = 0x58800000;
    /** Bits of 2^100, the largest magnitude of domain W. */
    public static final int W_LIMIT_BITS = 0x71800000;
    /** Bits of 2^-37: from here up every f32 is a multiple of 2^-60. */
    public static final int D_GRID_BITS = 0x2d000000;
    /** Bits of 2^-125, the smallest positive magnitude of domain W. */
    public static final int W_SMALLEST_BITS = 0x01000000;
    /** The bits that every undefined case returns: the canonical NaN. */
    public static final int UNDEFINED_BITS = 0x7fc00000;

    private static final int MAGNITUDE = 0x7fffffff;
    private static final int SIGN = 0x80000000;

    private final int limitBits;

    Domain(int limitBits) {
        this.limitBits = limitBits;
    }

    /** Bits of the largest magnitude in this domain. */
    public int limitBits() {
        return limitBits;
    }

    /** Rounds the result of an operation into this domain; see {@link #roundD} and {@link #roundW}. */
    public float round(float x) {
        return switch (this) {
            case D -> roundD(x);
            case W -> roundW(x);
        };
    }

    /** True if these bits are a magnitude above the limit, an infinity or a NaN. */
    public boolean traps(int bits) {
        return (bits & MAGNITUDE) > limitBits;
    }

    /** True if {@code x} may be stored as it is: rounding leaves its bits alone and it does not trap. */
    public boolean contains(float x) {
        int bits = Float.floatToRawIntBits(x);
        return !traps(bits) && Float.floatToRawIntBits(round(x)) == bits;
    }

    /**
     * Rule D: below 2^-37 to the nearest multiple of 2^-60, ties to even; zero becomes +0.
     *
     * <p>With c = ±2^-37 of the sign of x, the sum x + c lies in a binade whose unit is 2^-60, so the addition rounds
     * to that grid and the subtraction is exact. x = ±0 gives c - c = +0.
     */
    public static float roundD(float x) {
        int bits = Float.floatToRawIntBits(x);
        if ((bits & MAGNITUDE) >= D_GRID_BITS) {
            return x;
        }
        float c = Float.intBitsToFloat(D_GRID_BITS | bits & SIGN);
        return (x + c) - c;
    }

    /** Rule W: magnitudes below 2^-125 (subnormals and -0 among them) become +0. */
    public static float roundW(float x) {
        return (Float.floatToRawIntBits(x) & MAGNITUDE) < W_SMALLEST_BITS ? 0f : x;
    }

    /** Rule T: the integer trap test of domain D. */
    public static boolean isTrapBits(int bits) {
        return (bits & MAGNITUDE) > D_LIMIT_BITS;
    }

    /** The integer trap test of domain W. */
    public static boolean isTrapBitsW(int bits) {
        return (bits & MAGNITUDE) > W_LIMIT_BITS;
    }
}
