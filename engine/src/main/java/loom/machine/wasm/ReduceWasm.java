package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Op;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * Reductions of one axis in the order of {@link Op.Reduce}. The 32 lanes of a row are eight vectors; of columns, each lane's sums of
 * 4 or 16 columns are built in registers and then stored for halving. Adding +0 changes no sum, because none is ever −0.
 *
 * <p>Function parameters: arguments, in, out, scratch.
 */
final class ReduceWasm implements LaneEmitter.Arguments {
    private static final int LANES = 32;
    private static final int CHUNK = 4096;
    private static final int IN = 1;
    private static final int OUT = 2;
    private static final int SCRATCH = 3;
    /** Columns summed together, in vectors. */
    private static final int WIDE = 4;

    private static final int LANES_BYTES = LANES * WIDE * 16;

    private final Kernel.Reduce kernel;
    private final KernelWriter w;
    private final FunctionBuilder f;
    /** Vector that the finishing lane code takes. */
    private final int sum;

    private final int in;
    private final int out;

    private ReduceWasm(Kernel.Reduce kernel, boolean parted) {
        this.kernel = kernel;
        w = new KernelWriter(3, parted);
        f = w.f;
        sum = f.v128Local();
        in = f.i32Local();
        out = f.i32Local();
    }

    /** Bytes of scratch memory for a batch: lanes, then chunk sums. */
    static long scratchBytes(Kernel.Reduce kernel, int batch) {
        long chunks = (kernel.length().at(batch) + CHUNK - 1L) / CHUNK;
        return LANES_BYTES + chunks * WIDE * 16;
    }

    static FunctionBuilder of(Kernel.Reduce kernel, boolean parted) {
        ReduceWasm g = new ReduceWasm(kernel, parted);
        if (kernel.inner().isOne()) {
            g.rows();
        } else {
            g.columns();
        }
        return g.w.finish();
    }

    private void start() {
        f.get(IN).set(in).get(OUT).set(out);
        w.skip(in, kernel.length(), kernel.inner());
        w.skip(out, kernel.inner());
    }

    // ---- rows: elements of one sum lie side by side

    private void rows() {
        FunctionBuilder f = this.f;
        int row = f.i32Local();
        start();
        w.outermost(row, kernel.outer(), () -> {
            switch (kernel.kind()) {
                case SUM -> rowSum();
                case MAX, MIN -> rowExtreme();
            }
            f.get(in);
            w.push(kernel.length(), 4);
            f.op(I32_ADD).set(in);
            f.increase(out, 4);
        });
    }

    private void rowSum() {
        if (!kernel.length().batched() && kernel.length().coefficient() <= CHUNK) {
            int count = f.i32Local();
            f.i32(kernel.length().coefficient()).set(count);
            chunkOfRow(in, count, vectors(kernel.length().coefficient()));
            finishRow();
            return;
        }
        Chunks c = new Chunks();
        c.start(SCRATCH);
        f.repeatWhile(() -> {
            chunkOfRow(c.source, c.taken, LANES / 4);
            c.isLast();
            f.ifElse(this::finishRow, () -> {
                f.get(c.target).get(sum).storeLane(0, 0);
                c.next(() -> f.i32(4), 4, SCRATCH);
            });
            f.get(c.more);
        });
    }

    private static int vectors(int count) {
        return Math.min(LANES, count + 3) / 4;
    }

    private void finishRow() {
        f.get(sum).get(sum).shuffle(0, 0, 0, 0).set(sum);
        finished(value -> f.get(out).get(value).storeLane(0, 0), -1);
    }

