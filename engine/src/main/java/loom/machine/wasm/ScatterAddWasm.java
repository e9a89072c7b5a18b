package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * Sums of rows by index: zeros everywhere, then row after row is added where it belongs, four elements at a time.
 *
 * <p>Function parameters: arguments, values, indices, out.
 */
final class ScatterAddWasm implements LaneEmitter.Arguments {
    private static final int VALUES = 1;
    private static final int INDICES = 2;
    private static final int OUT = 3;

    private final KernelWriter w = new KernelWriter(3);
    private final FunctionBuilder f = w.f;
    private final RowsWasm rows;
    private final int at = f.i32Local();
    /** How the operands at hand are loaded: four elements, or one in all lanes. */
    private int load;

    private ScatterAddWasm(Kernel.ScatterAdd k) {
        rows = RowsWasm.of(w, k.groups(), k.rows(), k.positions(), k.width(), INDICES);
    }

    static FunctionBuilder of(Kernel.ScatterAdd k) {
        ScatterAddWasm g = new ScatterAddWasm(k);
        g.f.get(OUT).i32(0);
        g.w.push(k.groups().times(k.rows()).times(k.width()), 4);
        g.f.fillMemory();
        g.rows.each(OUT, VALUES, g::addRow, () -> {});
        return g.w.finish();
    }

    private void addRow() {
        w.row(rows.width(), at, () -> add(V128_LOAD), () -> add(V128_LOAD32_SPLAT));
    }

    private void add(int opcode) {
        load = opcode;
        LaneEmitter lanes = new LaneEmitter(f, PointwiseCode.addition(), this);
        int sum = f.v128Local();
        lanes.compute(0);
        lanes.pushOutput(0);
        f.set(sum);
        f.get(rows.row()).get(at).op(I32_ADD).get(sum);
        if (opcode == V128_LOAD) {
            f.memory(V128_STORE, 0);
        } else {
            f.storeLane(0, 0);
        }
        lanes.pushOutput(1);
        w.flag();
    }

    @Override
    public void push(int argument, int vector) {
        f.get(argument == 0 ? rows.row() : rows.place()).get(at).op(I32_ADD).memory(load, 0);
    }

    @Override
    public int level(int argument) {
        return 0;
    }
}
