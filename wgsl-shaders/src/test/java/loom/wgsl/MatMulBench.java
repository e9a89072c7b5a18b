package loom.wgsl;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.numeric.Quantized;
import loom.program.Compiler;
import loom.program.Program;

/** Matmuls, square and of few rows, timed, each with a sample of its elements checked against the order of summation written out. */
final class MatMulBench {
    private static final Variants BY_SHAPE = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true);

    private final DawnHost host;
    private final Map<DawnHost.Values, float[]> made = new HashMap<>();

    MatMulBench(DawnHost host) {
        this.host = host;
    }

    void record() {
        for (int n : new int[] {512, 1024, 2048, 4096}) {
            for (Variants.Tiling t : List.of(Variants.Tiling.SMALL, Variants.Tiling.LARGE, Variants.Tiling.BY_SHAPE)) {
                record(n, n, n, false, new Variants(Product.FMA_NZ, t, true));
            }
            record(n, n, n, true, BY_SHAPE);
            record(n, n, n, false, new Variants(Product.ADD_U, Variants.Tiling.BY_SHAPE, true));
            for (Factors f : List.of(Factors.BF16, Factors.F16, Factors.INT8)) {
                record(n, n, n, f, false, BY_SHAPE);
            }
        }
        for (int rows : new int[] {1, 4}) {
            for (boolean transposed : new boolean[] {false, true}) {
                record(rows, 4096, 4096, transposed, BY_SHAPE);
                record(rows, 1024, 4096, transposed, BY_SHAPE);
                record(rows, 4096, 1024, transposed, BY_SHAPE);
            }
        }
        record(1, 4096, 4096, Factors.INT8, false, BY_SHAPE);
        // Whether the number of rows is a batch or fixed.
        record(0, 4096, 4096, false, BY_SHAPE);
    }

    /** What packing operands pays, by the number of lines. */
    void recordPacked() {
        for (Factors f : Factors.values()) {
            for (int n : new int[] {256, 512, 1024, 2048, 4096}) {
                boolean small = n <= 512;
                Variants.Tiling without = small ? Variants.Tiling.SMALL : Variants.Tiling.LARGE;
                Variants.Tiling with =
                        small && f == Factors.INT8 ? Variants.Tiling.SMALL_PACKED : Variants.Tiling.LARGE_PACKED;
                for (Variants.Tiling t : List.of(without, with)) {
                    record(n, n, n, f, false, new Variants(Product.FMA_NZ, t, true));
                }
            }
            for (int rows : new int[] {16, 64, 256, 1024}) {
                Variants.Tiling with = f == Factors.INT8 ? Variants.Tiling.SMALL_PACKED : Variants.Tiling.LARGE_PACKED;
                for (Variants.Tiling t : List.of(Variants.Tiling.SMALL, Variants.Tiling.LARGE, with)) {
                    record(rows, 4096, 4096, f, true, new Variants(Product.FMA_NZ, t, true));
                }
            }
        }
    }

    private void record(int rows, int k, int n, boolean transposed, Variants v) {
        record(rows, k, n, Factors.F32, transposed, v);
    }

    /** @param rows of the left operand, 0 for a batch of 1 */
    private void record(int rows, int k, int n, Factors factors, boolean transposed, Variants v) {
        int m = Math.max(rows, 1);
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(rows == 0 ? Shape.batched(k) : Shape.of(m, k)));
        Node y = b.input("y", TensorType.f32(transposed ? Shape.of(n, k) : Shape.of(k, n)));
        b.output("z", b.add(new Op.MatMul(false, transposed, factors), x, y));
        Program program = Compiler.compile(b.build());
        Execution e = WebGpuMachine.unprobed(host, v).prepare(program).get();
        // Up to 15 in magnitude; int8 has few numbers there.
        int high = factors == Factors.INT8 ? 7 : 3;
        float[] xs = values(new DawnHost.Values(n, high - 12, high, m * k));
        float[] ys = values(new DawnHost.Values(n + 1, high - 12, high, k * n));
        e.write(program.source("x"), xs);
        e.write(program.source("y"), ys);
        String name = (factors == Factors.F32 ? "" : factors + " ") + "matmul " + (rows == 0 ? "N" : m) + "x" + k + "x"
                + n + (transposed ? " bT " : " ") + v.product() + " " + v.tiling();
        double flops = 2.0 * m * k * n;
        host.time(name, (int) Math.max(6, Math.min(300, 6e11 / flops)), flops, m < 8 ? 4.0 * k * n : 0);
        e.run();
        int[] places = new int[Math.min(2048, m * n)];
        int[] expected = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) (i * 2_654_435_761L % ((long) m * n));
            int column = places[i] % n;
            int row = places[i] / n * k;
            int start = transposed ? column * k : column;
            int stride = transposed ? 1 : n;
            expected[i] = factors == Factors.INT8
                    ? int8(xs, row, ys, start, stride, k)
                    : Float.floatToRawIntBits(dot(factors, xs, row, ys, start, stride, k));
        }
        host.expect(name, places, expected);
        if (factors == Factors.INT8) {
            e.readInts(program.output("z"));
        } else {
            e.readFloats(program.output("z"));
        }
        e.close();
    }

    private float[] values(DawnHost.Values recipe) {
        return made.computeIfAbsent(recipe, host::values);
    }

    private static float dot(Factors factors, float[] x, int row, float[] y, int column, int stride, int count) {
        float total = 0;
        for (int first = 0; first < count; first += 128) {
            float sum = 0;
            for (int k = first; k < Math.min(first + 128, count); k++) {
                sum += factors.round(x[row + k]) * factors.round(y[k * stride + column]);
            }
            total += sum;
        }
        return loom.numeric.Domain.roundD(total);
    }

    private static int int8(float[] x, int row, float[] y, int column, int stride, int count) {
        int sum = 0;
        for (int k = 0; k < count; k++) {
            sum += Quantized.toInt8(x[row + k]) * Quantized.toInt8(y[k * stride + column]);
        }
        return sum;
    }
}
