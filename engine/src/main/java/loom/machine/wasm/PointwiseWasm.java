package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.List;
import loom.graph.Extent;
import loom.numeric.scalar.ScalarCode;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * Pointwise kernels: nested loops ({@link PointwiseLoops}), some vectors of four elements of the last one at a time.
 *
 * <p>Function parameters: arguments, loads, out.
 */
final class PointwiseWasm implements LaneEmitter.Arguments {
    /** Instructions up to which four or two vectors are computed side by side: measured, gelu has 124, the cell of an LSTM 240. */
    private static final int SHORT = 100;

    private static final int LONG = 400;

    private final Kernel.Pointwise kernel;
    private final PointwiseCode code;
    /** That code without calls. */
    private final ScalarCode inlined;

    private final KernelWriter w;
    private final FunctionBuilder f;
    private final List<Extent> extents;
    /** Axis of the space behind a loop; only of use where it stands alone. */
    private final List<Integer> axes;

    private final int loops;
    private final int out;
    /** Position along each loop; of the last one in bytes. */
    private final int[] counter;
    /** Pointer of each load inside each loop; equal to the one outside where the load repeats. */
    private final int[][] pointer;

    /** As many as are computed side by side. */
    private final int vectors;

    private final LaneEmitter lanes;

    private PointwiseWasm(Kernel.Pointwise kernel, boolean parted) {
        this.kernel = kernel;
        code = PointwiseCode.of(kernel);
        inlined = LaneEmitter.inlined(code.code());
        int loads = kernel.loads().size();
        w = new KernelWriter(loads + 1, parted);
        f = w.f;
        out = 1 + loads;
        PointwiseLoops all = PointwiseLoops.of(kernel);
        extents = all.extents();
        axes = all.axes();
        loops = extents.size();
        counter = new int[loops];
        pointer = new int[loops][loads];
        for (int l = 0; l < loops; l++) {
            counter[l] = f.i32Local();
            for (int i = 0; i < loads; i++) {
                boolean moves = l < loops - 1 && varies(i, l);
                pointer[l][i] = moves ? f.i32Local() : l == 0 ? 1 + i : pointer[l - 1][i];
            }
        }
        vectors = vectors();
        lanes = new LaneEmitter(f, inlined, this, vectors);
    }

    static FunctionBuilder of(Kernel.Pointwise kernel, boolean parted) {
        PointwiseWasm g = new PointwiseWasm(kernel, parted);
        g.start();
        g.lanes.compute(0);
        g.loop(0);
        return g.w.finish();
    }

    /** Loads that are parts of buffers begin behind the address they are given. */
    private void start() {
        for (int i = 0; i < kernel.loads().size(); i++) {
            Extent offset = kernel.loads().get(i).offset();
            if (offset.coefficient() > 0) {
                f.get(1 + i);
                w.push(offset, 4);
                f.op(I32_ADD).set(1 + i);
            }
        }
        Extent[] trip = new Extent[loops - 1];
        for (int l = 1; l < loops; l++) {
            trip[l - 1] = extents.get(l);
        }
        w.skip(out, trip);
    }

    /** Fewer where the code is long: then it has chains of its own to run side by side, and registers are full. */
    private int vectors() {
        int length = LaneEmitter.length(inlined);
        int count = length <= SHORT ? 4 : length <= LONG ? 2 : 1;
        Extent extent = extents.get(loops - 1);
        while (count > 1 && !extent.batched() && extent.coefficient() < 4 * count) {
            count /= 2;
        }
        return count;
    }

    private boolean varies(int load, int loop) {
        int axis = axes.get(loop);
        return axis >= 0 && !kernel.loads().get(load).shape().extent(axis).isOne();
    }

    private void loop(int l) {
        if (l == loops - 1) {
            innermost();
            return;
        }
        for (int i = 0; i < pointer[l].length; i++) {
            if (varies(i, l)) {
                f.get(l == 0 ? 1 + i : pointer[l - 1][i]).set(pointer[l][i]);
                if (l == 0) {
                    w.skip(pointer[0][i], kernel.loads().get(i).stride(axes.get(0)));
                }
            }
        }
        Runnable trip = () -> {
            lanes.compute(l + 1);
            loop(l + 1);
            for (int i = 0; i < pointer[l].length; i++) {
                if (varies(i, l)) {
                    f.get(pointer[l][i]);
                    w.push(kernel.loads().get(i).stride(axes.get(l)), 4);
                    f.op(I32_ADD).set(pointer[l][i]);
                }
            }
        };
        if (l == 0) {
            w.outermost(counter[0], extents.get(0), trip);
        } else {
            f.count(counter[l], w.pushing(extents.get(l)), 1, trip);
        }
    }

