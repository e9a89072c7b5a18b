package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;

/**
 * Rearranges the right operand of a product into panels of {@link #COLUMNS} columns, {@code [panel][k][column]}, filled up with
 * zeros: the product then reads it from front to end, whatever the row stride was.
 *
 * <p>Function parameters: arguments, matrix, panels. Stored {@code [k,n]}, or {@code [n,k]} if transposed, perhaps as panels itself
 * ({@link PanelOrder}).
 */
final class PackWasm {
    /** Vectors in a row of a panel: 4 rows of 2 sums, or 3 of 3, fill the 16 registers together with their operands. */
    static final int VECTORS = 2;

    static final int COLUMNS = 4 * VECTORS;

    /** Panels made at a time of a matrix that is not transposed: their columns are a cache line or two. */
    private static final int PANELS = 4;

    private static final int FROM = 1;
    private static final int TO = 2;

    private final KernelWriter w = new KernelWriter(2);
    private final FunctionBuilder f = w.f;
    private final Extent k;
    private final Extent n;
    /** Elements of a row of the matrix. */
    private final Extent width;

    private final boolean fromPanels;
    private final int left = f.i32Local();
    private final int mask = f.v128Local();

    private PackWasm(Extent k, Extent n, Extent width, boolean fromPanels) {
        this.k = k;
        this.n = n;
        this.width = width;
        this.fromPanels = fromPanels;
    }

    /** Panels of so many columns. */
    static int panels(int columns) {
        return (int) ((columns + COLUMNS - 1L) / COLUMNS);
    }

    /** Bytes of the panels of one matrix. */
    static long bytes(int k, int n) {
        return 4L * panels(n) * COLUMNS * k;
    }

    /** Columns of whole panels. */
    static Extent whole(Extent n) {
        return Extent.of(panels(n.coefficient()) * COLUMNS);
    }

    static FunctionBuilder of(Extent k, Extent n, boolean transposed) {
        return of(k, n, n, transposed);
    }

    /** Of {@code n} columns of a matrix of {@code width}. */
    static FunctionBuilder of(Extent k, Extent n, Extent width, boolean transposed) {
        PackWasm g = new PackWasm(k, n, width, false);
        g.panels(transposed);
        return g.w.finish();
    }

    /** Of a transposed matrix that is stored as panels: {@code k} is a multiple of their columns. */
    static FunctionBuilder ofPanels(Extent k, Extent n) {
        PackWasm g = new PackWasm(k, n, n, true);
        g.panels(true);
        return g.w.finish();
    }

    private void panels(boolean transposed) {
        w.push(n, 1);
        f.set(left);
        if (transposed) {
            f.repeatWhile(() -> {
                for (int v = 0; v < VECTORS; v++) {
                    turned(v);
                }
                next(1, this::pushColumns);
                f.get(left).i32(0).op(I32_GT_S);
            });
            return;
        }
        for (int panels : new int[] {PANELS, 1}) {
            Runnable more = () -> f.get(left).i32((panels - 1) * COLUMNS).op(I32_GT_S);
            more.run();
            f.ifTrue(() -> f.repeatWhile(() -> {
                straight(panels);
                next(panels, () -> f.i32(4 * COLUMNS * panels));
                more.run();
            }));
        }
    }

    /** Goes on by some panels; {@code from} pushes the bytes between their columns in the matrix. */
    private void next(int panels, Runnable from) {
        f.get(TO);
        w.push(k, 4 * COLUMNS * panels);
        f.op(I32_ADD).set(TO).get(FROM);
        from.run();
        f.op(I32_ADD).set(FROM);
        f.increase(left, -COLUMNS * panels);
    }

    /** Pushes the bytes between a panel's columns, which are rows of the stored matrix. */
    private void pushColumns() {
        w.push(fromPanels ? Extent.of(COLUMNS) : k, 4 * COLUMNS);
    }

