package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.model.Attention;
import loom.model.Mode;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files saved by the Go engine give what it gave, within 1e-5 of its decimals, wherever it was right. */
class GoEngineTest {
    private static final float TOLERANCE = 1e-5f;
    static final Cursor GOLDEN = golden();

    private static Cursor golden() {
        try (var in = GoEngineTest.class.getResourceAsStream("/go-engine/golden.json")) {
            return Cursor.parse("golden.json", in.readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> exclusions() {
        Map<String, String> all = new TreeMap<>();
        for (Cursor e : GOLDEN.member("exclusions").elements()) {
            all.put(
                    e.member("case").string() + " " + e.member("part").string(),
                    e.member("reason").string());
        }
        return all;
    }

    static Stream<Arguments> cases() {
        return GOLDEN.member("cases").elements().stream()
                .map(c -> Arguments.of(c.member("name").string(), c));
    }

    static Stream<Arguments> casesWithGradients() {
        return cases().filter(a -> ((Cursor) a.get()[1]).has("d_output"));
    }

    @Test
    void listsWhatIsNotCompared() {
        exclusions().forEach((what, why) -> System.out.println("not compared: " + what + ": " + why));
        System.out.println(exclusions().size() + " exclusions, "
                + GOLDEN.member("cases").elements().size() + " cases");
        assertFalse(exclusions().isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void forward(String name, Cursor c) {
        if (exclusions().containsKey(name + " all")) {
            assertThat(org.junit.jupiter.api.Assertions.assertThrows(
                            ModelException.class, () -> ModelReader.load(c.member("model"), "")))
                    .hasMessageContaining("does not say how many inputs");
            return;
        }
        Run run = new Run(c);
        float[] expected = c.member("output").reals();
        float[] found = run.read(NetworkLowering.OUTPUT);
        assertEquals(expected.length, found.length);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(expected[i] - found[i]));
        }
        if (exclusions().containsKey(name + " forward")) {
            assertThat(worst).as("an exclusion that is no longer needed").isGreaterThan(TOLERANCE);
        } else {
            assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("casesWithGradients")
    void gradients(String name, Cursor c) {
        Run run = new Run(c);
        LinkedHashMap<String, float[]> expected = new LinkedHashMap<>();
        expected.put(NetworkLowering.INPUT, c.member("d_input").reals());
        List<Place> places = run.model.network().places();
        for (int i = 0; i < places.size(); i++) {
            for (String kind : List.of("kernel", "bias")) {
                Cursor gradients = c.member(kind + "_gradients").elements().get(i);
                if (gradients.value() instanceof JsonValue.JsonArray a
                        && !a.elements().isEmpty()) {
                    expect(expected, places.get(i), kind.equals("kernel"), gradients.reals(), 0);
                }
            }
        }
        double worst = 0;
        int compared = 0;
        for (Map.Entry<String, float[]> e : expected.entrySet()) {
            float[] found = run.read("gradient of " + e.getKey());
            assertThat(found).as(e.getKey()).hasSameSizeAs(e.getValue());
            for (int i = 0; i < found.length; i++) {
                worst = Math.max(worst, Math.abs(found[i] - e.getValue()[i]));
                compared++;
            }
        }
        assertThat(compared).isPositive();
        if (exclusions().containsKey(name + " gradients")) {
            assertThat(worst).as("an exclusion that is no longer needed").isGreaterThan(TOLERANCE);
        } else {
            assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
        }
    }

    private static Cursor recorded(String name) {
        return (Cursor) cases().filter(a -> a.get()[0].equals(name))
                .findFirst()
                .orElseThrow()
                .get()[1];
    }

    /** What that engine left out of the gradient of a tempered softmax is exactly the factor 1/T. */
    @ParameterizedTest
    @ValueSource(strings = {"softmax_standard", "softmax_grid"})
    void temperedSoftmaxGradientDiffersByTheTemperature(String name) {
        Cursor c = recorded(name);
        float[] recorded = c.member("d_input").reals();
        float[] found = new Run(c).read("gradient of " + NetworkLowering.INPUT);
        for (int i = 0; i < recorded.length; i++) {
            assertThat(found[i] * 0.7f).isCloseTo(recorded[i], within(TOLERANCE));
        }
    }

    /** What is left of that engine's gradients of a recurrent layer: those of the recurrent weights, and twice those at the last step. */
    @Test
    void theRecordedRecurrentGradientHasTwoPasses() {
        Cursor c = recorded("rnn");
        Run run = new Run(c);
        float[] recorded = c.member("kernel_gradients").elements().get(0).reals();
        float[] found = run.read("gradient of 0.0.0.1.recurrent_kernel");
        int in = 3;
        int units = 4;
        for (int j = 0; j < units; j++) {
            for (int k = 0; k < units; k++) {
                assertThat(found[k * units + j]).isCloseTo(recorded[units * in + j * units + k], within(TOLERANCE));
            }
        }
        float[] recordedInput = c.member("d_input").reals();
        float[] input = run.read("gradient of " + NetworkLowering.INPUT);
        for (int i = input.length - in; i < input.length; i++) {
            assertThat(2 * input[i]).isCloseTo(recordedInput[i], within(TOLERANCE));
        }
    }

    /** Logits of a recorded softmax: its network without it. */
    private static double[] logits(Cursor c) {
        Model model = ModelReader.load(c.member("model"), "").model();
        float[] kernel = model.parameters().get("0.0.0.kernel").values();
        float[] bias = model.parameters().get("0.0.0.bias").values();
        float[] x = c.member("input").reals();
        double[] z = new double[bias.length];
        for (int o = 0; o < z.length; o++) {
            z[o] = bias[o];
            for (int i = 0; i < x.length; i++) {
                z[o] += (double) x[i] * kernel[i * z.length + o];
            }
            z[o] = z[o] < 0 ? 0.1 * z[o] : z[o];
        }
        return z;
    }

    /** That engine's sparsemax: the right support, and a threshold with every term of the sum twice. */
    private static double[] theirSparsemax(double[] z) {
        double[] sorted = Arrays.stream(z).sorted().toArray();
        double sum = 0;
        double threshold = 0;
        for (int k = 1; k <= z.length; k++) {
            double next = sorted[z.length - k];
            sum += next;
            if (1 + k * next > sum) {
                threshold = (2 * sum - 1) / k;
            }
        }
        double tau = threshold;
        return Arrays.stream(z).map(v -> Math.max(0, v - tau)).toArray();
    }

    private static void assertRecorded(Cursor c, double[] theirs) {
        float[] recorded = c.member("output").reals();
        for (int i = 0; i < recorded.length; i++) {
            assertThat(theirs[i]).as("element " + i).isCloseTo(recorded[i], within(1e-6));
        }
    }

    /** The reasons for which these answers are not compared give the recorded numbers. */
    @Test
    void whatTheRecordedSparsemaxAndEntmaxAre() {
        Cursor sparse = recorded("softmax_sparse");
        assertRecorded(sparse, theirSparsemax(logits(sparse)));
        Cursor entmax = recorded("softmax_entmax15");
        double[] z = logits(entmax);
        double[] mixed = theirSparsemax(z);
        double sum = Arrays.stream(z).map(Math::exp).sum();
        double total = 0;
        for (int i = 0; i < z.length; i++) {
            mixed[i] = 0.5 * Math.exp(z[i]) / sum + 0.5 * mixed[i];
            total += mixed[i];
        }
        for (int i = 0; i < z.length; i++) {
            mixed[i] /= total;
        }
        assertRecorded(entmax, mixed);
    }

    /** With the heads side by side as their own projection these answers are the recorded ones. */
    @ParameterizedTest
    @ValueSource(strings = {"mha_train_path", "mha_then_layernorm_residual"})
    void attentionDiffersByItsOutputProjection(String name) {
        Cursor c = recorded(name);
        Model model = ModelReader.load(c.member("model"), "").model();
        LinkedHashMap<String, Tensor> parameters = model.parameters();
        for (Place p : model.network().allPlaces()) {
            if (p.layer() instanceof Attention) {
                float[] same = new float[64];
                for (int i = 0; i < 8; i++) {
                    same[9 * i] = 1;
                }
                parameters.put(p.path() + ".output", new Tensor(Shape.of(8, 8), same));
                parameters.put(p.path() + ".output_bias", new Tensor(Shape.of(8), new float[8]));
            }
        }
        float[] found = ModelRunner.open(new ReferenceMachine(), model.withParameters(parameters))
                .get()
                .run(c.member("input").reals(), 1)
                .get();
        float[] recorded = c.member("output").reals();
        for (int i = 0; i < recorded.length; i++) {
            assertThat(found[i]).isCloseTo(recorded[i], within(TOLERANCE));
        }
    }

    @Test
    void saysWhatItKeptOfASavedLinearLayer() {
        Cursor c = recorded("dense_gelu_reloaded_as_relu");
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 dense: activation \"linear\" is 1.1·max(0, x), as the Go engine ran this saved"
                                + " model"),
                ModelReader.load(c.member("model"), "").notes());
    }

    /**
     * Gradients of the first or the second parameter of a layer, what that engine calls kernel and bias, then of those of the layers
     * inside, one after the other. Returns where the next begin.
     */
    private static int expect(Map<String, float[]> expected, Place place, boolean kernel, float[] all, int from) {
        int at = from;
        int index = kernel ? 0 : 1;
        if (place.parameters().size() > index) {
            ParameterSpec p = place.parameters().get(index);
            int size = p.shape().elements(1);
            expected.put(place.parameterName(p), Arrays.copyOfRange(all, at, at + size));
            at += size;
        }
        for (Place inside : place.children()) {
            at = expect(expected, inside, kernel, all, at);
        }
        return at;
    }

    /** A case run forward, and backward where it has a gradient of the output. */
    private static final class Run {
        final Model model;
        private final Execution execution;

        Run(Cursor c) {
            model = ModelReader.load(c.member("model"), "").model();
            GraphBuilder g = new GraphBuilder();
            NetworkLowering.Lowered l = NetworkLowering.into(g, model.network(), Mode.INFERENCE);
            g.output(NetworkLowering.OUTPUT, l.output());
            boolean backward = c.has("d_output");
            if (backward) {
                Node seed = g.input("seed", TensorType.f32(l.output().shape()));
                List<String> names = new ArrayList<>(List.of(NetworkLowering.INPUT));
                names.addAll(l.parameters().keySet());
                List<Node> wrt = new ArrayList<>(List.of(l.input()));
                wrt.addAll(l.parameters().values());
                List<Node> gradients = Autodiff.gradients(g, l.output(), seed, wrt);
                for (int i = 0; i < names.size(); i++) {
                    g.output("gradient of " + names.get(i), gradients.get(i));
                }
            }
            execution =
                    new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
            float[] input = c.member("input").reals();
            execution.batch(input.length / model.network().input().elements(1));
            write(NetworkLowering.INPUT, input);
            if (backward) {
                write("seed", c.member("d_output").reals());
            }
            for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
                write(p.getKey(), p.getValue().values());
            }
            execution.run();
            execution.finish().get();
        }

        private void write(String name, float[] values) {
            execution.write(execution.program().source(name), values);
        }

        float[] read(String output) {
            return execution.readFloats(execution.program().output(output)).get();
        }
    }
}
