package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * Matrix products in the order of {@link loom.graph.Op.MatMul}: tiles of rows × columns of sums stay in registers for a block of 128
 * along k; every sum is its own chain, so tiles change no bit. Block sums are added to totals in scratch memory.
 *
 * <p>For a band of rows and a panel of b, all tiles of the band take one k block before the next begins: the block of the panel
 * (4 KB) stays in the first cache, the band of a in the second.
 *
 * <p>Function parameters: arguments, a, panels of b, out, scratch.
 */
final class MatMulWasm implements LaneEmitter.Arguments {
    private static final int A = 1;
    private static final int B = 2;
    private static final int OUT = 3;
    private static final int SCRATCH = 4;

    private static final int BLOCK = 128;
    private static final int ROWS = 4;
    private static final int VECTORS = PackWasm.VECTORS;
    private static final int COLUMNS = PackWasm.COLUMNS;
    /** Rows of a band. */
    private static final int BAND = 16 * ROWS;
    /** Panels that a single row takes at once: fewer sums would wait for their additions. */
    private static final int PANELS_OF_ROW = 4;

    private static final int UNROLL = 4;

    /** Bytes of scratch memory: totals of a band, or of a row over several panels. */
    static final int SCRATCH_BYTES = 4 * COLUMNS * Math.max(BAND, PANELS_OF_ROW);

    private final Kernel.MatMul kernel;
    private final KernelWriter w;
    private final FunctionBuilder f;
    private final Extent rowStride;
    private final Extent kStride;
    private final int m;
    private final int a;
    private final int b;
    private final int out;
    private final int columnsLeft;
    private final int kDone;
    private final int kEnd;
    private final int kCount;
    /** Vector that the finishing lane code takes. */
    private int sum;

    private MatMulWasm(Kernel.MatMul kernel) {
        this.kernel = kernel;
        w = new KernelWriter(4);
        f = w.f;
        rowStride = kernel.transposeA() ? Extent.ONE : kernel.k();
        kStride = kernel.transposeA() ? kernel.m() : Extent.ONE;
        m = f.i32Local();
        a = f.i32Local();
        b = f.i32Local();
        out = f.i32Local();
        columnsLeft = f.i32Local();
        kDone = f.i32Local();
        kEnd = f.i32Local();
        kCount = f.i32Local();
    }

    /** Bytes of scratch memory for a batch. */
    static long scratchBytes(Kernel.MatMul kernel, boolean packed, int batch) {
        long panels =
                packed ? 0 : PackWasm.bytes(kernel.k().at(batch), kernel.n().at(batch));
        return SCRATCH_BYTES + panels;
    }

    /**
     * Adds the functions of a product; returns the one to call. Its parameters are those above, but b is the matrix itself unless
     * {@code packed}.
     */
    static int add(WasmModule module, Kernel.MatMul kernel, boolean packed) {
        MatMulWasm g = new MatMulWasm(kernel);
        g.product();
        int product = module.add(g.w.finish());
        if (packed && kernel.groups().isOne()) {
            return product;
        }
        int pack = packed ? -1 : module.add(PackWasm.of(kernel.k(), kernel.n(), kernel.transposeB()));
        return module.add(new MatMulWasm(kernel).groups(product, pack));
    }

    /** Product after product, each after its b was packed (unless {@code pack} is −1). */
    private FunctionBuilder groups(int product, int pack) {
        int group = f.i32Local();
        int panels = f.i32Local();
        f.get(SCRATCH).i32(SCRATCH_BYTES).op(I32_ADD).set(panels);
        if (pack >= 0 && kernel.sharedB()) {
            f.get(0).get(B).get(panels).call(pack).op(DROP);
        }
        f.count(group, w.pushing(kernel.groups()), 1, () -> {
            if (pack >= 0 && !kernel.sharedB()) {
                f.get(0).get(B).get(panels).call(pack).op(DROP);
                advance(B, kernel.k(), kernel.n());
            }
            f.get(0).get(A).get(pack >= 0 ? panels : B).get(OUT).get(SCRATCH).call(product);
            f.get(a).op(I32_OR).set(a);
            if (!kernel.sharedA()) {
                advance(A, kernel.m(), kernel.k());
            }
            advance(OUT, kernel.m(), kernel.n());
            if (pack < 0 && !kernel.sharedB()) {
                f.increase(B, (int)
                        PackWasm.bytes(kernel.k().coefficient(), kernel.n().coefficient()));
            }
        });
        return w.finish(a);
    }

    private void advance(int pointer, Extent rows, Extent columns) {
        f.get(pointer);
        w.push(rows, 1);
        w.push(columns, 4);
        f.op(I32_MUL).op(I32_ADD).set(pointer);
    }

