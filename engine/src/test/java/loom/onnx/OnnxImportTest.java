package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.inspect.Inspection;
import loom.inspect.Receipt;
import loom.inspect.ReceiptOptions;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.model.ParameterSpec;
import loom.model.Tensor;
import loom.run.ModelRunner;
import loom.run.Verification;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of a file: one layer that runs, trains, is proved and saved as any other. */
class OnnxImportTest {
    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    /** {@code softmax(relu(x·W + b)·V)}, with a reshape that asks for the batch on the way. */
    private static OnnxBytes perceptron() {
        return OnnxBytes.model(g -> g.text(2, "perceptron")
                .node("MatMul x W -> p")
                .node("Add p b -> z")
                .node("Relu z -> h")
                .node("Shape h -> s")
                .node("Gather s zero -> n")
                .node("Unsqueeze n zeros -> n1")
                .node(
                        "Concat",
                        new String[] {"n1", "rest"},
                        new String[] {"to"},
                        n -> n.attribute("axis", 2, a -> a.whole(3, 0)))
                .node("Reshape h to -> h2")
                .node("Gemm h2 V -> q")
                .node("Softmax q -> y")
                .floats("W", new int[] {2, 3}, 1, -2, 0.5f, 3, 1, -1)
                .floats("b", new int[] {3}, 0.25f, 1, 2)
                .floats("V", new int[] {3, 2}, 1, 0, 0, 1, -1, 1)
                .longs("zero", new int[] {}, 0)
                .longs("zeros", new int[] {1}, 0)
                .longs("rest", new int[] {1}, 3)
                .input("x", "batch", 2)
                .output("y"));
    }

    private static Model load(OnnxBytes file) {
        return OnnxImport.load("a.onnx", file.bytes(), OnnxOptions.NONE).model();
    }

    private static float[] run(Model m, int batch, float... x) {
        return ModelRunner.open(new ReferenceMachine(), m).get().run(x, batch).get();
    }

