package loom.machine.wasm;

/** What parts of a product threads share. Its function then takes a first trip and the end of the trips more ({@link KernelWriter}). */
enum Share {
    /** The function makes all. */
    NOTHING,
    /** The products of a group. */
    GROUPS,
    /** Rows, of each product of a group if there are several; the first of a part is a multiple of {@link MatMulWasm#ROWS}. */
    ROWS,
    /** Panels of the right operand, of a product of few rows; the first of a part is a multiple of {@link MatMulWasm#ROWS}. */
    COLUMNS
}