    /** Rows in tiles of {@link #ROWS}; those left one by one. */
    private void product() {
        w.push(kernel.m(), 1);
        f.set(m);
        w.push(kernel.k(), 1);
        f.set(kEnd);
        int row = f.i32Local();
        int band = f.i32Local();
        int tall = f.i32Local();
        boolean mayBeTall = kernel.m().batched() || kernel.m().coefficient() >= ROWS;
        boolean mayBeLeft = kernel.m().coefficient() % ROWS != 0;
        f.get(m).i32(-ROWS).op(I32_AND).set(tall);
        f.i32(0).set(row);
        if (mayBeTall) {
            f.countOn(row, () -> f.get(tall), BAND, () -> {
                f.get(tall).get(row).op(I32_SUB).set(band);
                f.get(band).i32(BAND).op(I32_GT_S).ifTrue(() -> f.i32(BAND).set(band));
                panels(row, band, ROWS, 1);
            });
            f.get(tall).set(row);
        }
        if (mayBeLeft) {
            f.i32(1).set(band);
            f.countOn(row, () -> f.get(m), 1, () -> panels(row, band, 1, PANELS_OF_ROW));
        }
    }

    /** All columns of the rows from {@code row}: {@code panels} panels at once as long as there are, then one by one. */
    private void panels(int row, int band, int rows, int panels) {
        f.get(B).set(b);
        f.get(OUT).get(row);
        w.push(kernel.n(), 4);
        f.op(I32_MUL).op(I32_ADD).set(out);
        w.push(kernel.n(), 1);
        f.set(columnsLeft);
        for (int together = panels; together >= 1; together -= Math.max(1, panels - 1)) {
            int step = together;
            int least = together == 1 ? 1 : (together - 1) * COLUMNS + 1;
            if (!kernel.n().batched() && kernel.n().coefficient() < least) {
                continue;
            }
            Runnable more = () -> f.get(columnsLeft).i32(least).op(I32_GE_S);
            more.run();
            f.ifTrue(() -> f.repeatWhile(() -> {
                panel(row, band, rows, step);
                f.get(b);
                w.push(kernel.k(), 4 * COLUMNS * step);
                f.op(I32_ADD).set(b);
                f.increase(out, 4 * COLUMNS * step);
                f.increase(columnsLeft, -COLUMNS * step);
                more.run();
            }));
        }
    }

