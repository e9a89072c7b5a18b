package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;
import loom.program.Kernel;

/**
 * All columns of a band of rows, tile by tile. For a panel of b (or some neighbours), all tiles of the band take one block of k before
 * the next block begins: the block of the panel (4 KB) stays in the first cache, the band of a in the second. Meanwhile the totals
 * of the tiles are kept in scratch memory.
 *
 * <p>Function parameters: arguments, a and out at the first row, panels of b, scratch, number of rows, a multiple of the tile's.
 */
final class BandWasm {
    private static final int A = 1;
    private static final int B = 2;
    private static final int OUT = 3;
    private static final int SCRATCH = 4;
    private static final int ROWS = 5;

    private static final int BLOCK = 128;
    private static final int COLUMNS = PackWasm.COLUMNS;

    final Kernel.MatMul kernel;
    final KernelWriter w = new KernelWriter(5);
    final FunctionBuilder f = w.f;
    final Extent rowStride;
    final Extent kStride;
    /** Where a tile begins in a, at the present block of k. */
    final int a = f.i32Local();
    /** Where the panel begins. */
    final int b = f.i32Local();
    /** Columns from the panel on. */
    final int columnsLeft = f.i32Local();
    /** Steps of k before this block, and in it. */
    final int kDone = f.i32Local();

    final int kCount = f.i32Local();

    private final int rows;
    private final int out = f.i32Local();
    private final int kEnd = f.i32Local();

    private BandWasm(Kernel.MatMul kernel, int rows) {
        this.kernel = kernel;
        this.rows = rows;
        rowStride = rowStride(kernel);
        kStride = kernel.transposeA() ? kernel.m() : Extent.ONE;
    }

    static Extent rowStride(Kernel.MatMul kernel) {
        return kernel.transposeA() ? Extent.ONE : kernel.k();
    }

    /** Tiles of {@code rows} rows and {@code panels} panels, as long as there are so many; then of one panel. */
    static FunctionBuilder of(Kernel.MatMul kernel, int rows, int panels) {
        BandWasm g = new BandWasm(kernel, rows);
        g.start();
        g.panels(panels);
        if (panels > 1) {
            g.panels(1);
        }
        return g.w.finish();
    }

    private void start() {
        w.push(kernel.k(), 1);
        f.set(kEnd);
        w.push(kernel.n(), 1);
        f.set(columnsLeft);
        f.get(B).set(b).get(OUT).set(out);
    }

    private void panels(int panels) {
        int least = (panels - 1) * COLUMNS + 1;
        if (!kernel.n().batched() && kernel.n().coefficient() < least) {
            return;
        }
        TileWasm tile = new TileWasm(this, rows, panels);
        Runnable more = () -> f.get(columnsLeft).i32(least).op(I32_GE_S);
        more.run();
        f.ifTrue(() -> f.repeatWhile(() -> {
            blocks(tile);
            f.get(b);
            w.push(kernel.k(), 4 * COLUMNS * panels);
            f.op(I32_ADD).set(b);
            f.increase(out, 4 * COLUMNS * panels);
            f.increase(columnsLeft, -COLUMNS * panels);
            more.run();
        }));
    }

    private void blocks(TileWasm tile) {
        int row = f.i32Local();
        int total = f.i32Local();
        int tileOut = f.i32Local();
        f.i32(0).set(kDone);
        f.repeatWhile(() -> {
            f.get(kEnd).get(kDone).op(I32_SUB).set(kCount);
            f.get(kCount).i32(BLOCK).op(I32_GT_S).ifTrue(() -> f.i32(BLOCK).set(kCount));
            f.get(A).get(kDone);
            w.push(kStride, 4);
            f.op(I32_MUL).op(I32_ADD).set(a);
            f.get(SCRATCH).set(total);
            f.get(out).set(tileOut);
            f.count(row, () -> f.get(ROWS), rows, () -> {
                tile.block();
                f.get(kDone).ifTrue(() -> tile.addTotals(total));
                f.get(kDone).get(kCount).op(I32_ADD).get(kEnd).op(I32_EQ);
                f.ifElse(() -> tile.finish(tileOut), () -> tile.storeTotals(total));
                f.increase(total, tile.totalBytes());
                f.get(a);
                w.push(rowStride, 4 * rows);
                f.op(I32_ADD).set(a);
                f.get(tileOut);
                w.push(kernel.n(), 4 * rows);
                f.op(I32_ADD).set(tileOut);
            });
            f.get(kDone).get(kCount).op(I32_ADD).tee(kDone);
            f.get(kEnd).op(I32_LT_S);
        });
    }
}
