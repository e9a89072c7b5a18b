package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.OptionalInt;
import loom.graph.Factors;
import loom.program.Kernel;

/** Sums of some rows and panels in registers: up to 8 vectors of them, 2 of b and 1 of a fit the 16 there are. */
final class TileWasm {
    private static final int VECTORS = PackWasm.VECTORS;
    private static final int UNROLL = 4;

    /** Of tiles of many sums: counters and pointers take a thirtieth of the instructions less. */
    private static final int UNROLL_WIDE = 8;

    /** So many steps or fewer, as a small window of one channel has, need no loop. */
    private static final int FEW_STEPS = 32;

    private final BandWasm band;
    private final Kernel.MatMul kernel;
    private final KernelWriter w;
    private final FunctionBuilder f;
    private final boolean isInt8;
    /** Where the block of a panel is whose bytes have become words already. */
    private final OptionalInt wide;

    private final int step;
    private final int rows;
    private final int width;
    private final int[][] sums;
    private final LeftOperand left;
    private final int[] panelPointer;
    private final int[] x;
    private final int y;
    private final int[] product;
    private final int steps;

    TileWasm(BandWasm band, int rows, int panels, LeftOperand left, OptionalInt wide) {
        this.band = band;
        kernel = band.kernel;
        isInt8 = kernel.factors() == Factors.INT8;
        this.wide = wide;
        step = wide.isPresent() ? PackWasm.COLUMNS : band.right.step();
        w = band.w;
        f = band.f;
        this.rows = rows;
        width = panels * VECTORS;
        sums = new int[rows][];
        for (int r = 0; r < rows; r++) {
            sums[r] = f.v128Locals(width);
        }
        x = f.v128Locals(VECTORS);
        y = f.v128Local();
        product = f.v128Locals(VECTORS);
        this.left = left;
        // A distance known now becomes an offset of one pointer.
        panelPointer = f.i32Locals(band.right.panel().batched() ? panels : 1);
        steps = f.i32Local();
    }

    /** Sums of one block of k, from +0. */
    void block() {
        for (int[] r : sums) {
            for (int s : r) {
                f.splat(0).set(s);
            }
        }
        left.start();
        if (wide.isPresent()) {
            f.get(wide.getAsInt());
        } else {
            f.get(band.b).get(band.kDone).i32(4 * step).op(I32_MUL).op(I32_ADD);
        }
        f.set(panelPointer[0]);
        for (int p = 1; p < panelPointer.length; p++) {
            f.get(panelPointer[p - 1]);
            w.push(band.right.panel(), 4);
            f.op(I32_ADD).set(panelPointer[p]);
        }
        if (!kernel.k().batched() && kernel.k().coefficient() <= FEW_STEPS) {
            for (int u = 0; u < kernel.k().coefficient(); u++) {
                step(u);
                left.stepped(u, kernel.k().coefficient());
            }
            return;
        }
        int unroll = unroll();
        boolean whole = !kernel.k().batched() && kernel.k().coefficient() % unroll == 0;
        f.get(band.kCount).set(steps);
        f.get(steps).i32(unroll).op(I32_GE_S).ifTrue(() -> steps(unroll));
        if (!whole) {
            f.get(steps).ifTrue(() -> steps(1));
        }
    }

    /** Eight, unless four leave fewer steps over; tiles of one and two rows wait for memory. */
    private int unroll() {
        boolean leavesMore = !kernel.k().batched() && kernel.k().coefficient() % UNROLL_WIDE >= UNROLL;
        return rows < MatMulWasm.ROWS || leavesMore ? UNROLL : UNROLL_WIDE;
    }

    private void steps(int unroll) {
        f.repeatWhile(() -> {
            for (int u = 0; u < unroll; u++) {
                step(u);
                left.stepped(u, unroll);
            }
            for (int p : panelPointer) {
                f.increase(p, 4 * step * unroll);
            }
            f.get(steps).i32(-unroll).op(I32_ADD).tee(steps);
            f.i32(unroll).op(I32_GE_S);
        });
    }

