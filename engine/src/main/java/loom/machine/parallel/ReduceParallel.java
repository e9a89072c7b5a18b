package loom.machine.parallel;

import java.util.Arrays;
import loom.graph.Op;
import loom.numeric.Domain;
import loom.program.Kernel;

/**
 * Sums in 32 lanes, maxima and minima in ascending order. Of neighbouring columns, each element of a strip is one column's sum; a single
 * column is summed with its lanes side by side.
 */
final class ReduceParallel implements Step {
    private static final int LANES = 32;
    private static final int CHUNK = 4096;
    /** Columns from which on they are reduced side by side. */
    private static final int COLUMNS = 8;

    private final Kernel.Reduce kernel;

    ReduceParallel(Kernel.Reduce kernel) {
        this.kernel = kernel;
    }

    @Override
    public void run(Frame frame) {
        int length = frame.at(kernel.length());
        int inner = frame.at(kernel.inner());
        int outer = frame.at(kernel.outer());
        if (!kernel.element().isFloat()) {
            frame.split(outer * inner, length, (first, end, scratch) -> integers(frame, first, end, length, inner));
        } else if (inner >= COLUMNS) {
            int strips = (inner + Lanes.STRIP - 1) / Lanes.STRIP;
            frame.split(outer * strips, (long) length * Math.min(inner, Lanes.STRIP), (first, end, scratch) -> {
                for (int i = first; i < end; i++) {
                    int column = i % strips * Lanes.STRIP;
                    int n = Math.min(Lanes.STRIP, inner - column);
                    columns(frame, i / strips, column, n, length, inner, scratch);
                }
            });
        } else {
            frame.split(outer * inner, length, (first, end, scratch) -> rows(frame, first, end, length, inner));
        }
    }

    private void integers(Frame frame, int first, int end, int length, int inner) {
        int[] in = frame.ints(kernel.in());
        int[] out = frame.ints(kernel.out());
        int from = frame.offset(kernel.in());
        int to = frame.offset(kernel.out());
        for (int e = first; e < end; e++) {
            int at = from + e / inner * length * inner + e % inner;
            int best = in[at];
            for (int l = 1; l < length; l++) {
                int x = in[at + l * inner];
                best = switch (kernel.kind()) {
                    case MAX -> Math.max(best, x);
                    case MIN -> Math.min(best, x);
                    case SUM -> throw new IllegalStateException("a sum of integers");
                };
            }
            out[to + e] = best;
        }
    }

    // ---- one result at a time ----

    private void rows(Frame frame, int first, int end, int length, int inner) {
        float[] in = frame.floats(kernel.in());
        float[] out = frame.floats(kernel.out());
        int from = frame.offset(kernel.in());
        int to = frame.offset(kernel.out());
        float[] lane = new float[LANES];
        boolean trapped = false;
        for (int e = first; e < end; e++) {
            int at = from + e / inner * length * inner + e % inner;
            float result = switch (kernel.kind()) {
                case SUM -> Domain.roundD(sum(in, at, inner, length, lane));
                case MAX -> max(in, at, inner, length);
                case MIN -> min(in, at, inner, length);
            };
            trapped |= kernel.site() >= 0 && Domain.isTrapBits(Float.floatToRawIntBits(result));
            out[to + e] = result;
        }
        if (trapped) {
            frame.trap();
        }
    }

    private static float max(float[] in, int at, int stride, int length) {
        float best = in[at];
        for (int l = 1; l < length; l++) {
            best = Math.max(best, in[at + l * stride]);
        }
        return best;
    }

    private static float min(float[] in, int at, int stride, int length) {
        float best = in[at];
        for (int l = 1; l < length; l++) {
            best = Math.min(best, in[at + l * stride]);
        }
        return best;
    }

