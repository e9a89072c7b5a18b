package loom.machine.reference;

import loom.graph.ElementType;
import loom.numeric.Domain;
import loom.program.Kernel;

/** Sums in 32 lanes, maxima and minima in ascending order. */
final class ReduceReference {
    static final int LANES = 32;
    static final int CHUNK = 4096;

    private ReduceReference() {}

    static void run(Kernel.Reduce kernel, Memory memory) {
        int[] in = memory.words(kernel.in());
        int[] out = memory.words(kernel.out());
        int from = memory.offset(kernel.in());
        int to = memory.offset(kernel.out());
        int length = memory.at(kernel.length());
        int inner = memory.at(kernel.inner());
        int outer = memory.at(kernel.outer());
        float[] row = new float[length];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int start = from + o * length * inner + i;
                int bits;
                if (kernel.element() == ElementType.F32) {
                    for (int l = 0; l < length; l++) {
                        row[l] = Float.intBitsToFloat(in[start + l * inner]);
                    }
                    bits = Float.floatToRawIntBits(reduce(kernel, row));
                } else {
                    bits = reduce(kernel, in, start, length, inner);
                }
                if (kernel.site() >= 0 && Domain.isTrapBits(bits)) {
                    memory.trap(kernel.site());
                }
                out[to + o * inner + i] = bits;
            }
        }
    }

    private static float reduce(Kernel.Reduce kernel, float[] row) {
        float best = row[0];
        switch (kernel.kind()) {
            case SUM -> best = Domain.roundD(sum(row, row.length));
            case MAX -> {
                for (float x : row) {
                    best = best < x ? x : best;
                }
            }
            case MIN -> {
                for (float x : row) {
                    best = x < best ? x : best;
                }
            }
        }
        return best;
    }

    private static int reduce(Kernel.Reduce kernel, int[] in, int start, int length, int stride) {
        int best = in[start];
        for (int l = 1; l < length; l++) {
            int x = in[start + l * stride];
            best = switch (kernel.kind()) {
                case MAX -> Math.max(best, x);
                case MIN -> Math.min(best, x);
                case SUM -> throw new IllegalStateException("a sum of integers");
            };
        }
        return best;
    }

    /** The rule of row reductions. Chunk sums are summed by the same rule. */
    private static float sum(float[] x, int length) {
        if (length <= CHUNK) {
            return sumChunk(x, 0, length);
        }
        int chunks = (length + CHUNK - 1) / CHUNK;
        float[] sums = new float[chunks];
        for (int c = 0; c < chunks; c++) {
            sums[c] = sumChunk(x, c * CHUNK, Math.min(length, (c + 1) * CHUNK));
        }
        return sum(sums, chunks);
    }

    private static float sumChunk(float[] x, int from, int to) {
        float[] lane = new float[LANES];
        for (int i = from; i < to; i++) {
            lane[(i - from) % LANES] += x[i];
        }
        for (int half = LANES / 2; half >= 1; half /= 2) {
            for (int j = 0; j < half; j++) {
                lane[j] += lane[j + half];
            }
        }
        return lane[0];
    }
}
