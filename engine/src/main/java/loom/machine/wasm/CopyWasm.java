package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.program.Kernel;

/**
 * Copies: nested loops over the axes of the space, neighbours merged where both sides are contiguous. Coordinates that can leave the
 * input, or that are divided, are tested in the innermost loop that changes them.
 *
 * <p>Function parameters: arguments, in, out; for a band of a larger copy ({@link PatchBand}) also how far the coordinate of its axis of the
 * input has moved, {@code in} having moved with it.
 */
final class CopyWasm {
    private static final int IN = 1;
    private static final int OUT = 2;
    private static final int MOVED = 3;
    /** Rows at least this long are copied in pieces; shorter ones element by element. */
    private static final int LONG = 8;

    /** Rows up to this length, of which it is known what is inside, are copied without a loop. */
    private static final int UNROLLED = 64;

    /** Trips of the loops that are unrolled for it: the taps of a window along its last axis. */
    private static final int MOST_TRIPS = 8;

    /** One loop: its length, and the step in elements on both sides; {@code axis} of the space, if it was not merged. */
    private record Loop(Extent extent, Linear in, Linear out, int axis) {}

    private final Kernel.Copy kernel;
    private final Optional<PatchBand> band;
    private final KernelWriter w;
    private final FunctionBuilder f;
    private final List<Loop> loops = new ArrayList<>();
    /** Input axes whose coordinate is tested. */
    private final List<Integer> tested = new ArrayList<>();
    /** The tested axis whose coordinate at the start of a row is known when the code is made, or −1. */
    private final int known;
    /** That coordinate. */
    private int coordinate;

    private CopyWasm(Kernel.Copy kernel, Optional<PatchBand> band) {
        this.kernel = kernel;
        this.band = band;
        w = new KernelWriter(band.isPresent() ? 3 : 2);
        f = w.f;
        for (int i = 0; i < kernel.axes().size(); i++) {
            if (needsTest(i)) {
                tested.add(i);
            }
        }
        for (int j = 0; j < kernel.space().rank(); j++) {
            add(new Loop(
                    kernel.space().extent(j),
                    inStep(j),
                    Linear.of(kernel.outShape().stride(j)),
                    j));
        }
        if (loops.isEmpty()) {
            loops.add(new Loop(Extent.ONE, Linear.ONE, Linear.ONE, -1));
        }
        bringTogether();
        known = known();
        coordinate = known < 0 ? 0 : kernel.axes().get(tested.get(known)).offset();
    }

    /** A tested axis that moves along short rows and otherwise in a few trips only, which can be unrolled. */
    private int known() {
        Loop row = loops.get(loops.size() - 1);
        int t = row.in.equals(Linear.ONE) && row.out.equals(Linear.ONE) ? onlyShifted(row) : -1;
        if (t < 0 || isMoved(tested.get(t)) || row.extent.batched() || row.extent.coefficient() > UNROLLED) {
            return -1;
        }
        int trips = 1;
        for (Loop l : loops.subList(0, loops.size() - 1)) {
            if (moves(t, l)) {
                trips = l.extent.batched()
                        ? Integer.MAX_VALUE
                        : trips * Math.min(l.extent.coefficient(), MOST_TRIPS + 1);
            }
        }
        return trips <= MOST_TRIPS ? t : -1;
    }

    private boolean moves(int t, Loop loop) {
        return stride(tested.get(t), loop.axis) != 0;
    }

    /** If the innermost loop is contiguous only in the result, moves the one that is in the input next to it. */
    private void bringTogether() {
        Loop last = loops.get(loops.size() - 1);
        if (last.out.equals(Linear.ONE) && !last.in.equals(Linear.ONE) && !isTested(last.axis)) {
            for (int l = 0; l < loops.size() - 1; l++) {
                Loop loop = loops.get(l);
                if (loop.in.equals(Linear.ONE) && !isTested(loop.axis)) {
                    loops.remove(l);
                    loops.add(loops.size() - 1, loop);
                    return;
                }
            }
        }
    }

