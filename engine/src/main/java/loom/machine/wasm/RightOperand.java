package loom.machine.wasm;

import loom.graph.Extent;
import loom.graph.Words;
import loom.program.Kernel;

/**
 * Where a product finds 8 columns of b: distances in elements.
 *
 * @param step from a step of k to the next, unless {@code steps} says of each where it begins
 * @param panel from 8 columns to the next 8
 * @param isPadded whether columns that do not exist are zeros
 */
record RightOperand(int step, Words steps, Extent panel, boolean isPadded) {
    /** Rows of a that make packing worth while, if b could be read where it lies. */
    private static final int MANY_ROWS = 160;

    /** A row stride that is a multiple of it makes steps of k push each other out of the cache. */
    private static final int ALIASING = 64;

    /** Rows of a that are one tile: nothing of b is read twice. */
    private static final int ONE_TILE = 4;

    /** Panels of {@link PackWasm}. */
    static RightOperand panels(Kernel.MatMul kernel) {
        return new RightOperand(PackWasm.COLUMNS, Words.of(), kernel.k().times(Extent.of(PackWasm.COLUMNS)), true);
    }

    /** The matrix as it lies. */
    static RightOperand inPlace(Kernel.MatMul kernel) {
        return new RightOperand(kernel.n().coefficient(), Words.of(), Extent.of(PackWasm.COLUMNS), false);
    }

    /** Rows wherever they begin; not more than {@link TileWasm#FEW_STEPS}. */
    static RightOperand shifted(Words steps) {
        return new RightOperand(0, steps, Extent.of(PackWasm.COLUMNS), false);
    }

    /** Where step {@code k} begins. */
    int at(int k) {
        return steps.size() == 0 ? step * k : steps.get(k);
    }

    /** Whether reading the matrix where it lies is faster than packing it first. */
    static boolean prefersInPlace(Kernel.MatMul kernel) {
        return !kernel.transposeB()
                && !kernel.n().batched()
                && !kernel.m().batched()
                && kernel.m().coefficient() <= (kernel.n().coefficient() % ALIASING == 0 ? ONE_TILE : MANY_ROWS);
    }
}
