package loom.machine.wasm;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * Work that threads can share: the outermost trips of a kernel, or the samples of a stripe, none of which needs another one. Every sum belongs to
 * one trip, so no bit depends on how trips are put together into parts.
 *
 * @param total trips there are
 * @param grain every part but the last has a multiple of so many
 * @param most trips of a part
 * @param leastParts with fewer, it is not shared
 * @param operations how much work there is at a batch of 1, roughly: what takes as long as half a multiplication of a product
 * @param batches how often the batch is a factor of that
 * @param samples of the batch, at most: in a stripe fewer than there are
 */
record Job(Extent total, int grain, int most, int leastParts, long operations, int batches, int samples) {
    /** What takes a thread as long as to be woken. */
    static final long LEAST = 1 << 20;

    /** Of a thread, if there are trips enough: one that comes late, or is slower, leaves some to others. */
    private static final int PARTS = 2;

    /** In all. */
    private static final int MOST_PARTS = 1 << 14;

    /** Elements of a pointwise kernel: a multiple of what is computed side by side. */
    private static final int ELEMENTS = 64;

    /** An element of a copy. */
    private static final int COPYING = 16;

    /** A tap of a window, which is no part of a tile. */
    private static final int TAP = 5;

    /** An element of a sum. */
    private static final int ADDING = 4;

    /** A multiplication of a product of few rows: threads that sleep would come too late for a product of less than some 60 µs. */
    private static final int FEW_ROWS = 1;

    /** The same in a loop, where they do not sleep. */
    private static final int FEW_ROWS_AGAIN = 4;

    private static final int ANY = Integer.MAX_VALUE;

    /** A kernel; what threads share of a product is asked by {@link Share}. */
    static Job of(Kernel kernel) {
        return switch (kernel) {
            case Kernel.MatMul m -> of(m, Share.NOTHING, false);
            case Kernel.Pointwise p -> {
                int instructions = LaneEmitter.length(PointwiseCode.of(p).code());
                Extent outermost = PointwiseLoops.of(p).outermost();
                boolean isFlat = outermost.equals(p.space().elements());
                yield of(
                        outermost,
                        isFlat ? ELEMENTS : 1,
                        ANY,
                        instructions,
                        p.space().elements());
            }
            case Kernel.Reduce r -> of(r.outer(), 1, ANY, ADDING, r.outer(), r.length(), r.inner());
            case Kernel.Copy c -> of(Extent.ONE, 1, ANY, COPYING, c.space().elements());
            case Kernel.Gather g -> of(Extent.ONE, 1, ANY, 0);
            case Kernel.ScatterAdd s -> of(Extent.ONE, 1, ANY, 0);
            case Kernel.Loop l -> of(Extent.ONE, 1, ANY, 0);
        };
    }

    /** The groups of a convolution without patches. */
    static Job of(WindowProduct p) {
        Kernel.MatMul m = p.product();
        return of(m.groups(), 1, ANY, TAP, m.groups(), m.m(), m.n(), m.k());
    }

    /** The samples of a batch: fewer than there are threads are better shared kernel by kernel. */
    static Job of(Stripe stripe, List<Kernel> kernels, int threads) {
        long sum = 0;
        for (Kernel k : kernels) {
            sum += of(k).operations;
        }
        return new Job(new Extent(1, true), 1, stripe.samples(), threads, sum, 1, ANY);
    }

    /** A product of which threads share that. */
    static Job of(Kernel.MatMul m, Share share, boolean isInLoop) {
        int each = m.factors() == Factors.INT8 ? 1 : 2;
        return switch (share) {
            case NOTHING -> of(Extent.ONE, 1, ANY, each, m.groups(), m.m(), m.n(), m.k());
            case GROUPS -> of(m.groups(), 1, ANY, each, m.groups(), m.m(), m.n(), m.k());
            case ROWS -> of(m.m(), MatMulWasm.ROWS, SpreadWasm.band(m), each, m.groups(), m.m(), m.n(), m.k());
            case COLUMNS -> {
                Extent panels = Extent.of(PackWasm.panels(m.n().coefficient()));
                int few = isInLoop ? FEW_ROWS_AGAIN : FEW_ROWS;
                yield of(panels, MatMulWasm.ROWS, ANY, few, m.m(), m.n(), m.k());
            }
        };
    }

    /** As many operations as the product of {@code extents}, times {@code each}. */
    private static Job of(Extent total, int grain, int most, int each, Extent... extents) {
        double operations = each;
        int batches = 0;
        for (Extent e : extents) {
            operations *= e.coefficient();
            batches += e.batched() ? 1 : 0;
        }
        return new Job(total, grain, most, 2, (long) operations, batches, ANY);
    }

    /** The same in a stripe. */
    Job within(int stripe) {
        return new Job(total, grain, most, leastParts, operations, batches, stripe);
    }

    /** Whether there may be trips enough. */
    boolean isShareable() {
        return total.batched() || total.coefficient() > grain;
    }

    /** Trips of a part, or 0 if one thread does all of them, because there are too few or less than {@code least} to do. */
    int partSize(int wholeBatch, int threads, long least) {
        int batch = Math.min(wholeBatch, samples);
        double work = operations;
        for (int i = 0; i < batches; i++) {
            work *= batch;
        }
        int all = total.at(batch);
        int each = (all - 1) / (PARTS * threads) + 1;
        int size = Math.max(rounded(all / MOST_PARTS + 1), Math.min(most, rounded(each)));
        int parts = (all - 1) / size + 1;
        return parts >= leastParts && work >= least ? size : 0;
    }

    /** Up to a multiple of the grain. */
    private int rounded(int trips) {
        return (trips + grain - 1) / grain * grain;
    }
}
