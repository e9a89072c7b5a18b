package loom.machine.wasm;

import loom.graph.Extent;
import loom.program.Kernel;

/**
 * Where a product finds 8 columns of b: distances in elements.
 *
 * @param step from a step of k to the next
 * @param panel from 8 columns to the next 8
 * @param isPadded whether columns that do not exist are zeros
 */
record RightOperand(int step, Extent panel, boolean isPadded) {
    /** Rows of a that make packing worth while, if b could be read where it lies. */
    private static final int MANY_ROWS = 160;

    /** A row stride that is a multiple of it makes steps of k push each other out of the cache. */
    private static final int ALIASING = 64;

    /** Rows of a that are one tile: nothing of b is read twice. */
    private static final int ONE_TILE = 4;

    /** Panels of {@link PackWasm}. */
    static RightOperand panels(Kernel.MatMul kernel) {
        return new RightOperand(PackWasm.COLUMNS, kernel.k().times(Extent.of(PackWasm.COLUMNS)), true);
    }

    /** Panels of {@link Int8Wasm}, where a step is a pair of k. */
    static RightOperand int8(Kernel.MatMul pairs) {
        int step = PackWasm.COLUMNS / 2;
        return new RightOperand(step, pairs.k().times(Extent.of(step)), true);
    }

    /** The matrix as it lies. */
    static RightOperand inPlace(Kernel.MatMul kernel) {
        return new RightOperand(kernel.n().coefficient(), Extent.of(PackWasm.COLUMNS), false);
    }

    /** Whether reading the matrix where it lies is faster than packing it first. */
    static boolean prefersInPlace(Kernel.MatMul kernel) {
        return !kernel.transposeB()
                && !kernel.n().batched()
                && !kernel.m().batched()
                && kernel.m().coefficient() <= (kernel.n().coefficient() % ALIASING == 0 ? ONE_TILE : MANY_ROWS);
    }
}
