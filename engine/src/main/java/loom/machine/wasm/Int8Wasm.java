package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;
import loom.program.Kernel;

/**
 * Operands of int8 products: f32 rounded to int8, two neighbours of k side by side, as the instruction takes them that multiplies eight i16
 * and adds up each two products. The left one becomes words of two i16, {@code [row][k/2]}; the right one panels of pairs of bytes,
 * {@code [panel][k/2][column][2]}, a quarter of its size as f32. An odd k is filled up with a zero on the right side; the left one may have
 * anything there.
 *
 * <p>Function parameters: arguments, matrix, target; of {@link #rows} also the number of rows.
 */
final class Int8Wasm {
    /** k that are done at a time where they lie side by side; targets may be written so far behind their end. */
    private static final int STEPS = 8;

    private static final int COLUMNS = PackWasm.COLUMNS;
    /** Bytes of a panel for a pair of k. */
    private static final int PAIR = 2 * COLUMNS;

    private static final int SLACK = STEPS / 2 * PAIR;

    /** Bytes of a panel's block of k whose bytes have become i16. */
    static final int WIDE_BYTES = 2 * PAIR * BandWasm.BLOCK;

    private static final int FROM = 1;
    private static final int TO = 2;
    private static final int ROWS = 3;

    /** 1.5 · 2^23: added to a magnitude below 2^22 it leaves the nearest whole number in the low bits. */
    private static final int ROUNDER = 0x4b400000;

    private final KernelWriter w;
    private final FunctionBuilder f;
    private final Kernel.MatMul kernel;
    private final int least;
    private final int most;
    private final int rounder;

    private Int8Wasm(Kernel.MatMul kernel, int parameters) {
        this.kernel = kernel;
        w = new KernelWriter(parameters);
        f = w.f;
        least = constant(Float.floatToRawIntBits(Byte.MIN_VALUE));
        most = constant(Float.floatToRawIntBits(Byte.MAX_VALUE));
        rounder = constant(ROUNDER);
    }

    private int constant(int word) {
        int local = f.v128Local();
        f.splat(word).set(local);
        return local;
    }

    /** Pairs of k, the last perhaps half empty. */
    static int pairs(Kernel.MatMul kernel) {
        return (kernel.k().coefficient() + 1) / 2;
    }

    /** The product of words of pairs. */
    static Kernel.MatMul ofPairs(Kernel.MatMul m) {
        return new Kernel.MatMul(
                m.a(),
                m.b(),
                m.out(),
                false,
                false,
                m.sharedA(),
                m.sharedB(),
                m.groups(),
                m.m(),
                m.n(),
                Extent.of(pairs(m)),
                m.factors(),
                m.site());
    }

    /** Bytes of the left operand of one product. */
    static Linear rowBytes(Kernel.MatMul kernel) {
        return Linear.of(kernel.m()).times(4 * pairs(kernel)).plus(new Linear(SLACK, 0));
    }

    /** Bytes of the right operand of one product. */
    static long panelBytes(Kernel.MatMul kernel, int n) {
        return (long) PackWasm.panels(n) * PAIR * pairs(kernel) + SLACK;
    }

    /** Rounds the vector on the stack, to i32. */
    private void round() {
        f.get(most).op(F32X4_PMIN).get(least).op(F32X4_PMAX);
        f.get(rounder).op(F32X4_ADD).get(rounder).op(I32X4_SUB);
    }

    /** Widens a block of the panel at {@code panel}, from pair {@code first} on, for the tiles of a band, which would all do it. */
    static void widen(FunctionBuilder f, int panel, int first, int pairs, int target) {
        int pair = f.i32Local();
        int from = f.i32Local();
        int to = f.i32Local();
        f.get(panel).get(first).i32(PAIR).op(I32_MUL).op(I32_ADD).set(from);
        f.get(target).set(to);
        f.count(pair, () -> f.get(pairs), 1, () -> {
            for (int v = 0; v < 2; v++) {
                f.get(to).get(from).memory(V128_LOAD8X8_S, PAIR / 2 * v).memory(V128_STORE, PAIR * v);
            }
            f.increase(from, PAIR);
            f.increase(to, 2 * PAIR);
        });
    }

    // ---- the left operand

    static FunctionBuilder rows(Kernel.MatMul kernel) {
        Int8Wasm g = new Int8Wasm(kernel, 3);
        if (kernel.transposeA()) {
            g.turnedRows();
        } else {
            g.straightRows();
        }
        return g.w.finish();
    }

    private void straightRows() {
        int row = f.i32Local();
        int k = f.i32Local();
        int from = f.i32Local();
        int to = f.i32Local();
        f.count(row, () -> f.get(ROWS), 1, () -> {
            f.get(FROM).set(from).get(TO).set(to);
            f.count(k, w.pushing(kernel.k()), STEPS, () -> {
                f.get(to);
                pushEight(from);
                f.memory(V128_STORE, 0);
                f.increase(from, 4 * STEPS);
                f.increase(to, 2 * STEPS);
            });
            f.increase(FROM, 4 * kernel.k().coefficient());
            f.increase(TO, 4 * pairs(kernel));
        });
    }

