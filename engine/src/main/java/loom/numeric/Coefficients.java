package loom.numeric;

/**
 * Constants of the functions in {@link F32}, shared with their lane-code form in {@code loom.numeric.scalar}.
 *
 * <p>Polynomials are listed from the highest power down, the order of Horner's rule. exp, log, sin and cos use the
 * classic single precision minimax polynomials of the Cephes library (S. Moshier); the others were fitted for Loom by
 * weighted minimax with coefficients rounded to f32 one after the other, lowest power first.
 */
public final class Coefficients {
    private Coefficients() {}

    /** 1.5 * 2^23: adding it rounds |x| < 2^22 to an integer, to nearest even, which the low mantissa bits then hold. */
    public static final float ROUNDER = 12582912f;

    /** log2(e). */
    public static final float LOG2_E = 1.44269504f;

    /** ln 2 = LN2_HIGH - LN2_LOW; n * LN2_HIGH is exact for |n| < 2^15. */
    public static final float LN2_HIGH = 0.693359375f;

    public static final float LN2_LOW = 2.12194440e-4f;

    /** (e^r - 1 - r) / r^2 on |r| <= ln(2)/2. */
    public static final float[] EXP = {
        1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f
    };

    /** (log(1+f) - f + f^2/2) / f^3 on [sqrt(1/2)-1, sqrt(2)-1]. */
    public static final float[] LOG = {
        7.0376836292e-2f,
        -1.1514610310e-1f,
        1.1676998740e-1f,
        -1.2420140846e-1f,
        1.4249322787e-1f,
        -1.6668057665e-1f,
        2.0000714765e-1f,
        -2.4999993993e-1f,
        3.3333331174e-1f
    };

    /** Bits of sqrt(1/2), where log's mantissa interval starts. */
    public static final int SQRT_HALF_BITS = 0x3f3504f3;

    /** (tanh(x)/x - 1) / x^2 in x^2, |x| <= 0.625. */
    public static final float[] TANH = {
        -5.692296661e-03f, 2.062816732e-02f, -5.373651534e-02f, 1.333140582e-01f, -3.333328068e-01f
    };

    /** erf(x)/x - 1 in x^2, |x| <= 1.25. */
    public static final float[] ERF_SMALL = {
        -7.420451766e-06f,
        1.031533320e-04f,
        -8.323836373e-04f,
        5.207476672e-03f,
        -2.685949393e-02f,
        1.128365844e-01f,
        -3.761262894e-01f,
        1.283791661e-01f
    };

    /** log(erfc(x)) on [1.25, 3.93]. */
    public static final float[] ERFC_LOG = {
        1.546735148e-04f,
        -2.605305519e-03f,
        2.032448724e-02f,
        -9.959723800e-02f,
        -6.426495314e-01f,
        -1.124051809e+00f,
        -1.182756852e-03f
    };

    /** Shift of the variable s = 1 / (x + shift) of {@link #NORMAL_TAIL}. */
    public static final float NORMAL_TAIL_SHIFT = 3f;

    /** exp(x^2/2) times the normal distribution's upper tail at x, in s, 0 <= x <= 9.3. */
    public static final float[] NORMAL_TAIL = {
        -5.361354370e+02f,
        9.956048584e+02f,
        -6.959483032e+02f,
        2.001994476e+02f,
        -2.281638527e+01f,
        1.122622871e+01f,
        2.889010906e+00f,
        1.210686207e+00f,
        3.985974491e-01f,
        3.380728913e-06f
    };

    /** (sin(r)/r - 1) / r^2 in r^2, |r| <= pi/4. */
    public static final float[] SIN = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};

    /** (cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4. */
    public static final float[] COS = {2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f};

    /** pi/2 * 2^-46 = GRID + GRID_REST, and the two 12-bit halves of GRID: the reduced angle comes in units of 2^-46. */
    public static final float HALF_PI_GRID = 0x1.921fb6p-46f;

    public static final float HALF_PI_GRID_UPPER = 0x1.92p-46f;
    public static final float HALF_PI_GRID_LOWER = 0x1.fb6p-58f;
    public static final float HALF_PI_GRID_REST = -0x1.777a5cp-71f;

    /** The bits of 2/pi from 2^-1 down, behind two zero words, for the argument reduction of sin and cos. */
    private static final int[] TWO_OVER_PI = {
        0, 0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab
    };

    /** The 32 bits of 2/pi that start {@code bit} places after the binary point; negative places hold zeros. */
    public static int twoOverPiWindow(int bit) {
        int at = bit + 64;
        int word = at >> 5;
        int shift = at & 31;
        int high = TWO_OVER_PI[word];
        return shift == 0 ? high : high << shift | TWO_OVER_PI[word + 1] >>> (32 - shift);
    }

    /** (log(1+r) - r + r^2/2) / r^3 on |r| <= 1/16. */
    public static final float[] LOG_NARROW = {
        1.444875747e-01f, -1.673749089e-01f, 1.999927908e-01f, -2.499990910e-01f, 3.333333433e-01f
    };

    /** ln 2 = LN2_PRODUCT_HIGH + LN2_PRODUCT_LOW, the first a multiple of 2^-16, for pow's double-length logarithm. */
    public static final float LN2_PRODUCT_HIGH = 45426f / 65536f;

    public static final float LN2_PRODUCT_LOW = 1.42860677e-6f;

    /** Lower ends of pow's mantissa intervals after the first; the first starts at sqrt(1/2). */
    public static final float[] POW_BOUND = {0.76f, 0.84f, 0.94f, 1.05f, 1.13f, 1.21f, 1.28f};

    /** Sixteenths c of each interval: |c*m/16 - 1| < 1/16 and c*m/16 - 1 is exact. */
    public static final float[] POW_FACTOR = {
        22f / 16f, 20f / 16f, 18f / 16f, 1f, 15f / 16f, 14f / 16f, 13f / 16f, 12f / 16f
    };

    /** -log of each factor: multiples of 2^-16, so that adding exponent * LN2_PRODUCT_HIGH is exact. */
    public static final float[] POW_LOG_HIGH = {
        -20870f / 65536f,
        -14624f / 65536f,
        -7719f / 65536f,
        0f,
        4230f / 65536f,
        8751f / 65536f,
        13608f / 65536f,
        18854f / 65536f
    };

    /** What POW_LOG_HIGH leaves of -log of each factor. */
    public static final float[] POW_LOG_LOW = {
        -2.80338418e-06f,
        9.79935749e-07f,
        -4.42882936e-07f,
        0f,
        -6.15659701e-06f,
        1.72953855e-06f,
        -2.23678421e-06f,
        -7.13653253e-06f
    };
}
