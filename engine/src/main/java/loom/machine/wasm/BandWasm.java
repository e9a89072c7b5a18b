package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.OptionalInt;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * All columns of a band of rows, tile by tile. For a panel of b (or some neighbours), all tiles of the band take one block of k before
 * the next block begins: the block of the panel (4 KB) stays in the first cache, the band of a in the second. Meanwhile the totals
 * of the tiles are kept in scratch memory.
 *
 * <p>Few rows, or few columns, take a where it lies, panel after panel. Else all panels take a block of k before the next one begins, and
 * that block of a is spread first ({@link SpreadWasm}); of int8, the panel's block is widened for them, too.
 *
 * <p>Function parameters: arguments, a and out at the first row, panels of b, scratch, number of rows, a multiple of the tile's.
 */
final class BandWasm {
    private static final int A = 1;
    private static final int B = 2;
    private static final int OUT = 3;
    private static final int SCRATCH = 4;
    private static final int ROWS = 5;

    static final int BLOCK = 128;
    private static final int COLUMNS = PackWasm.COLUMNS;

    final Kernel.MatMul kernel;
    final KernelWriter w;
    final FunctionBuilder f;
    final ResultPlace place;
    final Extent rowStride;
    final Extent kStride;
    final RightOperand right;
    /** Where a tile begins in a (or in its spread block), at the present block of k. */
    final int a;
    /** Where the panel begins. */
    final int b;
    /** Columns from the panel on. */
    final int columnsLeft;
    /** Steps of k before this block, and in it. */
    final int kDone;

    final int kCount;

    private final int rows;
    private final int out;
    private final int total;
    private final int kEnd;
    private int sum;
    private final LaneEmitter finishing;

    private BandWasm(Kernel.MatMul kernel, ResultPlace place, RightOperand right, int rows, boolean someColumns) {
        w = new KernelWriter(5, someColumns);
        f = w.f;
        a = f.i32Local();
        b = f.i32Local();
        columnsLeft = f.i32Local();
        kDone = f.i32Local();
        kCount = f.i32Local();
        out = f.i32Local();
        total = f.i32Local();
        kEnd = f.i32Local();
        finishing =
                new LaneEmitter(f, PointwiseCode.finishedSum(), (LaneEmitter.Inner) (argument, vector) -> f.get(sum));
        this.kernel = kernel;
        this.place = place;
        this.right = right;
        this.rows = rows;
        rowStride = rowStride(kernel);
        kStride = kStride(kernel);
    }

    /** Rules D and T of the sums in a vector. */
    LaneEmitter finishing(int sums) {
        sum = sums;
        finishing.compute(1);
        return finishing;
    }

    static Extent rowStride(Kernel.MatMul kernel) {
        return kernel.transposeA() ? Extent.ONE : kernel.k();
    }

    static Extent kStride(Kernel.MatMul kernel) {
        return kernel.transposeA() ? kernel.m() : Extent.ONE;
    }

    /**
     * Tiles of {@code rows} rows and {@code panels} panels, a power of two, as long as there are so many; then of fewer. {@code someColumns}: of
     * some panels, the first being a multiple of {@code panels}.
     */
    static FunctionBuilder inPlace(
            Kernel.MatMul kernel, ResultPlace place, RightOperand right, int rows, int panels, boolean someColumns) {
        BandWasm g = new BandWasm(kernel, place, right, rows, someColumns);
        g.start();
        if (kernel.n().batched()) {
            for (int p = panels; p > 0; p /= 2) {
                g.panelsInPlace(p);
            }
        } else {
            int all = PackWasm.panels(kernel.n().coefficient());
            if (all >= panels) {
                g.panelsInPlace(panels);
            }
            if (all % panels > 0) {
                g.panelsInPlace(all % panels);
            }
        }
        return g.w.finish();
    }

    /** Tiles of {@code rows} rows and one panel; {@code spread} is the function of {@link SpreadWasm}. */
    static FunctionBuilder spread(Kernel.MatMul kernel, ResultPlace place, RightOperand right, int rows, int spread) {
        BandWasm g = new BandWasm(kernel, place, right, rows, false);
        g.start();
        g.blocksSpread(spread);
        return g.w.finish();
    }

    private void start() {
        // Constants are slow to make: once, not for every sum.
        if (kernel.factors() == Factors.F32) {
            w.prepareUnusual();
            finishing.compute(0);
        }
        w.push(kernel.k(), 1);
        f.set(kEnd);
        atFirstPanel();
    }

    private void atFirstPanel() {
        w.push(kernel.n(), 1);
        f.set(columnsLeft);
        f.get(B).set(b).get(OUT).set(out);
        if (w.isParted()) {
            atPart();
        }
    }