    private boolean isTransposition(int l) {
        return l == loops.size() - 2
                && loops.get(l).in.equals(Linear.ONE)
                && loops.get(l + 1).out.equals(Linear.ONE)
                && !loops.get(l + 1).in.equals(Linear.ONE)
                && !isTested(loops.get(l).axis)
                && !isTested(loops.get(l + 1).axis);
    }

    static FunctionBuilder of(Kernel.Copy kernel) {
        return of(kernel, Optional.empty());
    }

    static FunctionBuilder of(PatchBand band) {
        return of(band.bandCopy(), Optional.of(band));
    }

    private static FunctionBuilder of(Kernel.Copy kernel, Optional<PatchBand> band) {
        CopyWasm g = new CopyWasm(kernel, band);
        g.start();
        return g.w.finish();
    }

    private boolean needsTest(int i) {
        if (i == kernel.inShape().batchAxis()) {
            return false; // mapped one to one
        }
        Kernel.Axis a = kernel.axes().get(i);
        long low = a.offset();
        long high = a.offset();
        for (int j = 0; j < a.strides().size(); j++) {
            long reach = (long) a.strides().get(j) * (all(j) - 1);
            low += Math.min(0, reach);
            high += Math.max(0, reach);
        }
        return a.dilation() != 1 || low < 0 || high >= kernel.inShape().dim(i);
    }

    /** Extent of an axis of the space; of the whole copy's, if this is a band of it. */
    private int all(int j) {
        return band.isPresent() && band.get().axis() == j
                ? band.get().all()
                : kernel.space().dim(j);
    }

    private boolean isMoved(int inputAxis) {
        return band.isPresent() && band.get().input() == inputAxis;
    }

    private Linear inStep(int j) {
        Linear step = Linear.ZERO;
        for (int i = 0; i < kernel.axes().size(); i++) {
            Kernel.Axis a = kernel.axes().get(i);
            if (a.dilation() == 1 && a.strides().get(j) != 0) {
                step = step.plus(
                        Linear.of(kernel.inShape().stride(i)).times(a.strides().get(j)));
            }
        }
        return step;
    }

    private void add(Loop inner) {
        if (inner.extent.isOne()) {
            return;
        }
        int last = loops.size() - 1;
        if (last >= 0 && !isTested(inner.axis) && !isTested(loops.get(last).axis)) {
            Loop outer = loops.get(last);
            if (outer.in.isProduct(inner.in, inner.extent) && outer.out.isProduct(inner.out, inner.extent)) {
                loops.set(last, new Loop(outer.extent.times(inner.extent), inner.in, inner.out, inner.axis));
                return;
            }
        }
        loops.add(inner);
    }

    private boolean isTested(int axis) {
        for (int i : tested) {
            if (stride(i, axis) != 0) {
                return true;
            }
        }
        return false;
    }

    private int stride(int inputAxis, int spaceAxis) {
        return spaceAxis < 0 ? 0 : kernel.axes().get(inputAxis).strides().get(spaceAxis);
    }

    // ---- code

    /** Where a trip of a loop is: addresses on both sides, coordinates of tested axes, whether those tested so far are inside. */
    private record Place(int in, int out, int[] coordinates, int ok) {}

    private Place newPlace() {
        int[] c = new int[tested.size()];
        for (int i = 0; i < c.length; i++) {
            c[i] = f.i32Local();
        }
        return new Place(f.i32Local(), f.i32Local(), c, f.i32Local());
    }

    private void start() {
        Place p = newPlace();
        Linear in = Linear.ZERO;
        Linear out = Linear.ZERO;
        for (int i = 0; i < kernel.axes().size(); i++) {
            if (kernel.axes().get(i).dilation() == 1) {
                in = in.plus(Linear.of(kernel.inShape().stride(i))
                        .times(kernel.axes().get(i).offset()));
            }
        }
        for (int j = 0; j < kernel.space().rank(); j++) {
            out = out.plus(
                    Linear.of(kernel.outShape().stride(j)).times(kernel.start().get(j)));
        }
        f.get(IN);
        pushBytes(in);
        f.op(I32_ADD).set(p.in);
        f.get(OUT);
        pushBytes(out);
        f.op(I32_ADD).set(p.out);
        for (int t = 0; t < tested.size(); t++) {
            f.i32(kernel.axes().get(tested.get(t)).offset());
            if (isMoved(tested.get(t))) {
                f.get(MOVED).op(I32_ADD);
            }
            f.set(p.coordinates[t]);
        }
        f.i32(1).set(p.ok);
        test(p, -1);
        loop(0, p);
    }

