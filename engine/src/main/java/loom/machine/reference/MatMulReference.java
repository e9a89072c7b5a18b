package loom.machine.reference;

import java.util.Arrays;
import loom.graph.Factors;
import loom.numeric.Domain;
import loom.program.Kernel;

/** k ascends in blocks of 128; a block's chain starts from +0; block sums are added ascending. Sums of int8 are exact. */
final class MatMulReference {
    static final int BLOCK = 128;

    private MatMulReference() {}

    static void run(Kernel.MatMul kernel, Memory memory) {
        int groups = memory.at(kernel.groups());
        int m = memory.at(kernel.m());
        int n = memory.at(kernel.n());
        int k = memory.at(kernel.k());
        int[] out = memory.words(kernel.out());
        int to = memory.offset(kernel.out());
        float[] a = new float[m * k];
        float[] b = new float[k * n];
        float[] sum = new float[n];
        float[] block = new float[n];
        for (int g = 0; g < groups; g++) {
            if (g == 0 || !kernel.sharedA()) {
                load(memory, kernel.a(), g * m * k, m, k, kernel.transposeA(), kernel.factors(), a);
            }
            if (g == 0 || !kernel.sharedB()) {
                load(memory, kernel.b(), g * k * n, k, n, kernel.transposeB(), kernel.factors(), b);
            }
            if (kernel.factors() == Factors.INT8) {
                int8(a, b, m, n, k, out, to + g * m * n);
                continue;
            }
            for (int i = 0; i < m; i++) {
                Arrays.fill(sum, 0);
                for (int start = 0; start < k; start += BLOCK) {
                    Arrays.fill(block, 0);
                    for (int p = start; p < Math.min(k, start + BLOCK); p++) {
                        addProducts(block, a[i * k + p], b, p * n, n);
                    }
                    for (int j = 0; j < n; j++) {
                        sum[j] += block[j];
                    }
                }
                for (int j = 0; j < n; j++) {
                    int bits = Float.floatToRawIntBits(Domain.roundD(sum[j]));
                    if (Domain.isTrapBits(bits)) {
                        memory.trap(kernel.site());
                    }
                    out[to + (g * m + i) * n + j] = bits;
                }
            }
        }
    }

    private static void int8(float[] a, float[] b, int m, int n, int k, int[] out, int to) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (int) a[i * k + p] * (int) b[p * n + j];
                }
                out[to + i * n + j] = sum;
            }
        }
    }

    private static void addProducts(float[] block, float x, float[] b, int from, int n) {
        for (int j = 0; j < n; j++) {
            block[j] += x * b[from + j];
        }
    }

    /** One group's matrix as rows × columns, turned if it is stored transposed. */
    private static void load(
            Memory memory,
            int buffer,
            int start,
            int rows,
            int columns,
            boolean transposed,
            Factors factors,
            float[] into) {
        int[] words = memory.words(buffer);
        int from = memory.offset(buffer) + start;
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int at = transposed ? c * rows + r : r * columns + c;
                into[r * columns + c] = factors.round(Float.intBitsToFloat(words[from + at]));
            }
        }
    }
}
