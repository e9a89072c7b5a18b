package loom.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import loom.conformance.LayerCases;
import loom.format.Cursor;
import loom.format.ModelReader;
import loom.model.FieldException;
import loom.model.LayerException;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.DType;
import loom.numeric.WeightType;
import loom.quant.Quantisation;
import loom.quant.Quantiser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is read back as the same network with the same parameters. */
class TransformerExportTest {
    private static final String ATTENTION =
            "{\"type\": \"attention\", \"heads\": 2, \"causal\": true, \"rope\": \"half_split\", \"bias\": false, \"output_bias\": false}";
    private static final String GATED =
            "{\"type\": \"gated\", \"units\": 12, \"activation\": \"silu\", \"bias\": false, \"output_bias\": false}";

    private static final String LAYERS = "{\"type\": \"embedding\", \"vocabulary\": 11, \"dimension\": 8}, "
            + "{\"type\": \"residual\", \"layers\": [{\"type\": \"rms_norm\"}, " + ATTENTION + "]}, "
            + "{\"type\": \"residual\", \"layers\": [{\"type\": \"rms_norm\"}, " + GATED + "]}, "
            + "{\"type\": \"rms_norm\"}, {\"type\": \"dense\", \"units\": 11, \"bias\": false}";

    private static Model model(String layers) {
        Network network = ModelReader.read(
                        "m",
                        "{\"format\": \"loom\", \"version\": 1, \"input\": {\"shape\": [6]}, \"grid\": {\"rows\": 1, \"columns\": 1},"
                                + " \"cells\": [{\"row\": 0, \"column\": 0, \"layers\": [" + layers + "]}]}")
                .network();
        return LayerCases.model(network);
    }

    private static Transformer back(TransformerExport e, int positions) {
        return Transformer.read(Cursor.parse("config.json", e.config()), e.weights(), positions);
    }

    @Test
    void ofLayersOfOurOwn() {
        Model model = model(LAYERS);
        Transformer t = back(TransformerExport.of(model, new LinkedHashMap<>()), 6);
        assertThat(t.model().parameters()).isEqualTo(model.parameters());
        assertThat(t.model().network().output()).isEqualTo(model.network().output());
        // What training alone looks at, and defaults written out, change nothing.
        Model other = model(LAYERS.replace("\"heads\": 2", "\"heads\": 2, \"key_value_heads\": 2, \"dropout\": 0.1")
                .replace("\"units\": 12", "\"units\": 12, \"initialiser\": \"he_normal\""));
        assertThat(TransformerExport.of(other, new LinkedHashMap<>()).config())
                .isEqualTo(TransformerExport.of(model, new LinkedHashMap<>()).config());
    }

    @ParameterizedTest
    @EnumSource(names = {"LLAMA", "QWEN3"})
    void ofWhatWasRead(SmallTransformers family) {
        Model model = family.read(SmallTransformers.POSITIONS).model();
        Transformer t = back(TransformerExport.of(model, new LinkedHashMap<>()), SmallTransformers.POSITIONS);
        assertThat(t.model()).isEqualTo(model);
    }

    @Test
    void halvesStayHalves() {
        Quantiser.Result half = Quantiser.quantise(model(LAYERS), Quantisation.of(WeightType.BF16));
        TransformerExport e = TransformerExport.of(half.model(), half.packed());
        assertThat(e.weights().find("lm_head.weight").orElseThrow().type()).isEqualTo(DType.BF16);
        assertThat(e.weights().find("model.norm.weight").orElseThrow().type()).isEqualTo(DType.F32);
        assertThat(back(e, 6).model().parameters()).isEqualTo(half.model().parameters());
        Quantiser.Result int8 = Quantiser.quantise(model(LAYERS), Quantisation.of(WeightType.INT8));
        assertThatThrownBy(() -> TransformerExport.of(int8.model(), int8.packed()))
                .isInstanceOf(FieldException.class)
                .hasMessageContaining("0.0.0.embedding")
                .hasMessageContaining("stored as int8: such a folder holds f32, bf16 and f16");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "causal": true| "causal": false| cell 0,0 layer 1 residual, layer 1 attention: a transformer has attention(
            "half_split"| "interleaved"| cell 0,0 layer 1 residual, layer 1 attention: a transformer has attention(
            "half_split"| {"type": "half_split", "scaling": {"type": "linear", "factor": 2}}| cell 0,0 layer 1 residual, layer 1 attention: scaled rotary positions are not written
            "silu"| "gelu"| cell 0,0 layer 2 residual, layer 1 gated: a transformer has gated(
            "units": 11, "bias": false| "units": 11, "bias": false, "precision": "bf16"| cell 0,0 layer 4 dense: precision bf16 has no form in such a folder
            "units": 11, "bias": false| "units": 11| cell 0,0 layer 4 dense: a transformer has dense(
            "units": 11,| "units": 12,| cell 0,0 layer 4 dense: a transformer has dense(
            {"type": "rms_norm"}, {"type": "dense"| {"type": "dense"| cell 0,0 layer 3 dense: a transformer has rms_norm(
            "gated"| "mlp"| cell 0,0 layer 2 residual, layer 1 mlp: a transformer has gated(
            "bias": false}| "bias": false}, {"type": "softmax"}| cell 0,0 layer 5 softmax: a transformer has ended here
            """)
    void anotherNetworkIsRefused(String from, String to, String message) {
        int at = LAYERS.lastIndexOf(from);
        Model model = model(LAYERS.substring(0, at) + to + LAYERS.substring(at + from.length()));
        assertThatThrownBy(() -> TransformerExport.of(model, new LinkedHashMap<>()))
                .isInstanceOf(LayerException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void noTransformerAtAll() {
        assertThatThrownBy(
                        () -> TransformerExport.of(model("{\"type\": \"dense\", \"units\": 2}"), new LinkedHashMap<>()))
                .isInstanceOf(LayerException.class)
                .hasMessage("network: no embedding, which every transformer has");
    }
}