    private void pushBytes(Linear elements) {
        w.push(Math.multiplyExact(elements.fixed(), 4), Math.multiplyExact(elements.perBatch(), 4));
    }

    /** Tests the axes that no loop after {@code l} changes, and {@code l} (−1: none at all) does. */
    private void test(Place p, int l) {
        for (int t = 0; t < tested.size(); t++) {
            if (lastLoop(tested.get(t)) == l) {
                testAxis(p, t);
            }
        }
    }

    private int lastLoop(int inputAxis) {
        int last = -1;
        for (int l = 0; l < loops.size(); l++) {
            last = stride(inputAxis, loops.get(l).axis) != 0 ? l : last;
        }
        return last;
    }

    private void testAxis(Place p, int t) {
        int i = tested.get(t);
        int dilation = kernel.axes().get(i).dilation();
        int dim = kernel.inShape().dim(i);
        int c = p.coordinates[t];
        // Unsigned: a negative coordinate is a very large one.
        f.get(p.ok).get(c).i32(dim * dilation).op(I32_LT_U).op(I32_AND).set(p.ok);
        if (dilation != 1) {
            f.get(p.ok)
                    .get(c)
                    .i32(dilation)
                    .op(I32_REM_U)
                    .op(I32_EQZ)
                    .op(I32_AND)
                    .set(p.ok);
            f.get(p.in).get(c).i32(dilation).op(I32_DIV_U);
            w.push(kernel.inShape().stride(i), 4);
            f.op(I32_MUL).op(I32_ADD).set(p.in);
        }
    }

    private void loop(int l, Place outer) {
        Loop loop = loops.get(l);
        boolean innermost = l == loops.size() - 1;
        if (isTransposition(l)) {
            transposition(loop, loops.get(l + 1), outer);
            return;
        }
        if (innermost && loop.in.equals(Linear.ONE) && loop.out.equals(Linear.ONE)) {
            if (!isTested(loop.axis)) {
                Runnable length = w.pushing(loop.extent);
                f.get(outer.ok)
                        .ifElse(() -> run(outer.in, outer.out, length, true), () -> run(-1, outer.out, length, false));
                return;
            }
            int t = onlyShifted(loop);
            if (t >= 0 && t == known) {
                knownRow(loop, outer);
                return;
            }
            if (t >= 0 && loop.extent.coefficient() >= LONG) {
                shiftedRow(loop, outer, t);
                return;
            }
        }
        Place step = newPlace();
        Place trip = newPlace();
        copy(outer, step);
        Runnable body = () -> {
            copy(step, trip);
            test(trip, l);
            if (innermost) {
                element(trip);
            } else {
                loop(l + 1, trip);
            }
            advance(step, loop);
        };
        if (known >= 0 && moves(known, loop)) {
            int before = coordinate;
            for (int i = 0; i < loop.extent.coefficient(); i++) {
                body.run();
                coordinate += stride(tested.get(known), loop.axis);
            }
            coordinate = before;
        } else {
            f.count(f.i32Local(), w.pushing(loop.extent), 1, body);
        }
    }

    private void advance(Place p, Loop loop) {
        f.get(p.in);
        pushBytes(loop.in);
        f.op(I32_ADD).set(p.in);
        f.get(p.out);
        pushBytes(loop.out);
        f.op(I32_ADD).set(p.out);
        for (int t = 0; t < tested.size(); t++) {
            int s = stride(tested.get(t), loop.axis);
            if (s != 0) {
                f.increase(p.coordinates[t], s);
            }
        }
    }

