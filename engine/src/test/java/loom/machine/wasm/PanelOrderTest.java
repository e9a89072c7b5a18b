package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelOrderTest {
    private static final int ROWS = 7;

    /** Momentum and step of {@code w[7,n]} after a layer {@code y = x·w}, as trainings have them. */
    private static Program training(int n, BiFunction<GraphBuilder, Node, Node> gradientUse) {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(ROWS)));
        Node w = g.parameter("w", Shape.of(ROWS, n));
        Node momentum = g.state("momentum", TensorType.f32(Shape.of(ROWS, n)));
        Node y = g.matMul(x, w);
        g.output("y", y);
        Node gradient = gradientUse.apply(g, g.matMul(x, true, g.unary(UnaryKind.SIN, y), false));
        Node next = g.plus(g.times(momentum, g.constant(0.5f)), gradient);
        g.update(momentum, next);
        g.update(w, g.minus(w, g.times(next, g.scalar("rate", ElementType.F32))));
        return Compiler.compile(g.build());
    }

    private static PanelOrder order(Program p) {
        return PanelOrder.of(p, Stripes.of(p, Stripes.CACHE));
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(3) == 0 ? 0 : random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** Runs both machines through batches of several sizes, so that memory grows after an odd number of runs, and writes between runs. */
    private static void sameBits(Program p) {
        Execution right = new ReferenceMachine().prepare(p).get();
        Execution left = new WasmMachine(GraalWasmHost.shared()).prepare(p).get();
        Random random = new Random(5);
        List<Integer> batches = List.of(2, 1, 9, 9, 40, 3);
        for (int step = 0; step < batches.size(); step++) {
            int batch = batches.get(step);
            float[] w = values(random, p.buffer(p.source("w")).type().shape().elements(1));
            for (Execution e : List.of(right, left)) {
                e.batch(batch);
                if (step == 0 || step == 3) {
                    e.write(p.source("w"), w);
                    if (p.sources().containsKey("a")) {
                        e.write(p.source("a"), values(new Random(step), 3 * 5 * ROWS));
                    }
                }
                e.write(p.source("x"), values(new Random(step), batch * ROWS));
                e.run(Float.floatToRawIntBits(0.25f));
                e.finish().get();
            }
            for (Map.Entry<String, Integer> name : p.sources().entrySet()) {
                same(step + " " + name.getKey(), name.getValue(), left, right);
            }
            same(step + " y", p.output("y"), left, right);
        }
    }

    private static void same(String what, int buffer, Execution left, Execution right) {
        assertThat(bits(left, buffer)).as(what).containsExactly(bits(right, buffer));
    }

    private static int[] bits(Execution e, int buffer) {
        float[] values = e.readFloats(buffer).get();
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @ParameterizedTest
    @CsvSource({"8, true", "16, true", "24, true", "20, false", "4, false"})
    void aTrainingKeepsWeightsGradientsAndMomentsInPanels(int n, boolean inPanels) {
        Program p = training(n, (g, gradient) -> gradient);
        PanelOrder order = order(p);
        for (Program.Commit c : p.commits()) {
            assertThat(order.of(c.target()).isPresent()).isEqualTo(inPanels);
            assertThat(order.of(c.value()).isPresent()).isEqualTo(inPanels);
        }
        assertThat(order.of(p.source("x"))).isEmpty();
        sameBits(p);
    }

    @Test
    void whatReadsRowsKeepsAllInRows() {
        List<BiFunction<GraphBuilder, Node, Node>> uses = List.of(
                (g, gradient) -> g.times(gradient, g.reduce(ReduceKind.SUM, gradient, 0)),
                (g, gradient) -> g.plus(gradient, g.cast(g.iota(Shape.of(ROWS, 16), 1), ElementType.F32)),
                (g, gradient) -> {
                    g.output("gradient", gradient);
                    return gradient;
                });
        for (BiFunction<GraphBuilder, Node, Node> use : uses) {
            Program p = training(16, use);
            PanelOrder order = order(p);
            for (Buffer b : p.buffers()) {
                assertThat(order.of(b.id())).as(b.toString()).isEmpty();
            }
            sameBits(p);
        }
    }

    /** As the weights of a hidden layer: their gradient's way back goes through the same matrix, turned. */
    @ParameterizedTest
    @CsvSource({"8, true", "24, true", "12, false"})
    void aMatrixThatIsUsedBothWays(int n, boolean inPanels) {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(ROWS)));
        Node w = g.parameter("w", Shape.of(ROWS, n));
        Node back = g.matMul(g.unary(UnaryKind.SIN, g.matMul(x, w)), false, w, true);
        g.output("y", back);
        g.update(w, g.plus(w, g.times(g.matMul(x, true, g.matMul(back, w), false), g.scalar("rate", ElementType.F32))));
        Program p = Compiler.compile(g.build());
        assertThat(order(p).of(p.source("w")).isPresent()).isEqualTo(inPanels);
        sameBits(p);
    }

    /** Several matrices, each multiplied with its own. */
    @Test
    void matricesOfABatchedProduct() {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(ROWS)));
        Node w = g.parameter("w", Shape.of(3, ROWS, 8));
        g.output("y", g.plus(g.matMul(g.parameter("a", Shape.of(3, 5, ROWS)), w), g.constant(1f)));
        g.output("sum", g.reduce(ReduceKind.SUM, x, 1));
        g.update(w, g.plus(w, g.scalar("rate", ElementType.F32)));
        Program p = Compiler.compile(g.build());
        assertThat(order(p).of(p.source("w"))).contains(new PanelOrder.Matrices(3, ROWS, 8));
        sameBits(p);
    }

    @Test
    void reorderingComesBack() {
        PanelOrder.Matrices m = new PanelOrder.Matrices(2, 3, 16);
        float[] rows = new float[m.elements()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        WasmHost.Memory memory = GraalWasmHost.shared().memory(1 << 16, 1 << 16, false);
        int address = 256;
        m.write(rows, memory, address);
        float[] panels = new float[rows.length];
        memory.read(address, panels);
        // The first panel: columns 0 to 7 of rows 0 to 2, each 16 long.
        assertThat(Arrays.copyOf(panels, 24))
                .containsExactly(
                        0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23, 32, 33, 34, 35, 36, 37, 38, 39);
        assertThat(panels[24]).isEqualTo(8);
        assertThat(panels[48]).isEqualTo(48);
        float[] back = new float[rows.length];
        m.read(back, memory, address);
        assertThat(back).containsExactly(rows);
        memory.close();
    }
}
