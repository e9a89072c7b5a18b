package loom.numeric;

/**
 * Floating-point formats of at most 16 bits, held in the low bits of an int. Conversions are integer operations on the
 * bits: to the format with one rounding, nearest even, gradual underflow included; from the format exactly.
 *
 * <p>A magnitude that rounds beyond the largest finite one becomes infinity where the format has it (F16, BF16, E5M2), NaN in
 * E4M3, and in E2M1, which has neither, the largest magnitude.
 */
public enum MiniFloat {
    /** IEEE 754 binary16. */
    F16(5, 10, 0x7c00, 0x7e00),
    /** The upper half of an f32. */
    BF16(8, 7, 0x7f80, 0x7fc0),
    /** OCP 8-bit E4M3: no infinities, one NaN, up to 448. */
    E4M3(4, 3, 0x7f, 0x7f),
    /** OCP 8-bit E5M2: up to 57,344. */
    E5M2(5, 2, 0x7c, 0x7e),
    /** OCP 4-bit E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. */
    E2M1(2, 1, 7, 7);

    private static final int SIGN = 0x80000000;

    private final int exponentBits;
    private final int fractionBits;
    /** Code of magnitudes that are too large. */
    private final int overflow;

    private final int nan;

    MiniFloat(int exponentBits, int fractionBits, int overflow, int nan) {
        this.exponentBits = exponentBits;
        this.fractionBits = fractionBits;
        this.overflow = overflow;
        this.nan = nan;
    }

    /** Number of bits of a value. */
    public int bits() {
        return 1 + exponentBits + fractionBits;
    }

    /** The code of the value nearest to {@code x}. E2M1 has no code for NaN and refuses it. */
    public int encode(float x) {
        int bits = Float.floatToRawIntBits(x);
        int magnitude = bits & ~SIGN;
        int sign = bits >>> 31 << (exponentBits + fractionBits);
        if (magnitude > 0x7f800000) {
            if (this == E2M1) {
                throw new IllegalArgumentException("E2M1 has no NaN");
            }
            return sign | nan;
        }
        if (magnitude == 0x7f800000) {
            return sign | overflow;
        }
        int dropped = 23 - fractionBits;
        int smallestNormal = 127 - bias() + 1; // as an f32 exponent field
        int field = magnitude >>> 23;
        int code;
        if (field >= smallestNormal) {
            code = shiftToEven(magnitude - (smallestNormal - 1 << 23), dropped);
        } else {
            int significand = field == 0 ? magnitude : magnitude & 0x7fffff | 0x800000;
            code = shiftToEven(significand, Math.min(dropped + smallestNormal - Math.max(field, 1), 31));
        }
        return sign | Math.min(code, overflow);
    }

    /** The value of a code, exactly; bits above the format's are ignored. */
    public float decode(int code) {
        int sign = code >>> (exponentBits + fractionBits) << 31;
        int magnitude = code & (1 << (exponentBits + fractionBits)) - 1;
        boolean hasInfinity = overflow != nan;
        if (hasInfinity && magnitude >= overflow || this == E4M3 && magnitude == nan) {
            int special = magnitude == overflow && hasInfinity ? 0x7f800000 : Domain.UNDEFINED_BITS;
            return Float.intBitsToFloat(sign | special);
        }
        int field = magnitude >>> fractionBits;
        int shift = 23 - fractionBits;
        if (field > 0 || this == BF16) {
            return Float.intBitsToFloat(sign | (magnitude << shift) + (this == BF16 ? 0 : 127 - bias() << 23));
        }
        // subnormal: magnitude * 2^(1 - bias - fractionBits), a product of two normal floats
        float unit = Float.intBitsToFloat(128 - bias() - fractionBits << 23);
        return Float.intBitsToFloat(sign | Float.floatToRawIntBits((float) magnitude * unit));
    }

    private int bias() {
        return (1 << exponentBits - 1) - 1;
    }

    /** value / 2^count to the nearest integer, ties to even; 0 &lt; count &le; 31, value below 2^31. */
    private static int shiftToEven(int value, int count) {
        int quotient = value >>> count;
        int rest = value - (quotient << count);
        int half = 1 << count - 1;
        boolean up = Integer.compareUnsigned(rest, half) > 0 || rest == half && (quotient & 1) == 1;
        return up ? quotient + 1 : quotient;
    }
}