    /** Sum of up to 4,096 elements to lane 0 of {@link #sum}; {@code vectors} of 4 lanes are enough if there are few. */
    private void chunkOfRow(int source, int count, int vectors) {
        int[] lanes = new int[vectors];
        int from = f.i32Local();
        int end = f.i32Local();
        for (int v = 0; v < vectors; v++) {
            lanes[v] = f.v128Local();
            f.splat(0).set(lanes[v]);
        }
        f.get(source).set(from);
        f.get(source)
                .get(count)
                .i32(-LANES)
                .op(I32_AND)
                .i32(2)
                .op(I32_SHL)
                .op(I32_ADD)
                .set(end);
        f.get(from)
                .get(end)
                .op(I32_LT_U)
                .ifTrue(() -> f.repeatWhile(() -> {
                    for (int v = 0; v < vectors; v++) {
                        f.get(lanes[v])
                                .get(from)
                                .memory(V128_LOAD, 16 * v)
                                .op(F32X4_ADD)
                                .set(lanes[v]);
                    }
                    f.increase(from, 4 * LANES);
                    f.get(from).get(end).op(I32_LT_U);
                }));
        int rest = f.i32Local();
        f.get(count).i32(LANES - 1).op(I32_AND).tee(rest).ifTrue(() -> {
            for (int v = 0; v < vectors; v++) {
                f.get(lanes[v]).get(from).memory(V128_LOAD, 16 * v);
                w.pushMask(rest, 4 * v);
                f.op(V128_AND).op(F32X4_ADD).set(lanes[v]);
            }
        });
        for (int half = LANES / 8; half >= 1; half /= 2) {
            for (int v = 0; v < half && v + half < vectors; v++) {
                f.get(lanes[v]).get(lanes[v + half]).op(F32X4_ADD).set(lanes[v]);
            }
        }
        f.get(lanes[0])
                .get(lanes[0])
                .get(lanes[0])
                .shuffle(2, 3, 2, 3)
                .op(F32X4_ADD)
                .set(sum);
        f.get(sum).get(sum).get(sum).shuffle(1, 1, 1, 1).op(F32X4_ADD).set(sum);
    }

    private void rowExtreme() {
        int best = f.v128Local();
        int from = f.i32Local();
        int left = f.i32Local();
        f.get(in).tee(from).memory(V128_LOAD32_SPLAT, 0).set(best);
        w.push(kernel.length(), 1);
        f.set(left);
        f.repeatWhile(() -> {
            f.get(from).memory(V128_LOAD, 0).get(best);
            w.pushMask(left);
            f.op(V128_BITSELECT).get(best).op(extreme()).set(best);
            f.increase(from, 16);
            f.get(left).i32(-4).op(I32_ADD).tee(left);
            f.i32(0).op(I32_GT_S);
        });
        f.get(best).get(best).get(best).shuffle(2, 3, 2, 3).op(extreme()).set(best);
        f.get(best).get(best).get(best).shuffle(1, 1, 1, 1).op(extreme()).set(best);
        f.get(out).get(best).storeLane(0, 0);
    }

    private int extreme() {
        boolean max = kernel.kind() == Op.ReduceKind.MAX;
        return kernel.element().isFloat() ? max ? F32X4_PMAX : F32X4_PMIN : max ? I32X4_MAX_S : I32X4_MIN_S;
    }

    // ---- columns: neighbours belong to different sums

    private void columns() {
        FunctionBuilder f = this.f;
        int outer = f.i32Local();
        int left = f.i32Local();
        start();
        w.outermost(outer, kernel.outer(), () -> {
            w.push(kernel.inner(), 1);
            f.set(left);
            blocks(left, WIDE);
            blocks(left, 1);
            // in has passed one row: skip the others
            f.get(in);
            w.push(kernel.length(), 1);
            f.i32(-1).op(I32_ADD);
            w.push(kernel.inner(), 4);
            f.op(I32_MUL).op(I32_ADD).set(in);
        });
    }

