package loom.machine.parallel;

import loom.graph.Factors;

/** {@link Factors#round} of many numbers. */
final class Rounding {
    private static final float LARGEST = Factors.LARGEST_F16;

    /** Rounds magnitudes below 2^22 to whole numbers when added and taken off again. */
    private static final float ROUNDER = 0x1.8p23f;

    private Rounding() {}

    /** In place, from {@code from} up to {@code end}. */
    static void of(Factors factors, float[] x, int from, int end) {
        switch (factors) {
            case F32 -> {}
            case BF16 -> {
                for (int i = from; i < end; i++) {
                    int bits = Float.floatToRawIntBits(x[i]);
                    x[i] = Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
                }
            }
            case F16 -> {
                for (int i = from; i < end; i++) {
                    float within = Math.max(-LARGEST, Math.min(LARGEST, x[i]));
                    x[i] = Float.float16ToFloat(Float.floatToFloat16(within)) + 0f;
                }
            }
            case INT8 -> {
                for (int i = from; i < end; i++) {
                    x[i] = Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, x[i])) + ROUNDER - ROUNDER;
                }
            }
        }
    }
}
