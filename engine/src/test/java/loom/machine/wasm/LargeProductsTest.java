package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.program.Compiler;
import loom.program.Kernel;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of a group that are made some columns at a time. */
class LargeProductsTest {
    private static final int BATCH = 2;

    /** {@code y[b,m,n] = a[b,m,k] · b[b,k,n]}, or with {@code [b,n,k]}. */
    private static Program product(int m, int n, int k, boolean transposed) {
        GraphBuilder g = new GraphBuilder();
        Node a = g.input("a", TensorType.f32(Shape.batched(m, k)));
        Node b = g.input("b", TensorType.f32(transposed ? Shape.batched(n, k) : Shape.batched(k, n)));
        g.output("y", g.matMul(a, false, b, transposed));
        return Compiler.compile(g.build());
    }

    private static Program pointwiseConvolution(int side) {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("a", TensorType.f32(Shape.batched(64, side, side)));
        Node w = g.input("b", TensorType.f32(Shape.of(5, 64, 1, 1)));
        Words ones = Words.of(1, 1);
        Words none = Words.of(0, 0);
        g.output("y", g.conv(x, w, new WindowGeometry(ones, ones, ones, none, none, ones), 1));
        return Compiler.compile(g.build());
    }

    private static int[] bits(Machine machine, Program p) {
        Random random = new Random(5);
        Execution e = machine.prepare(p).get();
        e.batch(BATCH);
        for (String name : List.of("a", "b")) {
            int id = p.source(name);
            float[] values = new float[p.buffer(id).type().shape().elements(BATCH)];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat() - 0.5f;
            }
            e.write(id, values);
        }
        e.run();
        float[] y = e.finish().get().readFloats(p.output("y")).get();
        e.close();
        int[] bits = new int[y.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(y[i]);
        }
        return bits;
    }

    private static void same(Program p) {
        int[] expected = bits(new ReferenceMachine(), p);
        assertThat(bits(new WasmMachine(GraalWasmHost.shared()), p)).isEqualTo(expected);
        try (GraalWasmHost two = new GraalWasmHost(2)) {
            assertThat(bits(new WasmMachine(two, Stripes.CACHE, 0), p)).isEqualTo(expected);
            assertThat(two.parts()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void columnsInBandsOfWhichTheLastRepeatsSome(boolean transposed) {
        same(product(9, 2303, 70, transposed));
        same(product(1, 2305, 131, transposed));
        same(product(9, 4501, 131, transposed));
    }

    @Test
    void aConvolutionOfSinglePositionsReadsItsInput() {
        Program p = pointwiseConvolution(49);
        assertThat(p.kernels()).noneMatch(Kernel.Copy.class::isInstance);
        same(p);
    }

    @Test
    void aLargePictureIsNotPackedAsAWhole() {
        Program p = pointwiseConvolution(700);
        long picture = 4L * 64 * 700 * 700;
        long result = 4L * 5 * 700 * 700;
        assertThat(WasmFootprint.of(p, 1).bytes()).isBetween(picture + result, picture + result + (4 << 20));
    }
}
