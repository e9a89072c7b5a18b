package loom.graph;

/** What a product takes its operands as. */
public enum Factors {
    /** As they are; sums in the order of {@link Op.MatMul}, rounded by rule D. */
    F32,
    /**
     * As whole numbers from −128 to 127, the nearest ones, ties to even; what is beyond becomes the nearer end. Products and sums are
     * exact in i32, so they have no order.
     */
    INT8;

    /** Longest sum of products of int8: 131,071 · 2^14 is below 2^31. */
    public static final int MOST_INT8 = (1 << 17) - 1;

    /** Element type of the result. */
    public ElementType result() {
        return switch (this) {
            case F32 -> ElementType.F32;
            case INT8 -> ElementType.I32;
        };
    }
}
