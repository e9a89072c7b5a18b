package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.Arrays;
import java.util.Optional;
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
 * <p>Function parameters: arguments, a, in, room for a row of zeros, out, other operands of the epilogue. A part makes some groups.
 */
final class WindowWasm {
    private static final int A = 1;
    private static final int IN = 2;
    private static final int ZEROS = 3;
    private static final int OUT = 4;

    /** Vectors of a row that are written out in a loop, of which there are several trips. */
    private static final int UNROLLED = 8;

    /** Vectors computed side by side: one waits for its additions, and registers hold the taps of a small filter, too. */
    private static final int SIDE_BY_SIDE = 8;

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
    private final int[] sum;
    /** Eight words, of which the taps at an even position take four and those at the next position the others. */
    private final int[] pair;

    private final int[] even;
    private final int[] odd;
    /** Where its other operands are of the present channel. */
    private final int[] other;
    /** Rules D and T of finished sums. */
    private final LaneEmitter rules;
    /** What becomes of them then. */
    private final Optional<LaneEmitter> epilogue;
    /** The loads of the epilogue, but for the sum, as vectors of the present channel. */
    private final int[] operand;

    private WindowWasm(WindowProduct window, boolean parted) {
        this.window = window;
        int others = window.epilogue().map(e -> e.others().size()).orElse(0);
        w = new KernelWriter(OUT + others, parted);
        f = w.f;
        base = f.i32Local();
        to = f.i32Local();
        sum = f.v128Locals(SIDE_BY_SIDE);
        pair = f.v128Locals(2);
        even = f.v128Locals(2);
        odd = f.v128Locals(2);
        other = f.i32Locals(others);
        operand = f.v128Locals(others + 1);
        last = window.rank() - 1;
        before = Math.max(0, -window.offset(last));
        tap = f.v128Locals(window.product().k().coefficient());
        row = f.i32Locals(tap.length / window.taps(last));
        coordinate = f.i32Locals(last);
        rules = emitter(PointwiseCode.finishedSum(), (argument, vector) -> f.get(sum[vector]));
        epilogue = window.epilogue().map(e -> {
            PointwiseCode code = PointwiseCode.of(e.kernel());
            return emitter(
                    code.code(),
                    (argument, vector) -> pushInput(e, code.inputs().get(argument), vector));
        });
    }

    private LaneEmitter emitter(ScalarCode code, LaneEmitter.Inner arguments) {
        return new LaneEmitter(f, code, arguments, SIDE_BY_SIDE);
    }

    static FunctionBuilder of(WindowProduct window, boolean parted) {
        WindowWasm g = new WindowWasm(window, parted);
        g.f.get(ZEROS).i32(0).i32(4 * window.elements()).fillMemory();
        // Constants are slow to make: once, not for every sum.
        g.w.prepareUnusual();
        g.rules.compute(0);
        g.epilogue.ifPresent(code -> code.compute(0));
        g.groups();
        return g.w.finish();
    }

    private void groups() {
        Kernel.MatMul p = window.product();
        int input = window.channels() * rowElements(-1);
        w.skip(A, p.m(), p.k());
        w.skip(IN, Extent.of(input));
        w.skip(OUT, p.m(), p.n());
        int group = f.i32Local();
        w.outermost(group, p.groups(), () -> {
            if (other.length > 0) {
                otherOperands(group);
            }
            f.count(f.i32Local(), w.pushing(p.m()), 1, () -> {
                for (int k = 0; k < tap.length; k++) {
                    f.get(A).memory(V128_LOAD32_SPLAT, 4 * k).set(tap[k]);
                }
                window.epilogue().ifPresent(this::channel);
                rows(0);
                f.increase(A, 4 * tap.length);
            });
            f.increase(IN, 4 * input);
        });
    }

