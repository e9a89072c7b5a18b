package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import loom.machine.reference.ReferenceMachine;
import loom.model.Network;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** The Go engine's hidden residual stream and its residual layer, against its loops written out in double precision. */
class GoStreamTest {
    private static final float[] INPUT = {1, -2, 0.5f, 3, -1, 0.25f};

    private static String norm(String type, int size) {
        return "{\"type\":\"" + type + "\",\"norm_size\":" + size + "}";
    }

    private static final String DENSE = "{\"type\":\"dense\",\"activation\":\"tanh\",\"width\":6,\"height\":6}";
    private static final String RESIDUAL = "{\"type\":\"residual\",\"activation\":\"relu\"}";

    private static String kernel() {
        List<String> k = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            k.add(Float.toString((i * 5 % 7 - 3) / 8f));
        }
        return "{\"kernel\":[" + String.join(",", k) + "]}";
    }

    private static double[] dense(double[] x) {
        double[] y = new double[6];
        for (int o = 0; o < 6; o++) {
            for (int i = 0; i < 6; i++) {
                y[o] += x[i] * ((i * 6 + o) * 5 % 7 - 3) / 8;
            }
            y[o] = Math.tanh(y[o]);
        }
        return y;
    }

    private static double[] norm(double[] x, int size, boolean centre, double epsilon) {
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += size) {
            double mean = 0;
            for (int i = from; centre && i < from + size; i++) {
                mean += x[i] / size;
            }
            double square = 0;
            for (int i = from; i < from + size; i++) {
                square += (x[i] - mean) * (x[i] - mean) / size;
            }
            for (int i = from; i < from + size; i++) {
                y[i] = (x[i] - mean) / Math.sqrt(square + epsilon);
            }
        }
        return y;
    }

    private static double[] plus(double[] a, double[] b) {
        double[] y = a.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] += b[i];
        }
        return y;
    }

    private static double[] input() {
        double[] x = new double[INPUT.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = INPUT[i];
        }
        return x;
    }

    private static LoadedModel assertAnswers(String file, double[] expected) {
        LoadedModel loaded = ModelReader.load("go.json", file);
        float[] y = ModelRunner.open(new ReferenceMachine(), loaded.model())
                .get()
                .run(INPUT, 1)
                .get();
        assertEquals(expected.length, y.length);
        for (int i = 0; i < y.length; i++) {
            assertThat((double) y[i]).as("element " + i).isCloseTo(expected[i], within(2e-6));
        }
        return loaded;
    }

    private static List<String> labels(Network n) {
        return n.allPlaces().stream().map(p -> p.label()).toList();
    }

    @Test
    void layerNormAddsWhatRmsNormTook() {
        String cfg = GoFiles.network(1, 1, 3, norm("rms_norm", 6), DENSE, norm("layer_norm", 6));
        double[] x = input();
        double[] y = norm(plus(dense(norm(x, 6, false, 1e-6)), x), 6, true, 1e-5);
        LoadedModel loaded = assertAnswers(
                GoFiles.bundle(cfg, "{\"gamma\":[1,1,1,1,1,1]}", kernel(), "{\"gamma\":[1,1,1,1,1,1]}"), y);
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 residual",
                        "cell 0,0 layer 0 residual, layer 0 rms_norm",
                        "cell 0,0 layer 0 residual, layer 1 dense",
                        "cell 0,0 layer 1 layer_norm"),
                labels(loaded.model().network()));
        assertEquals(
                List.of("0.0.0.0.scale", "0.0.0.1.kernel", "0.0.1.scale"),
                List.copyOf(loaded.model().parameters().keySet()));
        assertEquals(
                List.of(
                        "cell 0,0 layer 2 layer_norm: a residual connection of 2 layers, which the Go engine makes without"
                                + " saying so"),
                loaded.notes());
    }

    @Test
    void theStreamGoesOnFromALayerNorm() {
        String cfg = GoFiles.network(
                1, 1, 5, norm("rms_norm", 6), norm("layernorm", 6), DENSE, norm("layer_norm", 3), DENSE);
        double[] x = input();
        double[] r = norm(plus(norm(x, 6, false, 1e-6), x), 6, true, 1e-5);
        double[] y = dense(norm(plus(dense(r), r), 3, true, 1e-5));
        assertAnswers(GoFiles.bundle(cfg, "{}", "{}", kernel(), "{\"beta\":[0,0,0]}", kernel()), y);
    }

    /** An addition over cells: the layers between stand in the last of them. */
    @Test
    void aConnectionOverCells() {
        String cfg = GoFiles.network(2, 2, 1, norm("rms_norm", 2), DENSE, norm("layer_norm", 6), DENSE);
        double[] x = input();
        double[] y = dense(norm(plus(dense(norm(x, 2, false, 1e-6)), x), 6, true, 1e-5));
        // The first layer says a row of 2, so the file must say more.
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.bundle(cfg, "{}", kernel(), "{}", kernel())))
                .hasMessageContaining("expected an input of 2 from the layer before, found 6");
        String wide = GoFiles.network(
                2, 2, 2, DENSE, norm("rms_norm", 2), DENSE, norm("layer_norm", 6), DENSE, DENSE, DENSE, DENSE);
        double[] d = dense(x);
        y = norm(plus(dense(norm(d, 2, false, 1e-6)), d), 6, true, 1e-5);
        y = dense(dense(dense(dense(y))));
        LoadedModel loaded = assertAnswers(
                GoFiles.bundle(wide, kernel(), "{}", kernel(), "{}", kernel(), kernel(), kernel(), kernel()), y);
        assertThat(labels(loaded.model().network()))
                .startsWith("cell 0,0 layer 0 dense", "cell 0,1 layer 0 residual")
                .contains("cell 0,1 layer 0 residual, layer 0 sequential, layer 1 rms_norm", "cell 1,1 layer 1 dense");
    }

    @Test
    void aLayerNormAloneAddsNothing() {
        String cfg = GoFiles.network(1, 1, 2, norm("layer_norm", 6), norm("layer_norm", 6));
        double[] y = norm(norm(input(), 6, true, 1e-5), 6, true, 1e-5);
        assertThat(assertAnswers(GoFiles.bundle(cfg, "{}", "{}"), y).notes()).isEmpty();
    }

    @Test
    void aResidualOfASavedModelIsItsActivation() {
        double[] y = dense(input());
        for (int i = 0; i < y.length; i++) {
            y[i] = 1.1 * Math.max(0, y[i]);
        }
        LoadedModel loaded =
                assertAnswers(GoFiles.bundle(GoFiles.network(1, 1, 2, DENSE, RESIDUAL), kernel(), "{}"), y);
        assertEquals(
                List.of("cell 0,0 layer 1 residual: its activation and nothing added, as the Go engine ran this saved"
                        + " model"),
                loaded.notes());
    }

    @Test
    void aResidualOfAConfigurationAddsTheInputOfTheLayerBefore() {
        Network n = ModelReader.load("go.json", GoFiles.network(1, 1, 2, DENSE, RESIDUAL))
                .model()
                .network();
        assertEquals(List.of("cell 0,0 layer 0 residual", "cell 0,0 layer 0 residual, layer 0 dense"), labels(n));
        String inside = "{\"type\":\"sequential\",\"branches\":[" + DENSE + "," + RESIDUAL + "]}";
        assertThat(labels(ModelReader.load("go.json", GoFiles.network(1, 1, 1, inside))
                        .model()
                        .network()))
                .contains("cell 0,0 layer 0 sequential, layer 0 residual, layer 0 dense");
        LoadedModel narrow = ModelReader.load(
                "go.json", GoFiles.network(1, 1, 2, DENSE.replace("\"height\":6", "\"height\":5"), RESIDUAL));
        assertEquals(List.of("cell 0,0 layer 0 dense"), labels(narrow.model().network()));
        assertThat(narrow.notes())
                .contains("cell 0,0 layer 1 residual: adds nothing, as the layer before changes the width");
    }

    @Test
    void aNormalisationInsideASequentialIsComputed() {
        String inside = "{\"type\":\"sequential\",\"branches\":[" + norm("layer_norm", 6) + "]}";
        LoadedModel loaded = assertAnswers(
                GoFiles.bundle(GoFiles.network(1, 1, 1, inside), "{\"branch_weights\":[{}]}"),
                norm(input(), 6, true, 1e-5));
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 sequential, layer 0 layer_norm: the Go engine skipped it inside a sequential; here"
                                + " it is computed"),
                loaded.notes());
    }

    @Test
    void sizesMustFit() {
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(1, 1, 2, DENSE, norm("layer_norm", 4))))
                .hasMessage(
                        "go.json: $.layers[1]: cell 0,0 layer 1 layer_norm: expected an input of a multiple of norm_size"
                                + " 4, found 6 from the layer before");
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(1, 1, 1, "{\"type\":\"rms_norm\"}")))
                .hasMessage("go.json: $.layers[0]: cell 0,0 layer 0 rms_norm: missing normalised size, expected one of"
                        + " norm_size");
        assertThatThrownBy(() -> ModelReader.load(
                        "go.json", GoFiles.network(1, 1, 1, "{\"type\":\"rms_norm\",\"norm_size\":6,\"epsilon\":-1}")))
                .hasMessageContaining("expected 0 or a number from 2^-60 to 1, found -1");
    }
}