    private void atPart() {
        int end = f.i32Local();
        w.pushEnd(kernel.n());
        f.i32(COLUMNS).op(I32_MUL).tee(end).get(columnsLeft).op(I32_LT_S);
        f.ifTrue(() -> f.get(end).set(columnsLeft));
        f.get(columnsLeft);
        w.pushFirst();
        f.i32(COLUMNS).op(I32_MUL).op(I32_SUB).set(columnsLeft);
        w.skip(b, right.panel());
        w.skip(out, place.panel());
    }

    // ---- a in place

    private void panelsInPlace(int panels) {
        TileWasm tile = new TileWasm(this, rows, panels, new RowsInPlace(this, rows), OptionalInt.empty());
        whilePanels(
                panels,
                () -> blocks(() -> {
                    pushBlock();
                    f.set(a);
                    f.get(SCRATCH).set(total);
                    tiles(tile, () -> w.push(rowStride, 4 * rows));
                }));
    }

    // ---- a spread

    private void blocksSpread(int spread) {
        OptionalInt wide = kernel.factors() == Factors.INT8 ? OptionalInt.of(f.i32Local()) : OptionalInt.empty();
        TileWasm tile = new TileWasm(this, rows, 1, new SpreadRows(this, rows), wide);
        wide.ifPresent(at -> f.get(SCRATCH)
                .i32(SpreadWasm.bytes(kernel) - Int8Wasm.WIDE_BYTES)
                .op(I32_ADD)
                .set(at));
        blocks(() -> {
            f.get(KernelWriter.ARGUMENTS);
            pushBlock();
            f.get(SCRATCH).get(ROWS).get(kCount).call(spread).op(DROP);
            atFirstPanel();
            f.get(SCRATCH).i32(SpreadWasm.bytes(kernel)).op(I32_ADD).set(total);
            whilePanels(1, () -> {
                wide.ifPresent(at -> Int8Wasm.widen(f, b, kDone, kCount, at));
                f.get(SCRATCH).set(a);
                tiles(tile, () -> f.get(kCount).i32(16 * rows).op(I32_MUL));
            });
        });
    }

    // ---- both

    /** Pushes where the present block of k begins in a. */
    private void pushBlock() {
        f.get(A).get(kDone);
        w.push(kStride, 4);
        f.op(I32_MUL).op(I32_ADD);
    }

    private static int least(int panels) {
        return (panels - 1) * COLUMNS + 1;
    }

    /** Runs {@code body} for so many panels after one another, as long as there are columns for the last of them. */
    private void whilePanels(int panels, Runnable body) {
        Runnable more = () -> f.get(columnsLeft).i32(least(panels)).op(I32_GE_S);
        more.run();
        f.ifTrue(() -> f.repeatWhile(() -> {
            body.run();
            f.get(b);
            w.push(right.panel(), 4 * panels);
            f.op(I32_ADD).set(b);
            f.get(out);
            w.push(place.panel(), 4 * panels);
            f.op(I32_ADD).set(out);
            f.increase(columnsLeft, -COLUMNS * panels);
            more.run();
        }));
    }

    /** Runs {@code body} for each block of k. */
    private void blocks(Runnable body) {
        f.i32(0).set(kDone);
        f.repeatWhile(() -> {
            f.get(kEnd).get(kDone).op(I32_SUB).set(kCount);
            f.get(kCount).i32(BLOCK).op(I32_GT_S).ifTrue(() -> f.i32(BLOCK).set(kCount));
            body.run();
            f.get(kDone).get(kCount).op(I32_ADD).tee(kDone);
            f.get(kEnd).op(I32_LT_S);
        });
    }

    /** One block of k of all tiles of the band; {@code distance} pushes the bytes from a tile to the next one's a. */
    private void tiles(TileWasm tile, Runnable distance) {
        int row = f.i32Local();
        int tileOut = f.i32Local();
        f.get(out).set(tileOut);
        f.count(row, () -> f.get(ROWS), rows, () -> {
            tile.block();
            f.get(kDone).ifTrue(() -> tile.addTotals(total));
            f.get(kDone).get(kCount).op(I32_ADD).get(kEnd).op(I32_EQ);
            f.ifElse(() -> tile.finish(tileOut), () -> tile.storeTotals(total));
            f.increase(total, tile.totalBytes());
            f.get(a);
            distance.run();
            f.op(I32_ADD).set(a);
            f.get(tileOut);
            w.push(place.row(), 4 * rows);
            f.op(I32_ADD).set(tileOut);
        });
    }
}
