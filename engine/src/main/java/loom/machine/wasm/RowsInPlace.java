package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;

/** Rows of a where they lie. */
final class RowsInPlace implements LeftOperand {
    private final BandWasm band;
    private final KernelWriter w;
    private final FunctionBuilder f;
    private final Extent rowStride;
    private final Extent kStride;
    /** One for each row if its distance from the one before is known only at run time; else one, distances being offsets of it. */
    private final int[] pointers;

    RowsInPlace(BandWasm band, int rows) {
        this.band = band;
        w = band.w;
        f = band.f;
        rowStride = band.rowStride;
        kStride = band.kStride;
        pointers = f.i32Locals(rowStride.batched() ? rows : 1);
    }

    @Override
    public void start() {
        f.get(band.a).set(pointers[0]);
        for (int r = 1; r < pointers.length; r++) {
            f.get(pointers[r - 1]);
            w.push(rowStride, 4);
            f.op(I32_ADD).set(pointers[r]);
        }
    }

    @Override
    public void push(int row, int u) {
        boolean own = pointers.length > 1;
        int rowOffset = own ? 0 : 4 * rowStride.coefficient() * row;
        int kOffset = kStride.batched() ? 0 : 4 * kStride.coefficient() * u;
        f.get(pointers[own ? row : 0]).memory(V128_LOAD32_SPLAT, rowOffset + kOffset);
    }

    @Override
    public void stepped(int u, int unroll) {
        if (kStride.batched()) {
            advance(1);
        } else if (u == unroll - 1) {
            advance(unroll);
        }
    }

    private void advance(int steps) {
        for (int p : pointers) {
            f.get(p);
            w.push(kStride, 4 * steps);
            f.op(I32_ADD).set(p);
        }
    }
}
