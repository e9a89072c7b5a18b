package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.numeric.scalar.ScalarCode;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * A {@link WindowProduct}, group by group and filter by filter, four positions of a row at a time; the taps of the filter are vectors
 * meanwhile. Rows of the input that a window of the present row of the result takes are pointers, those in the padding to a row of
 * zeros; lanes before and behind a row are masked. The last four positions of a row may have been computed before, which changes
 * nothing.
 *
 * <p>Function parameters: arguments, a, in, room for a row of zeros, out, other operands of the epilogue.
 */
final class WindowWasm {
    private static final int A = 1;
    private static final int IN = 2;
    private static final int ZEROS = 3;
    private static final int OUT = 4;

    /** Vectors of a row that are written out in a loop, of which there are several trips. */
    private static final int UNROLLED = 8;

    /** Vectors computed side by side: one waits for its additions, and registers hold the taps of a small filter, too. */
    private static final int SIDE_BY_SIDE = 4;

    private final WindowProduct window;
    /** The spatial axis along a row. */
    private final int last;
    /** Elements before a row that pointers to it begin at. */
    private final int before;

    private final KernelWriter w;
    private final FunctionBuilder f;
    private final int[] tap;
    private final int[] row;
    /** Coordinates of the first taps of the present row, but for the last axis. */
    private final int[] coordinate;

    private final int base;
    private final int to;
    private final int[] sum = new int[SIDE_BY_SIDE];
    /** Eight words, of which the taps at an even position take four and those at the next position the others. */
    private final int[] pair;
    /** Where its other operands are of the present channel. */
    private final int[] other;
    /** What becomes of finished sums, step by step. */
    private final List<LaneEmitter> finish = new ArrayList<>();
    /** The loads of the epilogue, but for the sum, as vectors of the present channel. */
    private final int[] operand;

    private WindowWasm(WindowProduct window) {
        this.window = window;
        int others = window.epilogue().map(e -> e.others().size()).orElse(0);
        w = new KernelWriter(OUT + others);
        f = w.f;
        base = f.i32Local();
        to = f.i32Local();
        for (int v = 0; v < SIDE_BY_SIDE; v++) {
            sum[v] = f.v128Local();
        }
        pair = new int[] {f.v128Local(), f.v128Local()};
        other = f.i32Locals(others);
        operand = new int[others + 1];
        for (int i = 0; i < operand.length; i++) {
            operand[i] = f.v128Local();
        }
        last = window.rank() - 1;
        before = Math.max(0, -window.offset(last));
        tap = new int[window.product().k().coefficient()];
        for (int k = 0; k < tap.length; k++) {
            tap[k] = f.v128Local();
        }
        row = f.i32Locals(tap.length / window.taps(last));
        coordinate = f.i32Locals(last);
        finish(PointwiseCode.finishedSum(), (argument, vector) -> f.get(sum[vector]));
        window.epilogue().ifPresent(e -> {
            PointwiseCode code = PointwiseCode.of(e.kernel());
            finish(code.code(), (argument, vector) -> pushInput(e, code.inputs().get(argument), vector));
        });
    }

    private void finish(ScalarCode code, LaneEmitter.Inner arguments) {
        finish.add(new LaneEmitter(f, code, arguments, SIDE_BY_SIDE));
    }

    static FunctionBuilder of(WindowProduct window) {
        WindowWasm g = new WindowWasm(window);
        g.f.get(ZEROS).i32(0).i32(4 * window.elements()).fillMemory();
        // Constants are slow to make: once, not for every sum.
        g.finish.forEach(code -> code.compute(0));
        g.samples();
        return g.w.finish();
    }

    private void samples() {
        Kernel.MatMul p = window.product();
        f.count(f.i32Local(), w.pushing(new Extent(1, true)), 1, () -> {
            for (int i = 0; i < other.length; i++) {
                f.get(OUT + 1 + i).set(other[i]);
            }
            groups(p);
        });
    }