    /** Pushes the columns of vector {@code v} that exist. */
    private void pushColumnMask(int v) {
        w.pushMask(left, 4 * v);
    }

    /** All vectors of a row at once: rows are far apart, so a second walk over them would miss the cache again. */
    private void straight(int panels) {
        int i = f.i32Local();
        int from = f.i32Local();
        int[] to = f.i32Locals(panels);
        int[] masks = new int[VECTORS];
        // Only the last panel may lack columns.
        for (int v = 0; v < VECTORS; v++) {
            masks[v] = f.v128Local();
            pushColumnMask((panels - 1) * VECTORS + v);
            f.set(masks[v]);
        }
        f.get(FROM).set(from).get(TO).set(to[0]);
        for (int p = 1; p < panels; p++) {
            f.get(to[p - 1]);
            w.push(k, 4 * COLUMNS);
            f.op(I32_ADD).set(to[p]);
        }
        f.count(i, w.pushing(k), 1, () -> {
            for (int p = 0; p < panels; p++) {
                for (int v = 0; v < VECTORS; v++) {
                    f.get(to[p]).get(from).memory(V128_LOAD, 4 * COLUMNS * p + 16 * v);
                    if (p == panels - 1) {
                        f.get(masks[v]).op(V128_AND);
                    }
                    f.memory(V128_STORE, 16 * v);
                }
                f.increase(to[p], 4 * COLUMNS);
            }
            f.get(from);
            w.push(width, 4);
            f.op(I32_ADD).set(from);
        });
    }

    /** Four columns, which are rows of the stored matrix, four k at a time. */
    private void turned(int v) {
        int[] from = new int[4];
        int[] x = new int[4];
        for (int c = 0; c < 4; c++) {
            from[c] = f.i32Local();
            x[c] = f.v128Local();
        }
        int kLeft = f.i32Local();
        int to = f.i32Local();
        for (int c = 0; c < 4; c++) {
            // A column that does not exist reads the first one, and is masked below.
            f.get(FROM);
            w.push(fromPanels ? Extent.of(COLUMNS) : k, 4 * (4 * v + c));
            f.i32(0)
                    .i32(4 * v + c)
                    .get(left)
                    .op(I32_LT_S)
                    .op(SELECT)
                    .op(I32_ADD)
                    .set(from[c]);
        }
        pushColumnMask(v);
        f.set(mask);
        f.get(TO).set(to);
        w.push(k, 1);
        f.set(kLeft);
        f.repeatWhile(() -> {
            for (int c = 0; c < 4; c++) {
                f.get(from[c]).memory(V128_LOAD, 0).set(x[c]);
                f.increase(from[c], 16);
            }
            if (fromPanels) {
                nextPanel(from, kLeft);
            }
            w.transpose(x);
            for (int j = 0; j < 4; j++) {
                int row = j;
                Runnable store = () ->
                        f.get(to).get(x[row]).get(mask).op(V128_AND).memory(V128_STORE, 4 * COLUMNS * row + 16 * v);
                if (row == 0 || (!k.batched() && k.coefficient() % 4 == 0)) {
                    store.run();
                } else {
                    f.i32(row).get(kLeft).op(I32_LT_S).ifTrue(store);
                }
            }
            f.increase(to, 16 * COLUMNS);
            f.get(kLeft).i32(-4).op(I32_ADD).tee(kLeft);
            f.i32(0).op(I32_GT_S);
        });
    }

    /** After the second half of a panel's row, the first half of it in the next panel follows. */
    private void nextPanel(int[] from, int kLeft) {
        f.get(kLeft).i32(COLUMNS / 2).op(I32_AND).ifTrue(() -> {
            for (int pointer : from) {
                f.get(pointer);
                w.push(n, 4 * COLUMNS);
                f.i32(4 * COLUMNS).op(I32_SUB).op(I32_ADD).set(pointer);
            }
        });
    }
}