    /** All blocks of {@code vectors} columns that are left; of single vectors, the last may be partly outside. */
    private void blocks(int left, int vectors) {
        Runnable test = vectors == 1
                ? () -> f.get(left).i32(0).op(I32_GT_S)
                : () -> f.get(left).i32(4 * vectors).op(I32_GE_S);
        int taken = f.i32Local();
        test.run();
        f.ifTrue(() -> f.repeatWhile(() -> {
            f.get(left).set(taken);
            f.get(taken)
                    .i32(4 * vectors)
                    .op(I32_GT_S)
                    .ifTrue(() -> f.i32(4 * vectors).set(taken));
            switch (kernel.kind()) {
                case SUM -> columnSum(vectors, taken);
                case MAX, MIN -> columnExtreme(vectors, taken);
            }
            for (int pointer : new int[] {in, out}) {
                f.get(pointer).get(taken).i32(2).op(I32_SHL).op(I32_ADD).set(pointer);
            }
            f.get(left).get(taken).op(I32_SUB).set(left);
            test.run();
        }));
    }

    private void columnExtreme(int vectors, int taken) {
        int[] best = new int[vectors];
        int from = f.i32Local();
        int i = f.i32Local();
        f.get(in).set(from);
        for (int v = 0; v < vectors; v++) {
            best[v] = f.v128Local();
            f.get(from).memory(V128_LOAD, 16 * v).set(best[v]);
        }
        f.i32(1).set(i);
        f.countOn(i, w.pushing(kernel.length()), 1, () -> {
            f.get(from);
            w.push(kernel.inner(), 4);
            f.op(I32_ADD).set(from);
            for (int v = 0; v < vectors; v++) {
                f.get(from).memory(V128_LOAD, 16 * v).get(best[v]).op(extreme()).set(best[v]);
            }
        });
        for (int v = 0; v < vectors; v++) {
            storeColumns(best[v], v, vectors, taken);
        }
    }

    private void storeColumns(int value, int v, int vectors, int taken) {
        Runnable whole = () -> f.get(out).get(value).memory(V128_STORE, 16 * v);
        if (vectors > 1) {
            whole.run();
        } else {
            f.get(taken).i32(4).op(I32_EQ).ifElse(whole, () -> w.storeFirst(out, value, taken));
        }
    }

    private void columnSum(int vectors, int taken) {
        int stride = f.i32Local();
        int sums = f.i32Local();
        f.get(SCRATCH).i32(LANES_BYTES).op(I32_ADD).set(sums);
        w.push(kernel.inner(), 4);
        f.set(stride);
        Chunks c = new Chunks();
        c.start(sums);
        f.repeatWhile(() -> {
            chunkOfColumns(c.source, c.taken, stride, vectors);
            c.isLast();
            f.ifElse(
                    () -> {
                        for (int v = 0; v < vectors; v++) {
                            int at = v;
                            f.get(SCRATCH).memory(V128_LOAD, 16 * v).set(sum);
                            finished(value -> storeColumns(value, at, vectors, taken), vectors > 1 ? -1 : taken);
                        }
                    },
                    () -> {
                        for (int v = 0; v < vectors; v++) {
                            f.get(c.target)
                                    .get(SCRATCH)
                                    .memory(V128_LOAD, 16 * v)
                                    .memory(V128_STORE, 16 * v);
                        }
                        c.next(() -> f.get(stride), 16 * vectors, sums);
                        f.get(c.source)
                                .get(sums)
                                .op(I32_EQ)
                                .ifTrue(() -> f.i32(16 * vectors).set(stride));
                    });
            f.get(c.more);
        });
    }

