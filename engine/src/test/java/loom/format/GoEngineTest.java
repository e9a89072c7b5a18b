package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.model.Mode;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files saved by the Go engine give what it gave, within 1e-5 of its decimals, wherever it was right. */
class GoEngineTest {
    private static final float TOLERANCE = 1e-5f;
    private static final Cursor GOLDEN = golden();

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
            // What that engine calls kernel and bias is the first and the second parameter of every layer.
            for (ParameterSpec p : places.get(i).parameters()) {
                boolean first = p == places.get(i).parameters().get(0);
                Cursor gradients = c.member(first ? "kernel_gradients" : "bias_gradients");
                expect(
                        expected,
                        places.get(i).parameterName(p),
                        gradients.elements().get(i));
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

    /** What that engine left out of the gradient of a tempered softmax is exactly the factor 1/T. */
    @Test
    void temperedSoftmaxGradientDiffersByTheTemperature() {
        Cursor c = (Cursor) cases().filter(a -> a.get()[0].equals("softmax_standard"))
                .findFirst()
                .orElseThrow()
                .get()[1];
        float[] recorded = c.member("d_input").reals();
        float[] found = new Run(c).read("gradient of " + NetworkLowering.INPUT);
        for (int i = 0; i < recorded.length; i++) {
            assertThat(found[i] * 0.7f).isCloseTo(recorded[i], within(TOLERANCE));
        }
    }

    @Test
    void saysWhatItKeptOfASavedLinearLayer() {
        Cursor c = (Cursor) cases().filter(a -> a.get()[0].equals("dense_gelu_reloaded_as_relu"))
                .findFirst()
                .orElseThrow()
                .get()[1];
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 dense: activation \"linear\" is 1.1·max(0, x), as the Go engine ran this saved"
                                + " model"),
                ModelReader.load(c.member("model"), "").notes());
    }

    private static void expect(Map<String, float[]> expected, String name, Cursor gradient) {
        if (gradient.value() instanceof JsonValue.JsonArray a && !a.elements().isEmpty()) {
            expected.put(name, gradient.reals());
        }
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
