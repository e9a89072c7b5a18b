package loom.machine.wasm;

import loom.program.Kernel;

/**
 * Rows chosen by indices, four words at a time.
 *
 * <p>Function parameters: arguments, table, indices, out.
 */
final class GatherWasm {
    private static final int TABLE = 1;
    private static final int INDICES = 2;
    private static final int OUT = 3;

    private GatherWasm() {}

    static FunctionBuilder of(Kernel.Gather k) {
        KernelWriter w = new KernelWriter(3);
        RowsWasm rows = RowsWasm.of(w, k.groups(), k.rows(), k.positions(), k.width(), INDICES);
        rows.each(TABLE, OUT, () -> write(rows, true), () -> write(rows, false));
        return w.finish();
    }

    /** The table's row, or zeros. */
    private static void write(RowsWasm r, boolean copies) {
        int at = r.w().f.i32Local();
        r.w().row(
                        r.width(),
                        at,
                        r.w().moving(r.row(), r.place(), at, copies, true),
                        r.w().moving(r.row(), r.place(), at, copies, false));
    }
}
