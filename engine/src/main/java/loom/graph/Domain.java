package loom.graph;

/**
 * Set of f32 values that a tensor may hold.
 *
 * <p>{@link #D}: multiples of 2^-60 up to 2^50, the domain of every tensor unless stated. {@link #W}: +0 or 2^-125 to 2^100 in
 * magnitude, for optimizer moments and the pointwise chains over them; never an operand of a product-sum or reduction.
 */
public enum Domain {
    D,
    W
}
