package loom.graph;

/** Element type of a tensor inside a program. Storage types (f16, int8, ...) are widened to these at the door. */
public enum ElementType {
    F32,
    I32,
    U32;

    /** Every element is one 32-bit word on every machine. */
    public static final int BYTES = 4;

    public boolean isFloat() {
        return this == F32;
    }
}