    /** Points at the other operands of the epilogue for a group's first channel: every sample begins with the first of them. */
    private void otherOperands(int group) {
        Kernel.MatMul p = window.product();
        Epilogue e = window.epilogue().orElseThrow();
        for (int i = 0; i < other.length; i++) {
            Kernel.Load l = e.kernel().loads().get(e.others().get(i));
            int each = 4 * p.m().coefficient() * l.stride(e.axis()).coefficient();
            f.get(OUT + 1 + i)
                    .get(group)
                    .i32(p.groups().coefficient())
                    .op(I32_REM_U)
                    .i32(each)
                    .op(I32_MUL)
                    .op(I32_ADD)
                    .set(other[i]);
        }
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
            w.pushIsUnusual(Arrays.copyOf(sum, vectors));
            f.ifTrue(() -> finish(rules, vectors));
            epilogue.ifPresent(code -> finish(code, vectors));
            for (int v = 0; v < vectors; v++) {
                f.get(to).get(sum[v]).memory(V128_STORE, 4 * (column(at, v) - moved));
            }
        }
    }

    private void finish(LaneEmitter code, int vectors) {
        code.computeSideBySide(1, vectors);
        for (int v = 0; v < vectors; v++) {
            code.pushOutput(1, v);
            w.flag();
            code.pushOutput(0, v);
            f.set(sum[v]);
        }
    }

    /** Column of the first lane of a vector. */
    private int column(int start, int vector) {
        return Math.min(start + 4 * vector, window.columns() - 4);
    }

    private void sums(int start, int vectors, int moved) {
        int taps = window.taps(last);
        for (int r = 0; r < row.length; r++) {
            for (int v = 0; v < vectors; v++) {
                for (int t = 0; t < taps; t++) {
                    pushTaps(row[r], start, v, vectors, t, moved);
                    f.get(tap[r * taps + t]).op(F32X4_MUL);
                    if (r + t == 0) {
                        f.splat(0);
                    } else {
                        f.get(sum[v]);
                    }
                    f.op(F32X4_ADD).set(sum[v]);
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
    private void pushTaps(int pointer, int start, int vector, int vectors, int tap, int moved) {
        int stride = window.stride(last);
        int column = column(start, vector);
        int offset = 4 * (coordinate(last, column - moved, tap) + before);
        switch (stride) {
            case 1 -> f.get(pointer).memory(V128_LOAD, offset);
            case 2 -> everySecond(pointer, offset, start, vector, vectors, tap);
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

    /**
     * Pushes every second of eight words. The words between them are the next tap's, and the one after that is a word further: one
     * that the next vector, if it follows, begins with.
     */
    private void everySecond(int pointer, int offset, int start, int vector, int vectors, int tap) {
        boolean isDense = window.dilation(last) == 1;
        int column = column(start, vector);
        boolean follows = vector + 1 < vectors && column(start, vector + 1) == column + 4;
        boolean isKnown =
                isDense && tap == 0 && vector > 0 && column(start, vector - 1) == column - 4 && window.taps(last) > 2;
        if (isDense && tap == 1) {
            f.get(odd[vector % 2]);
        } else if (isDense && tap == 2 && follows) {
            pair(pointer, offset + 24);
            f.get(pair[0]).get(pair[1]).shuffle(0, 2, 4, 6).set(even[(vector + 1) % 2]);
            f.get(pair[0]).get(pair[1]).shuffle(1, 3, 5, 7).set(odd[(vector + 1) % 2]);
            f.get(even[vector % 2]).get(even[(vector + 1) % 2]).shuffle(1, 2, 3, 4);
        } else if (isKnown) {
            f.get(even[vector % 2]);
        } else if (isDense && tap == 0) {
            pair(pointer, offset);
            f.get(pair[0]).get(pair[1]).shuffle(1, 3, 5, 7).set(odd[vector % 2]);
            f.get(pair[0]).get(pair[1]).shuffle(0, 2, 4, 6).tee(even[vector % 2]);
        } else {
            pair(pointer, offset);
            f.get(pair[0]).get(pair[1]).shuffle(0, 2, 4, 6);
        }
    }

    private void pair(int pointer, int offset) {
        f.get(pointer).memory(V128_LOAD, offset).set(pair[0]);
        f.get(pointer).memory(V128_LOAD, offset + 16).set(pair[1]);
    }
}
