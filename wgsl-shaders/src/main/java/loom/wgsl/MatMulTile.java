package loom.wgsl;

/**
 * Shape of a tiled matmul: a workgroup computes {@code rows × columns}, {@code depth} of k at a time, an invocation
 * {@code ownRows × ownColumns} of them. All but depth are multiples of 4; depth divides 128. Both operands' parts, padded or twice, fit
 * the 16,384 bytes of workgroup memory that every WebGPU device has.
 */
record MatMulTile(int rows, int columns, int depth, int ownRows, int ownColumns) {
    static final MatMulTile LARGE = new MatMulTile(64, 128, 16, 8, 4);

    /** For few rows or columns, and to keep all units busy. */
    static final MatMulTile SMALL = new MatMulTile(32, 32, 32, 4, 4);

    /** With ranges of k, of which there are many for every tile. */
    static final MatMulTile MEDIUM = new MatMulTile(64, 64, 16, 8, 4);

    /** Of operands packed as f32. */
    static final MatMulTile LARGE_ROUNDED = new MatMulTile(64, 64, 16, 8, 8);

    /** Of operands packed as int8: two parts of 16 words are 128 of k. */
    static final MatMulTile LARGE_INT8 = new MatMulTile(64, 64, 16, 8, 4);

    static final MatMulTile SMALL_INT8 = new MatMulTile(32, 64, 16, 4, 4);

    int invocations() {
        return acrossRows() * acrossColumns();
    }

    /** Invocations along the rows. */
    int acrossRows() {
        return rows / ownRows;
    }

    int acrossColumns() {
        return columns / ownColumns;
    }

    /** Tiles that cover a matrix. */
    long tiles(long m, long n) {
        return (m + rows - 1) / rows * ((n + columns - 1) / columns);
    }

    @Override
    public String toString() {
        return rows + "x" + columns + "x" + depth + "/" + ownRows + "x" + ownColumns;
    }
}