    /** The rule of row reductions. Chunk sums are summed by the same rule. */
    private static float sum(float[] x, int at, int stride, int length, float[] lane) {
        if (length <= CHUNK) {
            return sumChunk(x, at, stride, length, lane);
        }
        float[] sums = new float[(length + CHUNK - 1) / CHUNK];
        for (int c = 0; c < sums.length; c++) {
            int start = c * CHUNK;
            sums[c] = sumChunk(x, at + start * stride, stride, Math.min(CHUNK, length - start), lane);
        }
        return sum(sums, 0, 1, sums.length, lane);
    }

    private static float sumChunk(float[] x, int at, int stride, int length, float[] lane) {
        Arrays.fill(lane, 0f);
        int l = 0;
        for (; l + LANES <= length; l += LANES) {
            int row = at + l * stride;
            for (int j = 0; j < LANES; j++) {
                lane[j] += x[row + j * stride];
            }
        }
        for (int j = 0; l + j < length; j++) {
            lane[j] += x[at + (l + j) * stride];
        }
        for (int half = LANES / 2; half >= 1; half /= 2) {
            for (int j = 0; j < half; j++) {
                lane[j] += lane[j + half];
            }
        }
        return lane[0];
    }

    // ---- columns side by side ----

    private void columns(Frame frame, int o, int column, int n, int length, int inner, Scratch scratch) {
        float[] in = frame.floats(kernel.in());
        int at = frame.offset(kernel.in()) + o * length * inner + column;
        // Registers: 0 to 31 the lanes, then a row at hand, then marks; from there on sums of chunks.
        float[] result = scratch.floats(0);
        switch (kernel.kind()) {
            case SUM -> {
                sum(in, at, inner, length, n, scratch);
                Lanes.roundD(result, result, n);
            }
            case MAX, MIN -> {
                float[] row = scratch.floats(LANES);
                System.arraycopy(in, at, result, 0, n);
                for (int l = 1; l < length; l++) {
                    System.arraycopy(in, at + l * inner, row, 0, n);
                    if (kernel.kind() == Op.ReduceKind.MAX) {
                        Lanes.max(result, result, row, n);
                    } else {
                        Lanes.min(result, result, row, n);
                    }
                }
            }
        }
        if (kernel.site() >= 0) {
            float[] marks = scratch.floats(LANES + 1);
            Arrays.fill(marks, 0, n, 0f);
            Lanes.test(Domain.D, result, marks, n);
            if (Lanes.marked(marks, n)) {
                frame.trap();
            }
        }
        System.arraycopy(result, 0, frame.floats(kernel.out()), frame.offset(kernel.out()) + o * inner + column, n);
    }

    /** Sums of columns come into register 0. */
    private static void sum(float[] in, int at, int stride, int length, int n, Scratch scratch) {
        if (length <= CHUNK) {
            sumChunk(in, at, stride, length, n, scratch);
            return;
        }
        int chunks = (length + CHUNK - 1) / CHUNK;
        float[] sums = new float[chunks * n];
        for (int c = 0; c < chunks; c++) {
            int start = c * CHUNK;
            sumChunk(in, at + start * stride, stride, Math.min(CHUNK, length - start), n, scratch);
            System.arraycopy(scratch.floats(0), 0, sums, c * n, n);
        }
        sum(sums, 0, n, chunks, n, scratch);
    }

    private static void sumChunk(float[] in, int at, int stride, int length, int n, Scratch scratch) {
        float[] row = scratch.floats(LANES);
        int lanes = Math.min(LANES, length);
        for (int l = 0; l < lanes; l++) {
            // +0 added to −0 would be +0, but no value of a domain is −0.
            System.arraycopy(in, at + l * stride, scratch.floats(l), 0, n);
        }
        for (int l = lanes; l < length; l++) {
            System.arraycopy(in, at + l * stride, row, 0, n);
            float[] lane = scratch.floats(l % LANES);
            Lanes.add(lane, lane, row, n);
        }
        for (int half = LANES / 2; half >= 1; half /= 2) {
            for (int j = 0; j < half && j + half < lanes; j++) {
                Lanes.add(scratch.floats(j), scratch.floats(j), scratch.floats(j + half), n);
            }
            lanes = Math.min(lanes, half);
        }
    }
}
