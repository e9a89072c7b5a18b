package loom.machine.parallel;

import java.util.Arrays;
import loom.graph.Factors;
import loom.program.Kernel;

/**
 * Products of {@link Factors#INT8}, computed with floats that hold whole numbers: as long as a sum has at most 1,024 products of at most
 * 2^14 every addition is exact, and sums of those are i32. So the inner loops are those of f32.
 */
final class MatMulInt8Parallel implements Step {
    /** Products whose sum is at most 2^24. */
    private static final int EXACT = 1024;

    /** Products that cost as much as one operation on an element elsewhere. */
    private static final int PRODUCTS = 8;

    private final Kernel.MatMul kernel;
    private float[] left = new float[0];
    /** Row p of group g at g · k + p. */
    private float[][] right = new float[0][];

    private long rounded = Store.CHANGING;

    MatMulInt8Parallel(Kernel.MatMul kernel) {
        this.kernel = kernel;
    }

    @Override
    public void run(Frame frame) {
        int m = frame.at(kernel.m());
        int n = frame.at(kernel.n());
        int k = frame.at(kernel.k());
        int groups = frame.at(kernel.groups());
        roundLeft(frame, kernel.sharedA() ? 1 : groups, m, k);
        long version = frame.version(kernel.b());
        if (version == Store.CHANGING || version != rounded) {
            roundRight(frame, kernel.sharedB() ? 1 : groups, k, n);
            rounded = version;
        }
        int pairs = (m + 1) / 2;
        int[] out = frame.ints(kernel.out());
        int to = frame.offset(kernel.out());
        frame.split(groups * pairs, 2L * n * k / PRODUCTS, (first, end, scratch) -> {
            float[] sum0 = new float[n];
            float[] sum1 = new float[n];
            for (int u = first; u < end; u++) {
                int group = u / pairs;
                int row = u % pairs * 2;
                int a = ((kernel.sharedA() ? 0 : group * m) + row) * k;
                int b = kernel.sharedB() ? 0 : group * k;
                int at = to + (group * m + row) * n;
                boolean both = row + 1 < m;
                for (int from = 0; from == 0 || from < k; from += EXACT) {
                    int until = Math.min(k, from + EXACT);
                    Arrays.fill(sum0, 0);
                    Arrays.fill(sum1, 0);
                    sums(sum0, sum1, a, both ? a + k : a, b, from, until);
                    add(sum0, out, at, from == 0);
                    if (both) {
                        add(sum1, out, at + n, from == 0);
                    }
                }
            }
        });
    }

    /** Of two rows of a, which begin at {@code a0} and {@code a1}. */
    private void sums(float[] sum0, float[] sum1, int a0, int a1, int b, int from, int until) {
        int n = sum0.length;
        int p = from;
        for (; p + 4 <= until; p += 4) {
            Products.add(
                    sum0,
                    sum1,
                    right[b + p],
                    right[b + p + 1],
                    right[b + p + 2],
                    right[b + p + 3],
                    left,
                    a0 + p,
                    a1 + p,
                    1,
                    n);
        }
        for (; p < until; p++) {
            Products.add(sum0, right[b + p], left[a0 + p], n);
            Products.add(sum1, right[b + p], left[a1 + p], n);
        }
    }

    private static void add(float[] sums, int[] out, int at, boolean isFirst) {
        for (int j = 0; j < sums.length; j++) {
            int sum = (int) sums[j];
            out[at + j] = isFirst ? sum : out[at + j] + sum;
        }
    }

    private void roundLeft(Frame frame, int groups, int m, int k) {
        int count = groups * m;
        if (left.length < count * k) {
            left = new float[count * k];
        }
        float[] from = frame.floats(kernel.a());
        int base = frame.offset(kernel.a());
        frame.split(count, k, (first, end, scratch) -> {
            for (int r = first; r < end; r++) {
                int start = base + (kernel.transposeA() ? r / m * m * k + r % m : r * k);
                round(from, start, kernel.transposeA() ? m : 1, left, r * k, k);
            }
        });
    }

    private void roundRight(Frame frame, int groups, int k, int n) {
        int count = groups * k;
        if (right.length != count || count > 0 && right[0].length != n) {
            right = new float[count][n];
        }
        float[] from = frame.floats(kernel.b());
        int base = frame.offset(kernel.b());
        frame.split(count, n, (first, end, scratch) -> {
            for (int r = first; r < end; r++) {
                int start = base + (kernel.transposeB() ? r / k * k * n + r % k : r * n);
                round(from, start, kernel.transposeB() ? k : 1, right[r], 0, n);
            }
        });
    }

    private static void round(float[] from, int start, int step, float[] into, int to, int count) {
        for (int i = 0; i < count; i++) {
            into[to + i] = from[start + i * step];
        }
        Rounding.of(Factors.INT8, into, to, to + count);
    }

    @Override
    public long heldBytes() {
        long elements = left.length;
        for (float[] row : right) {
            elements += row.length;
        }
        return 4 * elements;
    }

    /** Bytes of the rounded operands that it will hold once it has run with a batch. */
    static long heldBytes(Kernel.MatMul kernel, int batch) {
        long groups = kernel.groups().at(batch);
        long k = kernel.k().at(batch);
        long rows = (kernel.sharedA() ? 1 : groups) * kernel.m().at(batch);
        long columns = (kernel.sharedB() ? 1 : groups) * kernel.n().at(batch);
        return 4 * k * (rows + columns);
    }
}