    /** k ascends: one product is added to every sum. */
    private void step(int u) {
        for (int panel = 0; panel < width / VECTORS; panel++) {
            // Several rows take the same vectors of b.
            for (int v = 0; v < VECTORS && rows > 1; v++) {
                pushB(panel, v, u);
                f.set(x[v]);
            }
            for (int r = 0; r < rows; r++) {
                if (panel == 0 || rows > 1) {
                    left.push(r, u);
                    f.set(y);
                }
                for (int v = 0; v < VECTORS; v++) {
                    if (rows > 1) {
                        f.get(x[v]);
                    } else {
                        pushB(panel, v, u);
                    }
                    f.get(y).op(isInt8 ? I32X4_DOT_I16X8_S : F32X4_MUL).set(product[v]);
                }
                for (int v = 0; v < VECTORS; v++) {
                    int s = sums[r][panel * VECTORS + v];
                    f.get(s).get(product[v]).op(addition()).set(s);
                }
            }
        }
    }

    private void pushB(int panel, int v, int u) {
        boolean own = panelPointer.length > 1;
        int panelOffset = own ? 0 : 4 * band.right.panel().coefficient() * panel;
        boolean widens = isInt8 && wide.isEmpty();
        int offset = panelOffset + 4 * step * u + (widens ? 8 : 16) * v;
        f.get(panelPointer[own ? panel : 0]).memory(widens ? V128_LOAD8X8_S : V128_LOAD, offset);
    }

    /** Bytes of a tile's totals. */
    int totalBytes() {
        return 16 * rows * width;
    }

    void addTotals(int total) {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < width; v++) {
                f.get(total).memory(V128_LOAD, 16 * (r * width + v));
                f.get(sums[r][v]).op(addition()).set(sums[r][v]);
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

    private int addition() {
        return isInt8 ? I32X4_ADD : F32X4_ADD;
    }

    /** Rules D and T, then the columns that exist. */
    void finish(int target) {
        // Tiles take panels that are there; only the last panel may lack columns.
        boolean whole = !kernel.n().batched() && kernel.n().coefficient() % PackWasm.COLUMNS == 0;
        if (!isInt8) {
            w.pushIsUnusual(all(sums));
            f.ifTrue(() -> rules(whole));
        }
        Runnable all = () -> eachRow(target, (r, address) -> {
            for (int v = 0; v < width; v++) {
                f.get(address).get(sums[r][v]).memory(V128_STORE, offset(v));
            }
        });
        if (whole) {
            all.run();
        } else {
            f.i32(4 * width).get(band.columnsLeft).op(I32_LE_S).ifElse(all, () -> partly(target));
        }
    }

    private static int[] all(int[][] sums) {
        int[] all = new int[sums.length * sums[0].length];
        for (int r = 0; r < sums.length; r++) {
            System.arraycopy(sums[r], 0, all, r * sums[0].length, sums[0].length);
        }
        return all;
    }

    private void rules(boolean whole) {
        // Columns that do not exist must not trap; sums of zeros cannot.
        int[] exist = whole || band.right.isPadded() ? new int[0] : columnMasks();
        for (int[] r : sums) {
            for (int v = 0; v < width; v++) {
                int s = r[v];
                LaneEmitter lanes = band.finishing(s);
                lanes.pushOutput(1);
                if (exist.length > 0) {
                    f.get(exist[v]).op(V128_AND);
                }
                w.flag();
                lanes.pushOutput(0);
                f.set(s);
            }
        }
    }

    /** Bytes from a tile's first column of the result to vector {@code v}. */
    private int offset(int v) {
        return 4 * band.place.panel().coefficient() * (v / VECTORS) + 16 * (v % VECTORS);
    }

    private int[] columnMasks() {
        int[] masks = new int[width];
        for (int v = 0; v < width; v++) {
            masks[v] = f.v128Local();
            w.pushMask(band.columnsLeft, 4 * v);
            f.set(masks[v]);
        }
        return masks;
    }

    private void partly(int target) {
        int left = f.i32Local();
        int at = f.i32Local();
        eachRow(target, (r, address) -> {
            f.get(band.columnsLeft).set(left);
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
                w.push(band.place.row(), 4);
                f.op(I32_ADD).set(address);
            }
        }
    }
}