    private void groups(Kernel.MatMul p) {
        f.count(f.i32Local(), () -> f.i32(p.groups().coefficient()), 1, () -> {
            f.count(f.i32Local(), w.pushing(p.m()), 1, () -> {
                for (int k = 0; k < tap.length; k++) {
                    f.get(A).memory(V128_LOAD32_SPLAT, 4 * k).set(tap[k]);
                }
                window.epilogue().ifPresent(this::channel);
                rows(0);
                f.increase(A, 4 * tap.length);
            });
            f.increase(IN, 4 * window.channels() * rowElements(-1));
        });
    }

    /** Other operands of the epilogue for the present channel; their pointers go on to the next. */
    private void channel(Epilogue epilogue) {
        for (int i = 0; i < epilogue.others().size(); i++) {
            int load = epilogue.others().get(i);
            Kernel.Load l = epilogue.kernel().loads().get(load);
            f.get(other[i])
                    .memory(V128_LOAD32_SPLAT, 4 * l.offset().coefficient())
                    .set(operand[load]);
            f.increase(other[i], 4 * l.stride(epilogue.axis()).coefficient());
        }
    }

    /** Elements of the input from one coordinate of a spatial axis to the next; of the axis of channels: −1. */
    private int rowElements(int axis) {
        return window.copy().inShape().stride(2 + axis).coefficient();
    }

    private void rows(int axis) {
        if (axis == last) {
            pointers();
            row();
            return;
        }
        f.i32(window.offset(axis)).set(coordinate[axis]);
        f.count(f.i32Local(), () -> f.i32(window.positions(axis)), 1, () -> {
            rows(axis + 1);
            f.increase(coordinate[axis], window.stride(axis));
        });
    }

    private void pointers() {
        f.get(IN).i32(4 * before).op(I32_SUB);
        for (int axis = 0; axis < last; axis++) {
            f.get(coordinate[axis]).i32(4 * rowElements(axis)).op(I32_MUL).op(I32_ADD);
        }
        f.set(base);
        for (int r = 0; r < row.length; r++) {
            int[] moved = new int[last];
            int left = r;
            int elements = 0;
            for (int axis = last - 1; axis >= 0; axis--) {
                moved[axis] = left % window.taps(axis) * window.dilation(axis);
                elements += moved[axis] * rowElements(axis);
                left /= window.taps(axis);
            }
            elements += left * rowElements(-1);
            f.get(base).i32(4 * elements).op(I32_ADD);
            for (int axis = 0; axis < last; axis++) {
                if (canLeave(axis)) {
                    // Unsigned: a negative coordinate is a very large one.
                    f.get(ZEROS).get(coordinate[axis]).i32(moved[axis]).op(I32_ADD);
                    f.i32(window.width(axis)).op(I32_LT_U).op(SELECT);
                }
            }
            f.set(row[r]);
        }
    }

    private boolean canLeave(int axis) {
        int end = (window.positions(axis) - 1) * window.stride(axis) + coordinate(axis, 0, window.taps(axis) - 1);
        return window.offset(axis) < 0 || end >= window.width(axis);
    }

    private int coordinate(int axis, int position, int tap) {
        return position * window.stride(axis) + tap * window.dilation(axis) + window.offset(axis);
    }

    private void row() {
        int columns = window.columns();
        int first = 0;
        while (first < columns && coordinate(last, first, 0) < 0) {
            first += 4;
        }
        int end = first;
        while (end + 4 <= columns && coordinate(last, end + 3, window.taps(last) - 1) < window.width(last)) {
            end += 4;
        }
        // At least a vector is left over, so that the last one has not to begin before it.
        int trips = (Math.min(end, columns - 4) - first) / (4 * UNROLLED);
        f.get(OUT).set(to);
        positions(0, Math.min(first, columns), 0);
        int done = first;
        int moved = 0;
        if (trips > 1) {
            moved = 4 * UNROLLED * trips;
            done += moved;
            int start = first;
            f.count(f.i32Local(), () -> f.i32(trips), 1, () -> {
                positions(start, start + 4 * UNROLLED, 0);
                for (int r : row) {
                    f.increase(r, 16 * UNROLLED * window.stride(last));
                }
                f.increase(to, 16 * UNROLLED);
            });
        }
        positions(done, columns, moved);
        f.increase(OUT, 4 * columns);
    }

