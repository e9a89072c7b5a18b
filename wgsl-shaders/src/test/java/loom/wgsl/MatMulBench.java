package loom.wgsl;

import java.util.List;
import java.util.function.UnaryOperator;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.program.Compiler;
import loom.program.Program;

/** Square matmuls, timed, each with a sample of its elements checked against the order of summation written out. */
final class MatMulBench {
    private final DawnHost host;

    MatMulBench(DawnHost host) {
        this.host = host;
    }

    void record() {
        for (int n : new int[] {1024, 2048, 4096}) {
            for (Product p : Product.values()) {
                for (Variants.Tiling t :
                        List.of(Variants.Tiling.SMALL, Variants.Tiling.MEDIUM, Variants.Tiling.LARGE)) {
                    record(n, new Variants(p, t));
                }
            }
        }
    }

    private void record(int n, Variants v) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.of(n, n)));
        Node y = b.input("y", TensorType.f32(Shape.of(n, n)));
        b.output("z", b.matMul(x, y));
        Program program = Compiler.compile(b.build());
        Execution e = new WebGpuMachine(host, v, UnaryOperator.identity())
                .prepare(program)
                .get();
        float[] xs = host.values(new DawnHost.Values(n, -9, 3, n * n));
        float[] ys = host.values(new DawnHost.Values(n + 1, -9, 3, n * n));
        e.write(program.source("x"), xs);
        e.write(program.source("y"), ys);
        String name = "matmul " + n + "^3 " + v.product() + " " + v.tiling();
        host.time(name, n == 4096 ? 6 : n == 2048 ? 40 : 300, 2.0 * n * n * n);
        e.run();
        int[] places = new int[2048];
        int[] expected = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) ((long) i * 2_654_435_761L % ((long) n * n));
            expected[i] = Float.floatToRawIntBits(dot(xs, places[i] / n * n, ys, places[i] % n, n));
        }
        host.expect(name, places, expected);
        e.readFloats(program.output("z"));
        e.close();
    }

    private static float dot(float[] x, int row, float[] y, int column, int n) {
        float total = 0;
        for (int first = 0; first < n; first += 128) {
            float sum = 0;
            for (int k = first; k < Math.min(first + 128, n); k++) {
                sum += x[row + k] * y[k * n + column];
            }
            total += sum;
        }
        return loom.numeric.Domain.roundD(total);
    }
}