    /**
     * Rows of the input become columns of the result, 4 × 4 words at a time. {@code along} is contiguous in the input, {@code across}
     * in the result.
     */
    private void transposition(Loop along, Loop across, Place p) {
        int left = f.i32Local();
        int from = f.i32Local();
        int to = f.i32Local();
        int rowBytes = f.i32Local();
        int columnBytes = f.i32Local();
        pushBytes(across.in);
        f.set(rowBytes);
        pushBytes(along.out);
        f.set(columnBytes);
        w.push(along.extent, 1);
        f.set(left);
        f.get(p.in).set(from).get(p.out).set(to);
        f.repeatWhile(() -> {
            f.get(p.ok).get(left).i32(4).op(I32_GE_S).op(I32_AND);
            f.ifElse(
                    () -> {
                        fourColumns(across, from, to, rowBytes, columnBytes);
                        f.increase(left, -4).increase(from, 16);
                        f.get(to)
                                .get(columnBytes)
                                .i32(2)
                                .op(I32_SHL)
                                .op(I32_ADD)
                                .set(to);
                    },
                    () -> {
                        oneColumn(across, from, to, rowBytes, p.ok);
                        f.increase(left, -1).increase(from, 4);
                        f.get(to).get(columnBytes).op(I32_ADD).set(to);
                    });
            f.get(left);
        });
    }

    private void fourColumns(Loop across, int from, int to, int rowBytes, int columnBytes) {
        int left = f.i32Local();
        int source = f.i32Local();
        int target = f.i32Local();
        int at = f.i32Local();
        int[] x = {f.v128Local(), f.v128Local(), f.v128Local(), f.v128Local()};
        w.push(across.extent, 1);
        f.set(left);
        f.get(from).set(source).get(to).set(target);
        Runnable load = () -> f.get(source).memory(V128_LOAD, 0);
        Runnable nextRow = () -> f.get(source).get(rowBytes).op(I32_ADD).set(source);
        Runnable nextColumn = () -> f.get(at).get(columnBytes).op(I32_ADD).set(at);
        f.repeatWhile(() -> {
            f.get(target).set(at);
            f.get(left).i32(4).op(I32_GE_S);
            f.ifElse(
                    () -> {
                        for (int i : x) {
                            load.run();
                            f.set(i);
                            nextRow.run();
                        }
                        w.transpose(x);
                        for (int i : x) {
                            f.get(at).get(i).memory(V128_STORE, 0);
                            nextColumn.run();
                        }
                        f.increase(target, 16).increase(left, -4);
                    },
                    () -> {
                        load.run();
                        f.set(x[0]);
                        nextRow.run();
                        for (int lane = 0; lane < 4; lane++) {
                            f.get(at).get(x[0]).storeLane(lane, 0);
                            nextColumn.run();
                        }
                        f.increase(target, 4).increase(left, -1);
                    });
            f.get(left);
        });
    }

    private void oneColumn(Loop across, int from, int to, int rowBytes, int ok) {
        int left = f.i32Local();
        int source = f.i32Local();
        int target = f.i32Local();
        w.push(across.extent, 1);
        f.set(left);
        f.get(from).set(source).get(to).set(target);
        f.repeatWhile(() -> {
            f.get(ok)
                    .ifElse(
                            () -> f.get(target).get(source).memory(I32_LOAD, 0).memory(I32_STORE, 0),
                            () -> f.get(target).i32(0).memory(I32_STORE, 0));
            f.get(source).get(rowBytes).op(I32_ADD).set(source);
            f.increase(target, 4).increase(left, -1).get(left);
        });
    }

    private void copy(Place from, Place to) {
        f.get(from.in).set(to.in).get(from.out).set(to.out).get(from.ok).set(to.ok);
        for (int t = 0; t < tested.size(); t++) {
            f.get(from.coordinates[t]).set(to.coordinates[t]);
        }
    }

