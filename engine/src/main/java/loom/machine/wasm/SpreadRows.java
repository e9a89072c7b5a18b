package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

/** Rows of a as {@link SpreadWasm} left them: a vector of four equal elements for each, {@code [k][row]}. */
final class SpreadRows implements LeftOperand {
    private final BandWasm band;
    private final FunctionBuilder f;
    private final int rows;
    private final int pointer;

    SpreadRows(BandWasm band, int rows) {
        this.band = band;
        f = band.f;
        this.rows = rows;
        pointer = f.i32Local();
    }

    @Override
    public void start() {
        f.get(band.a).set(pointer);
    }

    @Override
    public void push(int row, int u) {
        f.get(pointer).memory(V128_LOAD, 16 * (u * rows + row));
    }

    @Override
    public void stepped(int u, int unroll) {
        if (u == unroll - 1) {
            f.increase(pointer, 16 * rows * unroll);
        }
    }
}
