package loom.machine.wasm;

import loom.graph.Extent;
import loom.program.Kernel;

/**
 * Where a product puts 8 columns of its result: distances in elements, as {@link RightOperand} has them for b.
 *
 * @param row from a row to the next
 * @param panel from 8 columns to the next 8
 * @param width elements of a row in all
 */
record ResultPlace(Extent row, Extent panel, Extent width) {
    private static final Extent COLUMNS = Extent.of(PackWasm.COLUMNS);

    /** A matrix of its own. */
    static ResultPlace rows(Kernel.MatMul kernel) {
        return columns(kernel.n());
    }

    /** Some columns of rows of {@code stride} elements. */
    static ResultPlace columns(Extent stride) {
        return new ResultPlace(stride, COLUMNS, stride);
    }

    /** The panels of {@link PackWasm}. */
    static ResultPlace panels(Kernel.MatMul kernel) {
        return new ResultPlace(COLUMNS, kernel.m().times(COLUMNS), kernel.n());
    }

    /** From a column to the next, if both begin panels or panels lie side by side. */
    Extent column() {
        return new Extent(panel.coefficient() / PackWasm.COLUMNS, panel.batched());
    }
}
