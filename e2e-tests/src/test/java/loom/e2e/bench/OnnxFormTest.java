package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import loom.graph.Shape;
import loom.model.Activation.Simple;
import loom.model.Attention;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;
import loom.onnx.OnnxWriter;
import loom.onnx.OnnxWriter.Attribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxFormTest {
    @ParameterizedTest
    @MethodSource("loom.e2e.bench.Workload#all")
    void everyWorkloadHasOne(Workload workload) {
        long each = workload instanceof Int8MatMulWorkload ? Byte.BYTES : Float.BYTES;
        long weights = workload.model().parameters().values().stream()
                .mapToLong(tensor -> each * tensor.values().length)
                .sum();
        assertThat(OnnxForm.of(workload.model(), workload.batch())).hasSizeGreaterThan((int) weights);
    }

    @Test
    void whatHasNoneIsRefusedByItsName() {
        refuses(new LayerNorm(), "cell 0,0 layer 0 layer_norm has no ONNX form here");
        refuses(new Dense(4, Simple.TANH, false), "TANH has no ONNX form here");
        refuses(Attention.of(2), "cell 0,0 layer 0 attention with ");
    }

    private static void refuses(Layer layer, String message) {
        Model model = Model.initialise(Network.of("odd", Shape.of(3, 4), layer), 1);
        assertThatThrownBy(() -> OnnxForm.of(model, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void attributesAndShapes() {
        OnnxWriter graph = new OnnxWriter("loom-bench", 17);
        graph.node("Transpose", List.of("x"), "t", Attribute.list("perm", 2, 0, 1));
        String wholes = "0a 04 7065726d a001 07 40 02 40 00 40 01".replace(" ", "");
        assertThat(HexFormat.of().formatHex(graph.toBytes())).contains(wholes);
        graph.node("Reshape", List.of("x", graph.shape("to", 3, -1)), "y");
        String dims = "08 02 10 07 42 02 746f 4a 10 0300000000000000 ffffffffffffffff".replace(" ", "");
        assertThat(HexFormat.of().formatHex(graph.toBytes())).contains(dims);
        assertThat(new String(graph.toBytes(), StandardCharsets.ISO_8859_1)).contains("Reshape1");
    }

    @Test
    void rotationsOfPairs() {
        // Position 1 of a head of 4: angles 1 and 1/100, each for an element of both halves.
        assertThat(row(RotaryTables.cosines(2, 4)))
                .containsExactly(
                        (float) Math.cos(1), (float) Math.cos(0.01), (float) Math.cos(1), (float) Math.cos(0.01));
        assertThat(row(RotaryTables.sines(2, 4)))
                .containsExactly(
                        (float) -Math.sin(1), (float) -Math.sin(0.01), (float) Math.sin(1), (float) Math.sin(0.01));
    }

    private static float[] row(Tensor table) {
        float[] values = new float[4];
        System.arraycopy(table.values(), 4, values, 0, 4);
        return values;
    }
}
