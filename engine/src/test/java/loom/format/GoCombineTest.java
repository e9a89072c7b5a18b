package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import loom.machine.reference.ReferenceMachine;
import loom.model.Combine;
import loom.model.Concat;
import loom.model.Dense;
import loom.model.Filter;
import loom.model.KMeans;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Parallel;
import loom.model.Place;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** Branches, softmaxes and clusters of the Go engine's files against loops in double precision. */
class GoCombineTest {
    private static final float[] X = {0.5f, -1};

    /** A dense layer of two inputs, {@code y_o = tanh(Σ x_i·w_io)}, and its weights. */
    private static String dense(int out) {
        return "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_height\":2,\"output_height\":" + out + "}";
    }

    private static String kernel(int out, double scale) {
        List<String> k = new ArrayList<>();
        for (int i = 0; i < 2 * out; i++) {
            k.add(Float.toString((float) weight(i, scale)));
        }
        return "{\"kernel\":[" + String.join(",", k) + "]}";
    }

    private static double weight(int i, double scale) {
        return scale * (i % 5 - 1.5);
    }

    private static double[] dense(float[] x, int from, int out, double scale) {
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = Math.tanh(x[from] * weight(o, scale) + x[from + 1] * weight(out + o, scale));
        }
        return y;
    }

    private static String parallel(String mode, String more, String... branches) {
        return "{\"type\":\"parallel\",\"activation\":\"relu\",\"combine_mode\":\"" + mode + "\",\"branches\":["
                + String.join(",", branches) + "]" + more + "}";
    }

    private static String weights(String... branches) {
        return "{\"branch_weights\":[" + String.join(",", branches) + "]}";
    }

    private static float[] answer(String file, float... x) {
        Model model = ModelReader.load("go.json", file).model();
        return ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(x, x.length / model.network().input().elements(1))
                .get();
    }

    private static void assertClose(double[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("element " + i).isCloseTo(expected[i], within(1e-6));
        }
    }

    private static double[] concat(double[]... parts) {
        return java.util.Arrays.stream(parts)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
    }

    private static List<String> notes(String file) {
        return ModelReader.load("go.json", file).notes();
    }

    private static Layer only(String file) {
        return ModelReader.load("go.json", file)
                .model()
                .network()
                .places()
                .get(0)
                .layer();
    }

    // ---- parallel ----

    /** That engine put whole batches one after the other. */
    @Test
    void concatenatesEverySampleByItself() {
        String file = GoFiles.bundle(
                GoFiles.network(parallel("", "", dense(1), dense(2))), weights(kernel(1, 0.5), kernel(2, -0.25)));
        float[] x = {0.5f, -1, 2, 0.25f};
        assertClose(
                concat(dense(x, 0, 1, 0.5), dense(x, 0, 2, -0.25), dense(x, 2, 1, 0.5), dense(x, 2, 2, -0.25)),
                answer(file, x));
    }

    @Test
    void addsAndAverages() {
        double[] a = dense(X, 0, 2, 0.5);
        double[] b = dense(X, 0, 2, -0.25);
        String[] saved = {weights(kernel(2, 0.5), kernel(2, -0.25))};
        double[] sum = {a[0] + b[0], a[1] + b[1]};
        double[] mean = {sum[0] / 2, sum[1] / 2};
        assertClose(sum, answer(GoFiles.bundle(GoFiles.network(parallel("add", "", dense(2), dense(2))), saved), X));
        for (String mode : List.of("avg", "average")) {
            assertClose(
                    mean, answer(GoFiles.bundle(GoFiles.network(parallel(mode, "", dense(2), dense(2))), saved), X));
        }
    }

    @Test
    void scattersIntoCells() {
        String grid = ",\"grid_output_rows\":2,\"grid_output_cols\":2,\"grid_output_layers\":1,\"grid_positions\":["
                + "{\"branch_index\":0,\"target_row\":1,\"target_col\":1,\"target_layer\":0},"
                + "{\"branch_index\":1,\"target_row\":0,\"target_col\":1}]";
        String file = GoFiles.bundle(
                GoFiles.network(parallel("grid_scatter", grid, dense(1), dense(2))),
                weights(kernel(1, 0.5), kernel(2, -0.25)));
        assertClose(concat(dense(X, 0, 2, -0.25), dense(X, 0, 1, 0.5)), answer(file, X));
    }

    @Test
    void nestsBranchesAndTheirWeights() {
        String inner = parallel("concat", "", dense(1), "{\"type\":\"sequential\",\"branches\":[" + dense(2) + "]}");
        String file = GoFiles.bundle(
                GoFiles.network(parallel("concat", "", inner, dense(1))),
                weights(weights(kernel(1, 0.5), weights(kernel(2, -0.25))), kernel(1, 1)));
        assertClose(concat(dense(X, 0, 1, 0.5), dense(X, 0, 2, -0.25), dense(X, 0, 1, 1)), answer(file, X));
        assertThat(notes(file)).isEmpty();
    }

    /** A saved filter has no gate; the shorter branch is filled up. */
    @Test
    void aLostGateWeighsAllBranchesAlike() {
        String file = GoFiles.bundle(
                GoFiles.network(parallel("filter", "", dense(1), dense(2))), weights(kernel(1, 0.5), kernel(2, -0.25)));
        double[] b = dense(X, 0, 2, -0.25);
        assertClose(new double[] {(dense(X, 0, 1, 0.5)[0] + b[0]) / 2, b[1] / 2}, answer(file, X));
        assertEquals(
                List.of("cell 0,0 layer 0 parallel: the file has no gate, so all branches weigh the same until one is"
                        + " learned"),
                notes(file));
        Model model = ModelReader.load("go.json", file).model();
        assertThat(model.network().trained()).contains("0.0.0.gate.kernel", "0.0.0.gate.bias");
        assertThat(model.parameters().get("0.0.0.gate.kernel").values()).containsOnly(0f);
    }

    @Test
    void aGateThatIsDescribedIsInitialised() {
        String gate = ",\"filter_gate\":{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":2,\"output_size\":2}"
                + ",\"filter_softmax\":\"temperature\",\"filter_temperature\":0.5";
        String file = GoFiles.network(parallel("filter", gate, dense(2), dense(2)));
        Filter filter = (Filter) ((Parallel) only(file)).combine();
        assertEquals(new SoftmaxKind.Temperature(0.5f), filter.softmax());
        assertEquals(
                "linear",
                ((Dense) filter.gate()).activation().fields().declaration().name());
        Model model = ModelReader.load("go.json", file).model();
        assertThat(model.parameters().get("0.0.0.gate.kernel").values()).doesNotContain(0f);
        assertThat(answer(file, X)).hasSize(2);
    }

    @Test
    void theFirstBranchThatKnowsSaysTheInput() {
        String file = GoFiles.network(parallel(
                "concat",
                "",
                dense(1),
                "{\"type\":\"softmax\"}",
                "{\"type\":\"residual\"}",
                "{\"type\":\"residual\"}"));
        float[] y = answer(file, 0, 0);
        assertThat(y).hasSize(7).startsWith(0f, 0.5f, 0.5f).endsWith(0f, 0f, 0f, 0f);
        assertThat(notes(file))
                .contains(
                        "cell 0,0 layer 0 parallel, layer 3 residual: hands its input on, as in the Go engine a branch"
                                + " of that type did");
    }

    @Test
    void modesAreWhatTheySay() {
        assertEquals(new Concat(), ((Parallel) only(GoFiles.network(parallel("", "", dense(1))))).combine());
        assertEquals(
                Combine.Elementwise.AVERAGE,
                ((Parallel) only(GoFiles.network(parallel("avg", "", dense(1))))).combine());
    }

    // ---- k-means ----

    private static String kmeans(String more) {
        return "{\"type\":\"kmeans\",\"num_clusters\":2,\"kmeans_temperature\":0.5,\"kmeans_learning_rate\":0.01" + more
                + "}";
    }

    private static double[] clusters(double[] f, double[] centers, double t) {
        double[] p = new double[2];
        for (int k = 0; k < 2; k++) {
            double square = 0;
            for (int i = 0; i < f.length; i++) {
                square += Math.pow(f[i] - centers[k * f.length + i], 2);
            }
            p[k] = Math.exp(-square / (2 * t * t));
        }
        double sum = p[0] + p[1];
        return new double[] {p[0] / sum, p[1] / sum};
    }

    @Test
    void clustersOfSavedFeatures() {
        double[] centers = {0.25, -0.5, 0.125, 0.75};
        String saved = "{\"branch_weights\":[" + kernel(2, 0.5) + "],\"cluster_centers\":[0.25,-0.5,0.125,0.75]}";
        String inside = ",\"branches\":[" + dense(2) + "]";
        double[] p = clusters(dense(X, 0, 2, 0.5), centers, 0.5);
        assertClose(p, answer(GoFiles.bundle(GoFiles.network(kmeans(inside)), saved), X));
        assertClose(
                new double[] {p[0] * 0.25 + p[1] * 0.125, p[0] * -0.5 + p[1] * 0.75},
                answer(
                        GoFiles.bundle(GoFiles.network(kmeans(inside + ",\"kmeans_output_mode\":\"features\"")), saved),
                        X));
        String cosine = GoFiles.bundle(GoFiles.network(kmeans(inside + ",\"distance_metric\":\"cosine\"")), saved);
        assertClose(p, answer(cosine, X));
        assertEquals(
                List.of("cell 0,0 layer 0 kmeans: distance \"cosine\" is euclidean, as the Go engine answered with this"
                        + " saved model"),
                notes(cosine));
    }

    @Test
    void clustersOfTheInputItself() {
        String file = GoFiles.bundle(
                GoFiles.network(kmeans(",\"cluster_dim\":2")), "{\"cluster_centers\":[0.25,-0.5,0.125,0.75]}");
        assertClose(clusters(new double[] {0.5, -1}, new double[] {0.25, -0.5, 0.125, 0.75}, 0.5), answer(file, X));
    }

    @Test
    void aConfigurationMeansWhatItSays() {
        KMeans k = (KMeans)
                only(GoFiles.network(kmeans(",\"distance_metric\":\"manhattan\",\"attached_layer\":" + dense(3))));
        assertEquals(KMeans.Distance.MANHATTAN, k.distance());
        assertEquals(0.5f, k.temperature());
        assertThat(k.layers()).hasSize(1);
    }

    // ---- softmax ----

    private static String kind(String variant, String more) {
        String file = GoFiles.network(
                "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":2,\"output_size\":6}",
                "{\"type\":\"softmax\",\"softmax_variant\":\"" + variant + "\"" + more + "}");
        LoadedModel m = ModelReader.load("go.json", file);
        Place last = m.model().network().places().get(1);
        return ((Softmax) last.layer()).kind().fields().text()
                + String.join(
                        "; ",
                        m.notes().stream()
                                .filter(n -> n.startsWith(last.label()))
                                .map(n -> n.substring(last.label().length()))
                                .toList());
    }

    @Test
    void softmaxVariants() {
        String t = ",\"temperature\":0.5";
        assertEquals("standard", kind("", ""));
        assertEquals("temperature(temperature=0.5)", kind("standard", t));
        assertEquals("temperature(temperature=0.5)", kind("temperature", t));
        assertEquals(
                "grid(rows=2, columns=3, temperature=0.5)", kind("grid", t + ",\"softmax_rows\":2,\"softmax_cols\":3"));
        assertThat(kind("hierarchical", t + ",\"hierarchy_levels\":[3,2]"))
                .startsWith("grid(rows=3, columns=2, temperature=0.5): a softmax of every 2 inputs");
        assertThat(kind("hierarchical", ",\"hierarchy_levels\":[4,2]")).startsWith("standard: its levels");
        assertThat(kind("gumbel", t)).startsWith("gumbel(temperature=0.5, noise=always, hard=false): its noise");
        assertEquals(
                "masked(mask=4 of 6 true, temperature=0.5)",
                kind("masked", t + ",\"mask\":[true,false,true,true,true,false]"));
        assertThat(kind("sparse", t)).startsWith("sparsemax(temperature=1): ").endsWith("no effect, as there");
        assertThat(kind("entmax", ",\"entmax_alpha\":1.25"))
                .startsWith("entmax(alpha=1.25, temperature=1): entmax as published");
        assertThat(kind("entmax", ",\"entmax_alpha\":1")).startsWith("standard: entmax with an alpha of 1");
        assertThat(kind("adaptive", t)).startsWith("standard: ").endsWith("the temperature has no effect");
        assertThat(kind("mixture", "")).startsWith("standard: ").endsWith("as the Go engine ran it");
    }

    @Test
    void theSizeOfASoftmaxThatComesFirst() {
        for (String says : List.of(
                "\"softmax_rows\":3,\"softmax_cols\":2",
                "\"softmax_variant\":\"masked\",\"mask\":[true,true,false,true,true,true]",
                "\"softmax_variant\":\"hierarchical\",\"hierarchy_levels\":[2,3]")) {
            Model m = ModelReader.load("go.json", GoFiles.network("{\"type\":\"softmax\"," + says + "}"))
                    .model();
            assertEquals(6, m.network().input().elements(1), says);
        }
    }
}