    /** @param moved by how many positions the pointers have moved in the row */
    private void positions(int start, int end, int moved) {
        for (int at = start; at < end; at += 4 * SIDE_BY_SIDE) {
            int vectors = Math.min(SIDE_BY_SIDE, (end - at + 3) / 4);
            sums(at, vectors, moved);
            for (LaneEmitter code : finish) {
                code.computeSideBySide(1, vectors);
                for (int v = 0; v < vectors; v++) {
                    code.pushOutput(1, v);
                    w.flag();
                    code.pushOutput(0, v);
                    f.set(sum[v]);
                }
            }
            for (int v = 0; v < vectors; v++) {
                f.get(to).get(sum[v]).memory(V128_STORE, 4 * (column(at, v) - moved));
            }
        }
    }

    /** Column of the first lane of a vector. */
    private int column(int start, int vector) {
        return Math.min(start + 4 * vector, window.columns() - 4);
    }

    /** A product of −0 would be +0 after the addition to +0 that is left out; rule D makes it so, too. */
    private void sums(int start, int vectors, int moved) {
        int taps = window.taps(last);
        for (int r = 0; r < row.length; r++) {
            for (int v = 0; v < vectors; v++) {
                for (int t = 0; t < taps; t++) {
                    pushTaps(row[r], column(start, v), t, moved);
                    f.get(tap[r * taps + t]).op(F32X4_MUL);
                    if (r + t > 0) {
                        f.get(sum[v]).op(F32X4_ADD);
                    }
                    f.set(sum[v]);
                }
            }
        }
    }

    private void pushInput(Epilogue epilogue, PointwiseCode.Input input, int vector) {
        switch (input) {
            case PointwiseCode.Load l -> f.get(l.load() == epilogue.sum() ? sum[vector] : operand[l.load()]);
            case PointwiseCode.Scalar s -> f.get(KernelWriter.ARGUMENTS).memory(V128_LOAD32_SPLAT, 4 * s.scalar());
            case PointwiseCode.Index i -> throw new IllegalStateException("an epilogue knows no positions");
        }
    }

    /** Pushes what four positions have at a tap. */
    private void pushTaps(int pointer, int column, int tap, int moved) {
        int stride = window.stride(last);
        int offset = 4 * (coordinate(last, column - moved, tap) + before);
        switch (stride) {
            case 1 -> f.get(pointer).memory(V128_LOAD, offset);
            case 2 -> {
                boolean isOdd = tap % 2 == 1 && window.dilation(last) == 1;
                if (!isOdd) {
                    f.get(pointer).memory(V128_LOAD, offset).set(pair[0]);
                    f.get(pointer).memory(V128_LOAD, offset + 16).set(pair[1]);
                }
                int first = isOdd ? 1 : 0;
                f.get(pair[0]).get(pair[1]).shuffle(first, first + 2, first + 4, first + 6);
            }
            default -> {
                f.get(pointer).get(pointer).get(pointer).get(pointer).memory(V128_LOAD, offset);
                for (int lane = 1; lane < 4; lane++) {
                    f.loadLane(lane, offset + 4 * lane * stride);
                }
            }
        }
        int[] mask = new int[4];
        boolean all = true;
        for (int lane = 0; lane < 4; lane++) {
            int c = coordinate(last, column + lane, tap);
            mask[lane] = c >= 0 && c < window.width(last) ? -1 : 0;
            all &= mask[lane] != 0;
        }
        if (!all) {
            f.v128(mask[0], mask[1], mask[2], mask[3]).op(V128_AND);
        }
    }
}