    /** One panel (or {@code panels} neighbours) for all rows of a band, block by block along k. */
    private void panel(int row, int band, int rows, int panels) {
        int tile = f.i32Local();
        int total = f.i32Local();
        int tileOut = f.i32Local();
        Tile t = new Tile(rows, panels);
        f.i32(0).set(kDone);
        f.repeatWhile(() -> {
            f.get(kEnd).get(kDone).op(I32_SUB).set(kCount);
            f.get(kCount).i32(BLOCK).op(I32_GT_S).ifTrue(() -> f.i32(BLOCK).set(kCount));
            f.get(A).get(row);
            w.push(rowStride, 4);
            f.op(I32_MUL).op(I32_ADD).get(kDone);
            w.push(kStride, 4);
            f.op(I32_MUL).op(I32_ADD).set(a);
            f.get(SCRATCH).set(total);
            f.get(out).set(tileOut);
            f.count(tile, () -> f.get(band), rows, () -> {
                t.block();
                f.get(kDone).ifTrue(() -> t.addTotals(total));
                f.get(kDone).get(kCount).op(I32_ADD).get(kEnd).op(I32_EQ);
                f.ifElse(() -> t.finish(tileOut), () -> t.storeTotals(total));
                f.increase(total, 16 * rows * VECTORS * panels);
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

    /** Sums in registers. */
    private final class Tile {
        private final int rows;
        private final int width;
        private final int[][] sums;
        private final int[] rowPointer;
        private final int[] panelPointer;
        private final int[] x;
        private final int y;
        private final int steps;

        Tile(int rows, int panels) {
            this.rows = rows;
            width = panels * VECTORS;
            sums = new int[rows][width];
            for (int[] r : sums) {
                for (int v = 0; v < width; v++) {
                    r[v] = f.v128Local();
                }
            }
            x = new int[VECTORS];
            for (int v = 0; v < VECTORS; v++) {
                x[v] = f.v128Local();
            }
            y = f.v128Local();
            // Distances known now become offsets of one pointer.
            rowPointer = pointers(rowStride.batched() ? rows : 1);
            panelPointer = pointers(kernel.k().batched() ? panels : 1);
            steps = f.i32Local();
        }

        private int[] pointers(int count) {
            int[] p = new int[count];
            for (int i = 0; i < count; i++) {
                p[i] = f.i32Local();
            }
            return p;
        }

        /** Sums of one block of k, from +0. */
        void block() {
            for (int[] r : sums) {
                for (int s : r) {
                    f.splat(0).set(s);
                }
            }
            f.get(a).set(rowPointer[0]);
            for (int r = 1; r < rowPointer.length; r++) {
                f.get(rowPointer[r - 1]);
                w.push(rowStride, 4);
                f.op(I32_ADD).set(rowPointer[r]);
            }
            f.get(b).get(kDone).i32(4 * COLUMNS).op(I32_MUL).op(I32_ADD).set(panelPointer[0]);
            for (int p = 1; p < panelPointer.length; p++) {
                f.get(panelPointer[p - 1]);
                w.push(kernel.k(), 4 * COLUMNS);
                f.op(I32_ADD).set(panelPointer[p]);
            }
            boolean whole = !kernel.k().batched() && kernel.k().coefficient() % UNROLL == 0;
            f.get(kCount).set(steps);
            f.get(steps).i32(UNROLL).op(I32_GE_S).ifTrue(() -> steps(UNROLL));
            if (!whole) {
                f.get(steps).ifTrue(() -> steps(1));
            }
        }

        private void steps(int unroll) {
            f.repeatWhile(() -> {
                for (int u = 0; u < unroll; u++) {
                    step(u);
                    if (kStride.batched()) {
                        advance(rowPointer, kStride, 1);
                    }
                }
                if (!kStride.batched()) {
                    advance(rowPointer, kStride, unroll);
                }
                advance(panelPointer, Extent.ONE, unroll * COLUMNS);
                f.get(steps).i32(-unroll).op(I32_ADD).tee(steps);
                f.i32(unroll).op(I32_GE_S);
            });
        }

        private void advance(int[] pointers, Extent stride, int times) {
            for (int p : pointers) {
                f.get(p);
                w.push(stride, 4 * times);
                f.op(I32_ADD).set(p);
            }
        }

        /** k ascends: one product is added to every sum. */
        private void step(int u) {
            int kOffset = kStride.batched() ? 0 : 4 * kStride.coefficient() * u;
            for (int from = 0; from < width; from += VECTORS) {
                int panel = from / VECTORS;
                boolean own = panelPointer.length > 1;
                int panelOffset = own ? 0 : 4 * COLUMNS * kernel.k().coefficient() * panel;
                for (int v = 0; v < VECTORS; v++) {
                    f.get(panelPointer[own ? panel : 0])
                            .memory(V128_LOAD, panelOffset + 4 * COLUMNS * u + 16 * v)
                            .set(x[v]);
                }
                for (int r = 0; r < rows; r++) {
                    boolean ownRow = rowPointer.length > 1;
                    int rowOffset = ownRow ? 0 : 4 * rowStride.coefficient() * r;
                    if (from == 0 || rows > 1) {
                        f.get(rowPointer[ownRow ? r : 0]);
                        f.memory(V128_LOAD32_SPLAT, rowOffset + kOffset).set(y);
                    }
                    for (int v = 0; v < VECTORS; v++) {
                        int s = sums[r][from + v];
                        f.get(s).get(y).get(x[v]).op(F32X4_MUL).op(F32X4_ADD).set(s);
                    }
                }
            }
        }

        void addTotals(int total) {
            for (int r = 0; r < rows; r++) {
                for (int v = 0; v < width; v++) {
                    f.get(total).memory(V128_LOAD, 16 * (r * width + v));
                    f.get(sums[r][v]).op(F32X4_ADD).set(sums[r][v]);
                }
            }
        }

        void storeTotals(int total) {
            for (int r = 0; r < rows; r++) {
                for (int v = 0; v < width; v++) {
                    f.get(total).get(sums[r][v]).memory(V128_STORE, 16 * (r * width + v));
                }
            }
        }

        /** Rules D and T, then the columns that exist; the others are sums of zeros and cannot trap. */
        void finish(int target) {
            for (int[] r : sums) {
                for (int s : r) {
                    sum = s;
                    LaneEmitter lanes = new LaneEmitter(f, PointwiseCode.finishedSum(), MatMulWasm.this);
                    lanes.compute(0);
                    lanes.compute(1);
                    lanes.pushOutput(1);
                    w.flag();
                    lanes.pushOutput(0);
                    f.set(s);
                }
            }
            Runnable whole = () -> eachRow(target, (r, address) -> {
                for (int v = 0; v < width; v++) {
                    f.get(address).get(sums[r][v]).memory(V128_STORE, 16 * v);
                }
            });
            if (!kernel.n().batched() && kernel.n().coefficient() % (4 * width) == 0) {
                whole.run();
            } else {
                f.i32(4 * width).get(columnsLeft).op(I32_LE_S).ifElse(whole, () -> partly(target));
            }
        }

        private void partly(int target) {
            int left = f.i32Local();
            int at = f.i32Local();
            eachRow(target, (r, address) -> {
                f.get(columnsLeft).set(left);
                f.get(address).set(at);
                for (int v = 0; v < width; v++) {
                    int s = sums[r][v];
                    f.i32(4)
                            .get(left)
                            .op(I32_LE_S)
                            .ifElse(
                                    () -> f.get(at).get(s).memory(V128_STORE, 0),
                                    () -> f.i32(0).get(left).op(I32_LT_S).ifTrue(() -> w.storeFirst(at, s, left)));
                    f.increase(at, 16);
                    f.increase(left, -4);
                }
            });
        }

        private interface Row {
            void store(int row, int address);
        }

        private void eachRow(int target, Row row) {
            int address = f.i32Local();
            f.get(target).set(address);
            for (int r = 0; r < rows; r++) {
                row.store(r, address);
                if (r < rows - 1) {
                    f.get(address);
                    w.push(kernel.n(), 4);
                    f.op(I32_ADD).set(address);
                }
            }
        }
    }

    @Override
    public void push(int argument) {
        f.get(sum);
    }

    @Override
    public int level(int argument) {
        return 1;
    }
}