    /** Sums of up to 4,096 rows of columns, to the start of the scratch memory. */
    private void chunkOfColumns(int source, int count, int stride, int vectors) {
        int[] lane = f.v128Locals(vectors);
        int j = f.i32Local();
        int i = f.i32Local();
        int from = f.i32Local();
        int at = f.i32Local();
        f.get(SCRATCH).set(at);
        f.count(j, () -> f.i32(LANES), 1, () -> {
            for (int v = 0; v < vectors; v++) {
                f.splat(0).set(lane[v]);
            }
            f.get(source).get(j).get(stride).op(I32_MUL).op(I32_ADD).set(from);
            f.get(j).set(i);
            f.countOn(i, () -> f.get(count), LANES, () -> {
                for (int v = 0; v < vectors; v++) {
                    f.get(lane[v])
                            .get(from)
                            .memory(V128_LOAD, 16 * v)
                            .op(F32X4_ADD)
                            .set(lane[v]);
                }
                f.get(from).get(stride).i32(5).op(I32_SHL).op(I32_ADD).set(from);
            });
            for (int v = 0; v < vectors; v++) {
                f.get(at).get(lane[v]).memory(V128_STORE, 16 * v);
            }
            f.increase(at, 16 * vectors);
        });
        int half = f.i32Local();
        f.i32(LANES / 2 * 16 * vectors).set(half);
        f.repeatWhile(() -> {
            f.get(SCRATCH).set(at);
            f.count(i, () -> f.get(half), 16, () -> {
                f.get(at);
                f.get(at).memory(V128_LOAD, 0);
                f.get(at).get(half).op(I32_ADD).memory(V128_LOAD, 0);
                f.op(F32X4_ADD).memory(V128_STORE, 0);
                f.increase(at, 16);
            });
            f.get(half).i32(1).op(I32_SHR_U).tee(half);
            f.i32(16 * vectors).op(I32_GE_S);
        });
    }

    // ---- both

    private interface Store {
        void run(int value);
    }

    /** Rules D and T on {@link #sum}, then {@code store}; only lanes below the local {@code valid} count, or all if it is −1. */
    private void finished(Store store, int valid) {
        LaneEmitter lanes = new LaneEmitter(f, PointwiseCode.finishedSum(), this);
        int value = f.v128Local();
        lanes.compute(0);
        lanes.compute(1);
        lanes.pushOutput(0);
        f.set(value);
        store.run(value);
        lanes.pushOutput(1);
        if (valid < 0) {
            w.flag();
        } else {
            w.flagFirst(valid);
        }
    }

    @Override
    public void push(int argument, int vector) {
        f.get(sum);
    }

    @Override
    public int level(int argument) {
        return 1;
    }

    /**
     * Walk through chunks of 4,096: first over the elements, then over the chunk sums, until one chunk is left. Sums are written
     * where sums already read lay.
     */
    private final class Chunks {
        final int source = f.i32Local();
        final int target = f.i32Local();
        /** Elements of this chunk. */
        final int taken = f.i32Local();

        final int more = f.i32Local();
        private final int total = f.i32Local();
        private final int left = f.i32Local();

        void start(int sums) {
            f.get(in).set(source).get(sums).set(target);
            w.push(kernel.length(), 1);
            f.tee(total).set(left);
            take();
            f.i32(0).set(more);
        }

        private void take() {
            f.get(left).set(taken);
            f.get(left).i32(CHUNK).op(I32_GT_S).ifTrue(() -> f.i32(CHUNK).set(taken));
        }

        /** Pushes whether this chunk is all there is. */
        void isLast() {
            f.i32(0).set(more);
            f.get(total).i32(CHUNK).op(I32_LE_S);
        }

        /** Steps on. {@code stride} pushes the bytes from element to element; sums are {@code sumBytes} apart. */
        void next(Runnable stride, int sumBytes, int sums) {
            f.i32(1).set(more);
            f.increase(target, sumBytes);
            f.get(source);
            stride.run();
            f.i32(CHUNK).op(I32_MUL).op(I32_ADD).set(source);
            f.get(left).get(taken).op(I32_SUB).tee(left);
            f.op(I32_EQZ).ifTrue(() -> {
                f.get(target).get(sums).op(I32_SUB).i32(sumBytes).op(I32_DIV_U);
                f.tee(total).set(left);
                f.get(sums).tee(source).set(target);
            });
            take();
        }
    }
}
