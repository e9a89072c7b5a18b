package loom.numeric;

/** Conversions of f32 to integer types: nearest, ties to even, saturating; NaN gives 0. */
public final class Quantized {
    private Quantized() {}

    /** The nearest integer of {@code bits} bits, 2 to 32, two's complement. */
    public static int toInt(float x, int bits) {
        float nearest = F32.round(x);
        int limit = -1 >>> (33 - bits);
        int value = (int) nearest; // saturates at 32 bits
        return Math.max(Math.min(value, limit), ~limit);
    }

    /** The nearest 8-bit integer. */
    public static byte toInt8(float x) {
        return (byte) toInt(x, 8);
    }

    /** The nearest 16-bit integer. */
    public static short toInt16(float x) {
        return (short) toInt(x, 16);
    }

    /** The nearest 32-bit integer. */
    public static int toInt32(float x) {
        return toInt(x, 32);
    }

    /** The nearest of -1, 0 and 1; one half in magnitude is a tie and gives 0. */
    public static int toTernary(float x) {
        return toInt(x, 2) < -1 ? -1 : toInt(x, 2);
    }

    /** The nearer of -1 and 1; zero gives 1. */
    public static int toBinary(float x) {
        return x < 0f ? -1 : 1;
    }
}