    @Test
    void initialisersAreParametersAndTheFirstAxisIsTheBatch() {
        Model m = load(perceptron());
        assertThat(m.network().input()).isEqualTo(Shape.of(2));
        assertThat(m.network().output()).isEqualTo(Shape.of(2));
        assertThat(m.parameters().keySet()).containsExactly("0.0.0.W", "0.0.0.b", "0.0.0.V");
        float[] y = run(m, 1, 0.5f, -0.25f);
        // z = (0.5, -1.25, 0.25·... ) by hand: x·W = (-0.25, -1.25, 0.5), + b = (0, -0.25, 2.5), relu (0, 0, 2.5), ·V =
        // (-2.5, 2.5)
        double e = Math.exp(-5);
        assertThat((double) y[0]).isCloseTo(e / (1 + e), org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void aBatchIsSoManySamples() {
        Model m = load(perceptron());
        float[] x = {0.5f, -0.25f, 1, 2, -3, 0.125f};
        float[] all = run(m, 3, x);
        for (int i = 0; i < 3; i++) {
            assertThat(Arrays.copyOfRange(all, 2 * i, 2 * i + 2)).isEqualTo(run(m, 1, x[2 * i], x[2 * i + 1]));
        }
    }

    @Test
    void aFileOfOursIsReadAsTheSameModel() {
        Model m = load(perceptron());
        String text = ModelWriter.write(m);
        Model again = ModelReader.read("a.json", text);
        assertThat(again).isEqualTo(m);
        assertThat(ModelWriter.write(again)).isEqualTo(text);
        assertThat(Inspection.of(m).summary()).contains("onnx(graph=").contains("0.0.0.W [2,3], 6 values");
    }

    @Test
    void receiptsNameWhatOperatorsGiveAndAreVerified() {
        Model m = load(perceptron());
        Tensor x = new Tensor(Shape.of(2, 2), new float[] {0.5f, -0.25f, 1, 2});
        Receipt r = ModelRunner.open(new ReferenceMachine(), m)
                .get()
                .receipt(x, ReceiptOptions.PLAIN)
                .get();
        List<String> names = new ArrayList<>();
        r.nodes().forEach(n -> names.add(n.name()));
        assertThat(names).contains("cell 0,0 layer 0 onnx, p", "cell 0,0 layer 0 onnx, h2", "cell 0,0 layer 0 onnx");
        assertThat(Verification.verify(r, m, x, new ReferenceMachine()).get()).isEmpty();
        Receipt wasm = ModelRunner.open(new WasmMachine(new GraalWasmHost()), m)
                .get()
                .receipt(x, ReceiptOptions.PLAIN)
                .get();
        assertThat(Verification.verify(wasm, m, x, new ReferenceMachine()).get())
                .isEmpty();
    }

    @Test
    void statisticsOfBatchNormalisationAreNotTrained() {
        Model m = load(OnnxBytes.model(g -> g.node("BatchNormalization x s b m v -> y")
                .floats("s", new int[] {1}, 2)
                .floats("b", new int[] {1}, 1)
                .floats("m", new int[] {1}, 3)
                .floats("v", new int[] {1}, 4)
                .input("x", "n", 1, 2)
                .output("y")));
        List<String> trained = new ArrayList<>();
        for (Map.Entry<String, ParameterSpec> p : m.network().parameters().entrySet()) {
            if (p.getValue().role() == ParameterSpec.Role.TRAINED) {
                trained.add(p.getKey());
            }
        }
        assertThat(trained).containsExactly("0.0.0.s", "0.0.0.b");
        assertThat(m.network().trained()).isEqualTo(trained);
    }

    // ---- several inputs and outputs ----

    /** A sum carried from call to call: {@code state [2, batch, 3]}. */
    private static OnnxBytes carrying() {
        return OnnxBytes.model(g -> g.node("Add x x -> twice")
                .node("Add state twice -> next")
                .node("ReduceSum", new String[] {"next", "axes"}, new String[] {"sum"}, n -> {})
                .longs("axes", new int[] {1}, 0)
                .input("x", "batch", 3)
                .input("state", 2, "batch", 3)
                .output("sum")
                .output("next"));
    }

    @Test
    void severalInputsAreNamed() {
        Model m = load(carrying());
        List<OnnxGraph.Port> in = OnnxGraph.namedInputs(m.network()).orElseThrow();
        List<OnnxGraph.Port> out = OnnxGraph.namedOutputs(m.network()).orElseThrow();
        assertThat(m.network().input()).isEqualTo(Shape.of(9));
        Map<String, float[]> given = new LinkedHashMap<>();
        given.put("x", new float[] {1, 2, 3, 10, 20, 30});
        // [2, 2 samples, 3]
        given.put("state", new float[] {0, 0, 0, 1, 1, 1, 5, 5, 5, 6, 6, 6});
        float[] y = run(m, 2, Onnx.pack(in, given, 2));
        Map<String, float[]> found = Onnx.unpack(out, y, 2);
        assertThat(found.get("next")).containsExactly(2, 4, 6, 21, 41, 61, 7, 9, 11, 26, 46, 66);
        assertThat(found.get("sum")).containsExactly(9, 13, 17, 47, 87, 127);
    }

    @Test
    void anInputMayBeFixedAndDecideABranch() {
        OnnxBytes file = OnnxBytes.model(g -> g.node("Equal rate r16 -> fast")
                .node(
                        "If",
                        new String[] {"fast"},
                        new String[] {"y"},
                        n -> n.attribute(
                                        "then_branch",
                                        5,
                                        a -> a.message(
                                                6, t -> t.node("Add x x -> t").output("t")))
                                .attribute(
                                        "else_branch",
                                        5,
                                        a -> a.message(
                                                6, e -> e.node("Neg x -> e").output("e"))))
                .longs("r16", new int[] {}, 16)
                .input("x", "n", 2)
                .port(11, "rate", 7)
                .output("y"));
        assertThatThrownBy(() -> load(file)).hasMessageContaining("input \"rate\" has no axis for the batch");
        OnnxOptions fast = new OnnxOptions(Map.of(), Map.of("rate", new float[] {16}));
        OnnxOptions slow = new OnnxOptions(Map.of(), Map.of("rate", new float[] {8}));
        assertThat(run(OnnxImport.load("a", file.bytes(), fast).model(), 1, 1, 2))
                .containsExactly(2, 4);
        assertThat(run(OnnxImport.load("a", file.bytes(), slow).model(), 1, 1, 2))
                .containsExactly(-1, -2);
    }

    // ---- the batch ----

    @Test
    void aOneInFrontStandsForABatchIfNothingDependsOnIt() {
        Model free = load(
                OnnxBytes.model(g -> g.node("Add x x -> y").input("x", 1, 2).output("y")));
        assertThat(run(free, 2, 1, 2, 3, 4)).containsExactly(2, 4, 6, 8);
        LoadedModel bound = OnnxImport.load(
                "a.onnx",
                OnnxBytes.model(g -> g.node(
                                        "Softmax",
                                        new String[] {"x"},
                                        new String[] {"y"},
                                        n -> n.attribute("axis", 2, a -> a.whole(3, 0)))
                                .node("Transpose y -> z")
                                .input("x", 1, 2)
                                .output("z"))
                        .bytes(),
                OnnxOptions.NONE);
        assertThat(bound.notes()).contains("every extent is fixed: a run takes one sample");
        assertThat(run(bound.model(), 1, 1, 2)).containsExactly(1, 1);
        ModelRunner runner =
                ModelRunner.open(new ReferenceMachine(), bound.model()).get();
        assertThatThrownBy(() -> runner.run(new float[] {1, 2, 3, 4}, 2).get())
                .isInstanceOf(ShapeException.class)
                .hasMessage("input: this model takes one sample at a time, found 2");
    }

    @Test
    void openExtentsAreAskedFor() {
        OnnxBytes file = OnnxBytes.model(
                g -> g.node("Add x x -> y").input("x", "n", "time").output("y"));
        assertThatThrownBy(() -> load(file))
                .hasMessage("a.onnx: $.graph.input[0]: input \"x\" has an open extent, \"time\"; say how long it is: "
                        + "dimension time=...");
        OnnxOptions three = new OnnxOptions(Map.of("time", 3), Map.of());
        assertThat(OnnxImport.load("a.onnx", file.bytes(), three)
                        .model()
                        .network()
                        .input())
                .isEqualTo(Shape.of(3));
    }

    @Test
    void allMissingOperatorsAreListed() {
        assertThatThrownBy(() -> load(OnnxBytes.model(g -> g.node("NonMaxSuppression x -> a")
                        .node("Relu x -> b")
                        .node("Loop a b -> c")
                        .node("NonMaxSuppression b -> d")
                        .node("Add c d -> y")
                        .input("x", "n", 2)
                        .output("y"))))
                .isInstanceOf(ModelException.class)
                .hasMessage("a.onnx: $.graph: operators that are not supported (opset 17): NonMaxSuppression at "
                        + "\"NonMaxSuppression here\", \"NonMaxSuppression here\"; Loop at \"Loop here\"");
    }
}
