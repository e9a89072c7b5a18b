package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.Kernel;

/**
 * Copies a block of k of a band of rows, every element four times: {@code [tile][k][row of the tile][4]}. A vector load takes its offset
 * for nothing, a load that spreads its element costs an addition besides, and the product does it again for each panel.
 *
 * <p>Function parameters: arguments, a at the first row and step, target, number of rows (a multiple of the tile's), steps of k.
 */
final class SpreadWasm {
    /** Rows of a band: its spread block stays in the second cache. */
    private static final int BAND = 32;

    /** Of int8, whose panels are made wide once for all tiles of a band, too. */
    private static final int INT8_BAND = 64;

    private static final int A = 1;
    private static final int TO = 2;
    private static final int ROWS = 3;
    private static final int STEPS = 4;

    private SpreadWasm() {}

    static int band(Kernel.MatMul kernel) {
        return kernel.factors() == Factors.INT8 ? INT8_BAND : BAND;
    }

    /** Bytes of the operands' blocks that a band makes for its tiles: the spread one, and of int8 a wide one ({@link Int8Wasm#widen}) behind it. */
    static int bytes(Kernel.MatMul kernel) {
        int wide = kernel.factors() == Factors.INT8 ? Int8Wasm.WIDE_BYTES : 0;
        return band(kernel) * BandWasm.BLOCK * 16 + wide;
    }

    static FunctionBuilder of(Kernel.MatMul kernel, int rows) {
        KernelWriter w = new KernelWriter(4);
        FunctionBuilder f = w.f;
        Extent rowStride = BandWasm.rowStride(kernel);
        Extent kStride = BandWasm.kStride(kernel);
        int row = f.i32Local();
        int step = f.i32Local();
        int[] from = f.i32Locals(rows);
        f.count(row, () -> f.get(ROWS), rows, () -> {
            for (int r = 0; r < rows; r++) {
                f.get(A).set(from[r]);
                f.get(A);
                w.push(rowStride, 4);
                f.op(I32_ADD).set(A);
            }
            f.count(step, () -> f.get(STEPS), 1, () -> {
                for (int r = 0; r < rows; r++) {
                    f.get(TO).get(from[r]).memory(V128_LOAD32_SPLAT, 0).memory(V128_STORE, 16 * r);
                    f.get(from[r]);
                    w.push(kStride, 4);
                    f.op(I32_ADD).set(from[r]);
                }
                f.increase(TO, 16 * rows);
            });
        });
        return w.finish();
    }
}
