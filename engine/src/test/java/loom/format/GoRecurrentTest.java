package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** The Go engine's recurrent layers; {@link GoEngineTest} has a recorded rnn. */
class GoRecurrentTest {
    private static final int IN = 3;
    private static final int HIDDEN = 2;
    private static final int TIME = 4;
    private static final String GATES = "ifgo";
    private static final String LSTM =
            "{\"type\":\"lstm\",\"activation\":\"relu\",\"input_size\":3,\"hidden_size\":2,\"seq_length\":4}";

    private final Random random = new Random(3);

    private double[] draw(int n) {
        return random.doubles(n).map(v -> Math.round(v * 64 - 32) / 32.0).toArray();
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void anLstmIsWhatThatEngineComputes() {
        double[][] ih = new double[4][];
        double[][] hh = new double[4][];
        double[][] bias = new double[4][];
        List<String> weights = new ArrayList<>();
        for (int g = 0; g < 4; g++) {
            ih[g] = draw(HIDDEN * IN);
            hh[g] = draw(HIDDEN * HIDDEN);
            bias[g] = draw(HIDDEN);
            char gate = GATES.charAt(g);
            weights.add("\"weight_i" + gate + "\":" + Arrays.toString(ih[g]));
            weights.add("\"weight_h" + gate + "\":" + Arrays.toString(hh[g]));
            weights.add("\"bias_" + gate + "\":" + Arrays.toString(bias[g]));
        }
        Model model = ModelReader.load(
                        "go.json", GoFiles.bundle(GoFiles.network(LSTM), "{" + String.join(",", weights) + "}"))
                .model();
        assertEquals(Shape.of(TIME * IN), model.network().input());
        assertEquals(Shape.of(TIME * HIDDEN), model.network().output());
        double[] x = draw(TIME * IN);
        float[] input = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            input[i] = (float) x[i];
        }
        float[] found = ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(input, 1)
                .get();
        double[] h = new double[HIDDEN];
        double[] c = new double[HIDDEN];
        for (int t = 0; t < TIME; t++) {
            double[] before = h.clone();
            for (int j = 0; j < HIDDEN; j++) {
                double[] z = new double[4];
                for (int g = 0; g < 4; g++) {
                    z[g] = bias[g][j];
                    for (int i = 0; i < IN; i++) {
                        z[g] += ih[g][j * IN + i] * x[t * IN + i];
                    }
                    for (int k = 0; k < HIDDEN; k++) {
                        z[g] += hh[g][j * HIDDEN + k] * before[k];
                    }
                }
                c[j] = sigmoid(z[1]) * c[j] + sigmoid(z[0]) * Math.tanh(z[2]);
                h[j] = sigmoid(z[3]) * Math.tanh(c[j]);
                assertThat((double) found[t * HIDDEN + j]).isCloseTo(h[j], within(1e-6));
            }
        }
    }

    @Test
    void missingSizesAndWeightsAreThatEngines() {
        Model model = ModelReader.load("go.json", GoFiles.network("{\"type\":\"rnn\",\"input_size\":3}"))
                .model();
        assertEquals(Shape.of(3), model.network().input());
        assertEquals(Shape.of(3), model.network().output());
        assertThat(ModelReader.load("go.json", GoFiles.network(LSTM))
                        .model()
                        .parameters()
                        .get("0.0.0.1.bias")
                        .values())
                .containsExactly(0, 0, 1, 1, 0, 0, 0, 0);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        String dense = "{\"type\":\"dense\",\"activation\":\"relu\",\"input_size\":3,\"output_size\":5}";
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(dense, LSTM)))
                .hasMessage("go.json: $.layers[1]: cell 0,0 layer 1 lstm: expected an input of 5 from the layer before,"
                        + " found input_size 3 at seq_length 4");
        String rnn = "{\"type\":\"rnn\",\"input_size\":1,\"hidden_size\":2}";
        assertThatThrownBy(() -> ModelReader.load(
                        "go.json",
                        GoFiles.bundle(
                                GoFiles.network(rnn), "{\"weight_ih\":[1,2],\"weight_hh\":[1,2],\"bias_h\":[0,0]}")))
                .hasMessageContaining("expected 4 numbers for [2,2], found 2");
    }
}
