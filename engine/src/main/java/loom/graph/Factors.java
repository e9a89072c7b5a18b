package loom.graph;

import loom.numeric.MiniFloat;
import loom.numeric.Quantized;

/**
 * What a product takes its operands as. Products of all but F32 are exact: significands of bf16 have 8 bits, those of f16 11, and an f32 has
 * 24, so a device may fuse them with sums.
 */
public enum Factors {
    /** As they are; sums in the order of {@link Op.MatMul}, rounded by rule D. */
    F32,
    /** Rounded to bf16, nearest even; sums as those of F32. */
    BF16,
    /** Rounded to f16, nearest even, magnitudes above 65,504 to that; sums as those of F32. */
    F16,
    /**
     * As whole numbers from −128 to 127, the nearest ones, ties to even; what is beyond becomes the nearer end. Products and sums are
     * exact in i32, so they have no order.
     */
    INT8;

    /** Longest sum of products of int8: 131,071 · 2^14 is below 2^31. */
    public static final int MOST_INT8 = (1 << 17) - 1;

    /** Largest magnitude of an f16. */
    public static final float LARGEST_F16 = 65_504;

    /** What listings and shaders call such a product. */
    public String operation() {
        return switch (this) {
            case F32 -> "matmul";
            case BF16 -> "matmul_bf16";
            case F16 -> "matmul_f16";
            case INT8 -> "matmul_int8";
        };
    }

    /** Element type of the result. */
    public ElementType result() {
        return switch (this) {
            case F32, BF16, F16 -> ElementType.F32;
            case INT8 -> ElementType.I32;
        };
    }

    /** A value of domain D as a factor. */
    public float round(float x) {
        return switch (this) {
            case F32 -> x;
            case BF16 -> MiniFloat.BF16.decode(MiniFloat.BF16.encode(x));
            case F16 -> {
                float within = Math.max(-LARGEST_F16, Math.min(LARGEST_F16, x));
                // A negative zero is none of domain D.
                yield MiniFloat.F16.decode(MiniFloat.F16.encode(within)) + 0f;
            }
            case INT8 -> Quantized.toInt8(x);
        };
    }
}