    /** Eight neighbours as i16. */
    private void pushEight(int from) {
        f.get(from).memory(V128_LOAD, 0);
        round();
        f.get(from).memory(V128_LOAD, 16);
        round();
        f.op(I16X8_NARROW_I32X4_S);
    }

    /** Of a matrix stored {@code [k, rows]}: four rows at a time, then each that is left. */
    private void turnedRows() {
        int row = f.i32Local();
        int end = f.i32Local();
        f.get(ROWS).i32(-4).op(I32_AND).set(end);
        f.count(row, () -> f.get(end), 4, () -> turnedRows(4));
        f.countOn(row, () -> f.get(ROWS), 1, () -> turnedRows(1));
    }

    private void turnedRows(int rows) {
        int pair = f.i32Local();
        int from = f.i32Local();
        int to = f.i32Local();
        int words = f.v128Local();
        boolean isOdd = kernel.k().coefficient() % 2 == 1;
        f.get(FROM).set(from).get(TO).set(to);
        Runnable store = () -> {
            for (int r = 0; r < rows; r++) {
                f.get(to).get(words).storeLane(r, 4 * pairs(kernel) * r);
            }
        };
        f.count(pair, () -> f.i32(kernel.k().coefficient() / 2), 1, () -> {
            pushRow(from, rows);
            f.splat(0xffff).op(V128_AND);
            w.advance(from, kernel.m());
            pushRow(from, rows);
            f.i32(16).op(I32X4_SHL).op(V128_OR).set(words);
            w.advance(from, kernel.m());
            store.run();
            f.increase(to, 4);
        });
        if (isOdd) {
            pushRow(from, rows);
            f.set(words);
            store.run();
        }
        f.increase(FROM, 4 * rows);
        f.increase(TO, 4 * pairs(kernel) * rows);
    }

    private void pushRow(int from, int rows) {
        f.get(from).memory(rows == 1 ? V128_LOAD32_SPLAT : V128_LOAD, 0);
        round();
    }

    // ---- the right operand

    static FunctionBuilder panels(Kernel.MatMul kernel) {
        Int8Wasm g = new Int8Wasm(kernel, 2);
        if (kernel.transposeB()) {
            g.turnedPanels();
        } else {
            g.straightPanels();
        }
        return g.w.finish();
    }

    private void straightPanels() {
        int column = f.i32Local();
        int pair = f.i32Local();
        int from = f.i32Local();
        boolean isOdd = kernel.k().coefficient() % 2 == 1;
        f.count(column, w.pushing(kernel.n()), COLUMNS, () -> {
            f.get(FROM).set(from);
            f.count(pair, () -> f.i32(kernel.k().coefficient() / 2), 1, () -> {
                f.get(TO);
                pushEight(from);
                f.splat(0x00ff00ff).op(V128_AND);
                w.advance(from, kernel.n());
                pushEight(from);
                f.i32(8).op(I16X8_SHL).op(V128_OR).memory(V128_STORE, 0);
                w.advance(from, kernel.n());
                f.increase(TO, PAIR);
            });
            if (isOdd) {
                f.get(TO);
                pushEight(from);
                f.splat(0x00ff00ff).op(V128_AND).memory(V128_STORE, 0);
                f.increase(TO, PAIR);
            }
            f.increase(FROM, 4 * COLUMNS);
        });
    }

    /**
     * Of a matrix stored {@code [n, k]}, column by column. What is written behind the last pair of one comes to stand where the same column of
     * the next panel is written later.
     */
    private void turnedPanels() {
        int column = f.i32Local();
        int left = f.i32Local();
        int from = f.i32Local();
        int to = f.i32Local();
        int pairs = f.v128Local();
        int k = kernel.k().coefficient();
        f.count(column, w.pushing(kernel.n()), 1, () -> {
            f.get(TO);
            f.get(column).i32(3).op(I32_SHR_U).i32(PAIR * pairs(kernel)).op(I32_MUL);
            f.get(column).i32(COLUMNS - 1).op(I32_AND).i32(1).op(I32_SHL);
            f.op(I32_ADD).op(I32_ADD).set(to);
            f.get(FROM).set(from);
            f.i32(k).set(left);
            f.repeatWhile(() -> {
                for (int half = 0; half < 2; half++) {
                    f.get(from).memory(V128_LOAD, 16 * half);
                    w.pushMask(left, 4 * half);
                    f.op(V128_AND);
                    round();
                }
                f.op(I16X8_NARROW_I32X4_S)
                        .tee(pairs)
                        .get(pairs)
                        .op(I8X16_NARROW_I16X8_S)
                        .set(pairs);
                for (int p = 0; p < STEPS / 2; p++) {
                    f.get(to).get(pairs).storeHalfLane(p, PAIR * p);
                }
                f.increase(from, 4 * STEPS);
                f.increase(to, PAIR * STEPS / 2);
                f.get(left).i32(-STEPS).op(I32_ADD).tee(left);
                f.i32(0).op(I32_GT_S);
            });
            f.increase(FROM, 4 * k);
        });
    }
}