    private void element(Place p) {
        if (tested.isEmpty()) {
            f.get(p.out).get(p.in).memory(I32_LOAD, 0).memory(I32_STORE, 0);
            return;
        }
        f.get(p.ok)
                .ifElse(
                        () -> f.get(p.out).get(p.in).memory(I32_LOAD, 0).memory(I32_STORE, 0),
                        () -> f.get(p.out).i32(0).memory(I32_STORE, 0));
    }

    /** The only tested axis that this loop changes, if it does so one by one and undivided; else −1. */
    private int onlyShifted(Loop loop) {
        int only = -1;
        for (int t = 0; t < tested.size(); t++) {
            int s = stride(tested.get(t), loop.axis);
            if (s != 0) {
                boolean simple = s == 1 && kernel.axes().get(tested.get(t)).dilation() == 1;
                if (!simple || only >= 0) {
                    return -1;
                }
                only = t;
            }
        }
        return only;
    }

    /** A contiguous row of which the middle is inside: zeros, copy, zeros. */
    private void shiftedRow(Loop loop, Place p, int t) {
        int dim = kernel.inShape().dim(tested.get(t));
        int n = f.i32Local();
        int before = f.i32Local();
        int end = f.i32Local();
        int from = f.i32Local();
        int to = f.i32Local();
        w.push(loop.extent, 1);
        f.set(n);
        // before = min(max(-c, 0), n); end = max(min(dim - c, n), before)
        f.i32(0).get(p.coordinates[t]).op(I32_SUB).set(before);
        f.get(before).i32(0).op(I32_LT_S).ifTrue(() -> f.i32(0).set(before));
        f.get(n).get(before).op(I32_LT_S).ifTrue(() -> f.get(n).set(before));
        f.i32(dim).get(p.coordinates[t]).op(I32_SUB).set(end);
        f.get(n).get(end).op(I32_LT_S).ifTrue(() -> f.get(n).set(end));
        f.get(end).get(before).op(I32_LT_S).ifTrue(() -> f.get(before).set(end));
        f.get(p.ok).op(I32_EQZ).ifTrue(() -> f.get(n).tee(before).set(end));
        f.get(p.out).set(to);
        run(-1, to, () -> f.get(before), false);
        address(p.out, before, to);
        address(p.in, before, from);
        run(from, to, () -> f.get(end).get(before).op(I32_SUB), true);
        address(p.out, end, to);
        run(-1, to, () -> f.get(n).get(end).op(I32_SUB), false);
    }

    /** As {@link #shiftedRow}, where all lengths are known. */
    private void knownRow(Loop loop, Place p) {
        int n = loop.extent.coefficient();
        int dim = kernel.inShape().dim(tested.get(known));
        int before = Math.min(Math.max(-coordinate, 0), n);
        int end = Math.max(Math.min(dim - coordinate, n), before);
        f.get(p.ok)
                .ifElse(
                        () -> {
                            words(-1, p.out, 0, before);
                            words(p.in, p.out, before, end);
                            words(-1, p.out, end, n);
                        },
                        () -> words(-1, p.out, 0, n));
    }

    /** Copies the words from {@code start} to {@code end}, or writes zeros; the last vector may overlap the one before. */
    private void words(int from, int to, int start, int end) {
        int step = end - start < 4 ? 1 : 4;
        for (int i = start; i < end; i += step) {
            int at = 4 * Math.min(i, end - step);
            f.get(to);
            if (from >= 0) {
                f.get(from).memory(step == 4 ? V128_LOAD : I32_LOAD, at);
            } else if (step == 4) {
                f.splat(0);
            } else {
                f.i32(0);
            }
            f.memory(step == 4 ? V128_STORE : I32_STORE, at);
        }
    }

    private void address(int base, int elements, int result) {
        f.get(base).get(elements).i32(2).op(I32_SHL).op(I32_ADD).set(result);
    }

    /** Copies {@code count} elements between the addresses in two locals, or writes zeros. */
    private void run(int from, int to, Runnable count, boolean copies) {
        int at = f.i32Local();
        w.row(count, at, w.moving(from, to, at, copies, true), w.moving(from, to, at, copies, false));
    }
}
