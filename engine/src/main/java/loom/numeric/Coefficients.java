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

    /** (log(1+f) - f + f^2/2) / f^3 on [-1/4, 1/2], for softplus. */
    public static final float[] LOG_WIDE = {
        3.763087466e-02f,
        -9.109799564e-02f,
        1.169809178e-01f,
        -1.272823215e-01f,
        1.427668482e-01f,
        -1.665531546e-01f,
        1.999958158e-01f,
        -2.500016391e-01f,
        3.333334029e-01f
    };

    /** erf(x)/x - 1 in x^2, |x| <= 0.8125. */
    public static final float[] ERF_SMALL = {
        -6.505018682e-04f, 5.081495736e-03f, -2.681959979e-02f, 1.128311157e-01f, -3.761260509e-01f, 1.283791661e-01f
    };

    /** Upper ends of erf's pieces but the last, which reaches to 4. */
    public static final float[] ERF_BOUND = {2.2f};

    /** Centre of each piece. */
    public static final float[] ERF_CENTRE = {1.3125f, 3f};

    /** erf at the centre of each piece. */
    public static final float[] ERF_VALUE = {0.936568558f, 0.999977887f};

    /** erf(x) less the piece's value, in x less the centre, from 0.8125 on. */
    public static final float[][] ERF_PIECE = {
        {
            1.392650185e-03f,
            -4.759983160e-03f,
            7.841172046e-04f,
            2.222325094e-02f,
            -3.893737867e-02f,
            -1.962551102e-02f,
            1.642556787e-01f,
            -2.644931972e-01f,
            2.015185803e-01f,
            1.744291289e-08f
        },
        {
            6.912310255e-06f,
            -1.041335709e-04f,
            3.851545916e-04f,
            -7.571886526e-04f,
            1.021749107e-03f,
            -1.039455878e-03f,
            7.879429613e-04f,
            -4.182232660e-04f,
            1.393137645e-04f,
            3.016285888e-08f
        }
    };

    /** (P(N <= x) - 1/2) / x for the normal distribution, in x^2, |x| <= 0.6875. */
    public static final float[] NORMAL_SMALL = {
        1.088788267e-04f, -1.187615562e-03f, 9.974622168e-03f, -6.649060547e-02f, 3.989422917e-01f
    };

    /** Upper ends of the pieces of the normal distribution's scaled tail but the last, which reaches to 9.3. */
    public static final float[] NORMAL_TAIL_BOUND = {2f, 4f};

    /** Centre of each piece. */
    public static final float[] NORMAL_TAIL_CENTRE = {1.25f, 2.75f, 5.75f};

    /** The scaled tail at the centre of each piece. */
    public static final float[] NORMAL_TAIL_VALUE = {0.230760321f, 0.130724728f, 0.0674492344f};

    /** e^(x^2/2) P(N > x) less the piece's value, in x less the centre, from 0.6875 on. */
    public static final float[][] NORMAL_TAIL_PIECE = {
        {
            4.049202835e-05f,
            -1.827650121e-04f,
            6.105965585e-04f,
            -1.978780376e-03f,
            6.101427600e-03f,
            -1.752956025e-02f,
            4.632282257e-02f,
            -1.104918793e-01f,
            -6.668259278e-10f
        },
        {
            1.350474236e-06f,
            -9.424399650e-06f,
            4.263788651e-05f,
            -1.806788641e-04f,
            7.468429394e-04f,
            -2.956648590e-03f,
            1.111966837e-02f,
            -3.944927081e-02f,
            5.186541863e-09f
        },
        {
            2.600909355e-08f,
            -1.565156111e-07f,
            9.382657140e-07f,
            -6.466903869e-06f,
            4.316608465e-05f,
            -2.805649128e-04f,
            1.785653993e-03f,
            -1.110919565e-02f,
            -2.384007658e-09f
        }
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