    private void innermost() {
        Extent extent = extents.get(loops - 1);
        int left = f.i32Local();
        boolean isPart = loops == 1 && w.isParted();
        if (isPart) {
            w.pushFirst();
            f.i32(2).op(I32_SHL).set(counter[0]);
            w.pushEnd(extent);
            w.pushFirst();
            f.op(I32_SUB).set(left);
        } else {
            f.i32(0).set(counter[loops - 1]);
            w.push(extent, 1);
            f.set(left);
        }
        int step = 4 * vectors;
        if (vectors > 1) {
            Runnable steps = () -> f.repeatWhile(() -> {
                sideBySide();
                advance(left, vectors);
                f.get(left).i32(step).op(I32_GE_S);
            });
            if (extent.coefficient() >= step && !isPart) {
                steps.run();
            } else {
                f.get(left).i32(step).op(I32_GE_S).ifTrue(steps);
            }
        }
        if (vectors == 1 || extent.coefficient() % step != 0) {
            f.get(left).ifTrue(() -> rest(left));
        }
    }

    private void sideBySide() {
        lanes.computeSideBySide(loops, vectors);
        for (int v = 0; v < vectors; v++) {
            f.get(out);
            lanes.pushOutput(0, v);
            f.memory(V128_STORE, 16 * v);
            if (code.mayTrap()) {
                lanes.pushOutput(1, v);
                w.flag();
            }
        }
        f.increase(out, 16 * vectors);
    }

    /** Vector by vector, the last one perhaps a part. */
    private void rest(int left) {
        int value = f.v128Local();
        f.repeatWhile(() -> {
            lanes.computeSideBySide(loops, 1);
            lanes.pushOutput(0);
            f.set(value);
            if (extents.get(loops - 1).coefficient() % 4 == 0) {
                full(value);
            } else {
                f.i32(4).get(left).op(I32_LE_S).ifElse(() -> full(value), () -> part(value, left));
            }
            advance(left, 1);
            f.i32(0).get(left).op(I32_LT_S);
        });
    }

    private void advance(int left, int by) {
        f.increase(counter[loops - 1], 16 * by);
        f.increase(left, -4 * by);
    }

    private void full(int value) {
        f.get(out).get(value).memory(V128_STORE, 0);
        f.increase(out, 16);
        if (code.mayTrap()) {
            lanes.pushOutput(1);
            w.flag();
        }
    }

    /** The last elements of the axis: lanes behind them are not stored and cannot trap. */
    private void part(int value, int left) {
        w.storeFirst(out, value, left);
        f.get(out).get(left).i32(2).op(I32_SHL).op(I32_ADD).set(out);
        if (code.mayTrap()) {
            lanes.pushOutput(1);
            w.flagFirst(left);
        }
    }

    // ---- arguments of the lane code

    @Override
    public int level(int argument) {
        return switch (code.inputs().get(argument)) {
            case PointwiseCode.Scalar s -> 0;
            case PointwiseCode.Index i -> 1 + axes.indexOf(i.axis());
            case PointwiseCode.Load l -> {
                int level = 0;
                for (int j = 0; j < loops; j++) {
                    level = varies(l.load(), j) ? j + 1 : level;
                }
                yield level;
            }
        };
    }

    @Override
    public void push(int argument, int vector) {
        int level = level(argument);
        switch (code.inputs().get(argument)) {
            case PointwiseCode.Scalar s -> f.get(KernelWriter.ARGUMENTS).memory(V128_LOAD32_SPLAT, 4 * s.scalar());
            case PointwiseCode.Index i -> {
                if (level == 0) {
                    f.splat(0); // the axis has one element
                } else if (level < loops) {
                    f.get(counter[level - 1]).op(I32X4_SPLAT);
                } else {
                    f.get(counter[level - 1]).i32(2).op(I32_SHR_U).op(I32X4_SPLAT);
                    int first = 4 * vector;
                    f.v128(first, first + 1, first + 2, first + 3).op(I32X4_ADD);
                }
            }
            case PointwiseCode.Load l -> {
                f.get(level == 0 ? 1 + l.load() : pointer[level - 1][l.load()]);
                if (level == loops) {
                    f.get(counter[loops - 1]).op(I32_ADD).memory(V128_LOAD, 16 * vector);
                } else {
                    f.memory(V128_LOAD32_SPLAT, 0);
                }
            }
        }
    }
}
