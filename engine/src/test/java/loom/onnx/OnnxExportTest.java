package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import loom.conformance.LayerCases;
import loom.format.ModelException;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.Philox;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of every layer there is, written as ONNX, read again and run: what came out before comes out again. */
class OnnxExportTest {
    /** Relative to the largest value, where an operator of ONNX is more than one of ours rounded in another order. */
    private static final float TOLERANCE = 2e-6f;

    private static final int BATCH = 3;

    private static final String BISECTION = "softmax: has no form in ONNX: a loop";

    /** Cases that have no form, and what is said. */
    private static final Map<String, String> NONE = Map.of(
            "softmax, sparsemax",
            BISECTION,
            "softmax, entmax",
            BISECTION,
            "softmax, entmax near softmax",
            BISECTION,
            "convolutions, f16",
            "conv2d: has no form in ONNX: windows",
            "convolutions, int8",
            "conv2d: has no form in ONNX: windows");

    /** Cases whose sums ONNX has in another order: (1 − z)·n + z·h for n + z·(h − n). All others give the same bits. */
    private static final Set<String> ROUNDED = Set.of("gru", "gru as in the paper");

    @BeforeAll
    static void operators() {
        OnnxLowering.install();
    }

    static Stream<LayerCases.Entry> entries() {
        return LayerCases.ALL.stream();
    }

    private static float[] input(LayerCases.Entry e, int batch) {
        float[] x = new float[batch * e.network().input().elements(1)];
        for (int i = 0; i < x.length; i++) {
            float u = Philox.uniform(9, i, 0, 0, 0);
            x[i] = e.ids() > 0 ? (int) (u * e.ids()) : 4 * u - 2;
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("entries")
    void comesBack(LayerCases.Entry e) {
        Model model = LayerCases.model(e.network());
        if (NONE.containsKey(e.network().name())) {
            assertThatThrownBy(() -> OnnxExport.write(model))
                    .isInstanceOf(ModelException.class)
                    .hasMessage("cell 0,0 layer 0 " + NONE.get(e.network().name()));
            return;
        }
        byte[] file = OnnxExport.write(model);
        Model back = OnnxImport.load("x.onnx", file, OnnxOptions.NONE).model();
        float[] x = input(e, BATCH);
        float[] expected = ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(x, BATCH)
                .get();
        float[] found = ModelRunner.open(new ReferenceMachine(), back)
                .get()
                .run(x, BATCH)
                .get();
        assertThat(found).hasSameSizeAs(expected);
        if (!ROUNDED.contains(e.network().name())) {
            assertThat(found).containsExactly(expected);
        }
        float largest = 1e-6f;
        for (float v : expected) {
            largest = Math.max(largest, Math.abs(v));
        }
        for (int i = 0; i < found.length; i++) {
            assertThat(Math.abs(found[i] - expected[i])).as("element " + i).isLessThanOrEqualTo(TOLERANCE * largest);
        }
    }

    @Test
    void namesStay() {
        Model model = Model.initialise(
                Network.of(
                        "two",
                        Shape.of(4),
                        new Dense(3, Activation.Simple.RELU),
                        new Dense(2, Activation.Simple.LINEAR)),
                3);
        model.metadata().put("licence", "CC0");
        byte[] file = OnnxExport.write(model);
        OnnxFile read = new OnnxReader().read("two.onnx", file);
        assertThat(read.opsets()).containsExactly(Map.entry("", 20L));
        assertThat(read.graph().name()).isEqualTo("two");
        assertThat(read.graph().nodes())
                .extracting(OnnxFile.Node::op)
                .containsExactly("MatMul", "Add", "Relu", "MatMul", "Add", "Identity");
        assertThat(read.graph().nodes().get(2).outputs()).containsExactly("cell 0,0 layer 0 dense");
        assertThat(read.graph().initialisers().keySet())
                .containsExactly("0.0.0.kernel", "0.0.0.bias", "0.0.1.kernel", "0.0.1.bias");
        assertThat(OnnxImport.load("two.onnx", file, OnnxOptions.NONE)
                        .model()
                        .parameters()
                        .values())
                .containsExactlyElementsOf(model.parameters().values());
    }
}
