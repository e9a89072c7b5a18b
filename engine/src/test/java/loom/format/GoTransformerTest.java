package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Attention;
import loom.model.FeedForward;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Place;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention and gated feed-forward layers of the Go engine's files. */
class GoTransformerTest {
    private static final String SWIGLU = "{\"type\":\"swiglu\",\"input_height\":2,\"output_height\":3}";

    private static String numbers(String key, int count, float step) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(Float.toString((i % 5 - 2) * step));
        }
        return "\"" + key + "\":[" + String.join(",", values) + "]";
    }

    private static double weight(int i, double step) {
        return (i % 5 - 2) * step;
    }

    private static double[] swiglu(double... x) {
        double[] y = new double[2];
        for (int h = 0; h < 3; h++) {
            double gate = x[0] * weight(h, 0.5) + x[1] * weight(3 + h, 0.5) + weight(h, 0.125);
            double up = x[0] * weight(h, 0.25) + x[1] * weight(3 + h, 0.25);
            double inner = gate / (1 + Math.exp(-gate)) * up;
            for (int o = 0; o < 2; o++) {
                y[o] += inner * weight(2 * h + o, 1);
            }
        }
        return y;
    }

    /** Two of them: the second adds what the first gave, as that engine does without saying so. */
    @Test
    void gatedLayersOfTwoTokens() {
        String weights = "{" + numbers("gate_weights", 6, 0.5f) + "," + numbers("up_weights", 6, 0.25f) + ","
                + numbers("down_weights", 6, 1) + "," + numbers("gate_bias", 3, 0.125f) + "}";
        String norm = "{\"type\":\"layer_norm\",\"norm_size\":4}";
        String file = GoFiles.bundle(GoFiles.network(norm, SWIGLU, SWIGLU), "{}", weights, weights);
        LoadedModel loaded = ModelReader.load("go.json", file);
        float[] found = ModelRunner.open(new ReferenceMachine(), loaded.model())
                .get()
                .run(new float[] {-1, 1, -1, 1}, 1)
                .get();
        double[] first = swiglu(-0.999995, 0.999995);
        double[] second = swiglu(first);
        for (int token = 0; token < 2; token++) {
            for (int o = 0; o < 2; o++) {
                assertThat((double) found[2 * token + o]).isCloseTo(second[o] + first[o], within(1e-5));
            }
        }
        assertThat(loaded.notes()).anyMatch(n -> n.contains("a residual connection of 1 layers"));
    }

    private static List<Layer> layers(Model model) {
        return model.network().allPlaces().stream().map(Place::layer).toList();
    }

    @Test
    void aConfigurationIsABlock() {
        String mha = "{\"type\":\"mha\",\"d_model\":8,\"num_heads\":4,\"seq_length\":3,\"rope_freq_base\":500}";
        String norm = "{\"type\":\"rms_norm\",\"norm_size\":8}";
        String gated = "{\"type\":\"swiglu\",\"input_size\":8,\"output_size\":5}";
        Model model = ModelReader.load("go.json", GoFiles.network(norm, mha, norm, gated))
                .model();
        assertEquals(Shape.of(24), model.network().input());
        assertThat(layers(model))
                .anyMatch(l -> l instanceof Attention a
                        && a.heads().count() == 4
                        && a.sight().causal()
                        && a.rope().fields().text().equals("half_split(base=500, dimensions=none, scaling=none)"));
        assertThat(layers(model)).anyMatch(l -> l instanceof FeedForward f && f.gated() && f.units() == 5);
        assertThat(layers(model).stream().map(Layer::typeName))
                .filteredOn("residual"::equals)
                .hasSize(2);
    }

    @Test
    void attentionSaysHowManyIdsAnEmbeddingTakes() {
        String embedding = "{\"type\":\"embedding\",\"vocab_size\":5,\"embedding_dim\":8}";
        String mha = "{\"type\":\"mha\",\"d_model\":8,\"num_heads\":2,\"seq_length\":3}";
        Model model =
                ModelReader.load("go.json", GoFiles.network(embedding, mha)).model();
        assertEquals(Shape.of(3), model.network().input());
        assertEquals(Shape.of(24), model.network().output());
    }

    @Test
    void sharedHeadsShowInTheirWeights() {
        String mha = "{\"type\":\"mha\",\"d_model\":8,\"num_heads\":4,\"seq_length\":2}";
        String weights = "{" + numbers("q_weights", 64, 0.5f) + "," + numbers("k_weights", 32, 0.5f) + ","
                + numbers("v_weights", 32, 0.5f) + "," + numbers("output_weight", 64, 0.5f) + "}";
        LoadedModel loaded = ModelReader.load("go.json", GoFiles.bundle(GoFiles.network(mha), weights));
        Attention attention = (Attention) layers(loaded.model()).stream()
                .filter(Attention.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(attention.heads().keyValueHeads()).contains(2);
        assertThat(attention.useBias()).isFalse();
        assertThat(loaded.notes()).anyMatch(n -> n.contains("its output projection is part of the answer"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'type':'mha','d_model':6,'num_heads':4} | expected d_model 6 to be a multiple of num_heads 4",
                "{'type':'mha','d_model':8} | attention as the first layer does not say how many tokens there are",
                "{'type':'mha','d_model':8,'norm_size':3} | 'norm_size' means nothing here",
                "{'type':'mha','d_model':8,'seq_length':1,'rope_freq_base':0.5} | expected 0 or a number from 1 to 2^40",
                "{'type':'swiglu','input_size':8} | missing output size",
            })
    void refuses(String layer, String message) {
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(layer.replace('\'', '"'))))
                .hasMessageContaining(message.replace('\'', '"'));
    }

    @Test
    void tokensMustAgree() {
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":8,\"output_size\":8}";
        String mha = "{\"type\":\"mha\",\"d_model\":8,\"num_heads\":2,\"seq_length\":3}";
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(dense, mha)))
                .hasMessageContaining("expected an input of seq_length·d_model 24, found 8 from the layer before");
    }
}
