package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * Pointwise kernels: nested loops over the axes of the space, four elements of the last axis at a time. Neighbouring axes that every
 * operand either has or repeats become one.
 *
 * <p>Function parameters: arguments, loads, out.
 */
final class PointwiseWasm implements LaneEmitter.Arguments {
    private final Kernel.Pointwise kernel;
    private final PointwiseCode code;
    private final KernelWriter w;
    private final FunctionBuilder f;
    private final List<Extent> extents = new ArrayList<>();
    /** Axis of the space behind a loop; only of use where it stands alone. */
    private final List<Integer> axes = new ArrayList<>();

    private final int loops;
    private final int out;
    /** Position along each loop; of the last one in bytes. */
    private final int[] counter;
    /** Pointer of each load inside each loop; equal to the one outside where the load repeats. */
    private final int[][] pointer;

    private final LaneEmitter lanes;

    private PointwiseWasm(Kernel.Pointwise kernel) {
        this.kernel = kernel;
        code = PointwiseCode.of(kernel);
        int loads = kernel.loads().size();
        w = new KernelWriter(loads + 1);
        f = w.f;
        out = 1 + loads;
        collapse();
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
        lanes = new LaneEmitter(f, code.code(), this);
    }

    static FunctionBuilder of(Kernel.Pointwise kernel) {
        PointwiseWasm g = new PointwiseWasm(kernel);
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
    }

    private void collapse() {
        Shape space = kernel.space();
        for (int a = 0; a < space.rank(); a++) {
            if (space.extent(a).isOne()) {
                continue;
            }
            int last = extents.size() - 1;
            if (last >= 0 && mergeable(axes.get(last), a)) {
                extents.set(last, extents.get(last).times(space.extent(a)));
                axes.set(last, a);
            } else {
                extents.add(space.extent(a));
                axes.add(a);
            }
        }
        if (extents.isEmpty()) {
            extents.add(Extent.ONE);
            axes.add(-1);
        }
    }

    private boolean mergeable(int before, int axis) {
        if (code.inputs().contains(new PointwiseCode.Index(before))
                || code.inputs().contains(new PointwiseCode.Index(axis))) {
            return false;
        }
        for (Kernel.Load l : kernel.loads()) {
            if (!l.joins(before, axis)) {
                return false;
            }
        }
        return true;
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
            }
        }
        f.count(counter[l], w.pushing(extents.get(l)), 1, () -> {
            lanes.compute(l + 1);
            loop(l + 1);
            for (int i = 0; i < pointer[l].length; i++) {
                if (varies(i, l)) {
                    f.get(pointer[l][i]);
                    w.push(kernel.loads().get(i).stride(axes.get(l)), 4);
                    f.op(I32_ADD).set(pointer[l][i]);
                }
            }
        });
    }

    private void innermost() {
        Extent extent = extents.get(loops - 1);
        boolean whole = extent.coefficient() % 4 == 0;
        int offset = counter[loops - 1];
        int left = f.i32Local();
        int value = f.v128Local();
        f.i32(0).set(offset);
        w.push(extent, 1);
        f.set(left);
        f.repeatWhile(() -> {
            lanes.compute(loops);
            lanes.pushOutput(0);
            f.set(value);
            if (whole) {
                full(value);
            } else {
                f.i32(4).get(left).op(I32_LE_S).ifElse(() -> full(value), () -> part(value, left));
            }
            f.increase(offset, 16);
            f.get(left).i32(-4).op(I32_ADD).tee(left);
            f.i32(0).op(I32_GT_S);
        });
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
    public void push(int argument) {
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
                    f.v128(0, 1, 2, 3).op(I32X4_ADD);
                }
            }
            case PointwiseCode.Load l -> {
                f.get(level == 0 ? 1 + l.load() : pointer[level - 1][l.load()]);
                if (level == loops) {
                    f.get(counter[loops - 1]).op(I32_ADD).memory(V128_LOAD, 0);
                } else {
                    f.memory(V128_LOAD32_SPLAT, 0);
                }
            }
        }
    }
}
