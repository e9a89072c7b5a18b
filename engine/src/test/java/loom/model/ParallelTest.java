package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import loom.conformance.LayerCases;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.Words;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import loom.train.Dataset;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Trainer;
import loom.train.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {
    private static final Layer SAME = new Sequential(List.of());
    private static final Layer RELU = new ActivationLayer(Activation.Simple.RELU);
    private static final Layer SQUARE = new ActivationLayer(Activation.Simple.RELU_SQUARED);

    /** {@code units} times the sum of the elements, each times {@code factor}. */
    private static Layer sums(int units, float factor) {
        return new Dense(units, Activation.Simple.LINEAR, false, new Initialiser.Constant(factor));
    }

    private static float[] answer(Model model, float... x) {
        int size = model.network().input().elements(1);
        return ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(x, x.length / size)
                .get();
    }

    private static float[] answer(Shape input, Layer layer, float... x) {
        return answer(Model.initialise(Network.of("", input, layer), 1), x);
    }

    private static Parallel of(Combine combine, Layer... branches) {
        return new Parallel(List.of(branches), combine);
    }

    // ---- what every combination must do ----

    static Stream<Arguments> combinations() {
        Layer dense = new Dense(3, Activation.Simple.TANH);
        Layer wide = new Dense(5, Activation.Simple.SIGMOID);
        Layer deep = new Sequential(List.of(new Dense(2, Activation.Simple.SILU), dense));
        Layer gate = new Dense(2, Activation.Simple.LINEAR);
        SoftmaxKind sparse = new Sparsemax(2);
        return Stream.of(
                Arguments.of(Shape.of(4), of(new Concat(), dense)),
                Arguments.of(Shape.of(4), of(new Concat(), dense, wide, SAME)),
                Arguments.of(Shape.of(2, 4), of(new Concat(), dense, wide)),
                Arguments.of(Shape.of(2, 3), of(new Concat(0), dense, deep, SAME)),
                Arguments.of(Shape.of(4), of(Combine.Elementwise.ADD, dense, deep, dense)),
                Arguments.of(Shape.of(2, 2, 4), of(Combine.Elementwise.AVERAGE, dense, deep, dense)),
                Arguments.of(Shape.of(3), of(Combine.Elementwise.MULTIPLY, dense, deep, SAME)),
                Arguments.of(
                        Shape.of(4),
                        of(
                                new GridScatter(2, 2, 2, Words.of(1, 0, 1), Words.of(0, 1, 0), Words.of(1, 0, 0)),
                                dense,
                                wide,
                                SAME)),
                Arguments.of(Shape.of(4), of(new Filter(gate), dense, wide)),
                Arguments.of(Shape.of(3, 4), of(new Filter(gate, sparse, Optional.empty()), dense, wide)),
                Arguments.of(
                        Shape.of(2, 3, 4),
                        of(
                                new Filter(new Sequential(List.of(new Flatten(), gate)), sparse, Optional.of(1)),
                                dense,
                                deep)),
                Arguments.of(
                        Shape.of(4),
                        of(
                                new Filter(
                                        new Dense(4, Activation.Simple.TANH),
                                        new SoftmaxKind.Temperature(0.5f),
                                        Optional.of(2)),
                                dense,
                                wide,
                                deep,
                                SAME)));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void checked(Shape input, Layer layer) {
        LayerCheck.of(Network.of("", input, layer)).run();
    }

    // ---- values ----

    @Test
    void concatKeepsSamplesApart() {
        float[] x = {1, 2, 3, 4};
        assertArrayEquals(
                new float[] {3, 3, 1, 2, 7, 7, 3, 4}, answer(Shape.of(2), of(new Concat(), sums(2, 1), SAME), x));
        float[] rows = {1, 2, 3, 4, 5, 6, 7, 8};
        assertArrayEquals(
                new float[] {1, 2, 3, 4, 1, 4, 9, 16, 5, 6, 7, 8, 25, 36, 49, 64},
                answer(Shape.of(2, 2), of(new Concat(0), SAME, SQUARE), rows));
        assertArrayEquals(
                new float[] {1, 2, 1, 4, 3, 4, 9, 16, 5, 6, 25, 36, 7, 8, 49, 64},
                answer(Shape.of(2, 2), of(new Concat(1), SAME, SQUARE), rows));
        assertArrayEquals(
                answer(Shape.of(2, 2), of(new Concat(0), SAME, SQUARE), rows),
                answer(Shape.of(2, 2), of(new Concat(-2), SAME, SQUARE), rows));
    }

    @Test
    void elementByElement() {
        float[] x = {-1, 3};
        assertArrayEquals(
                new float[] {-1, 15}, answer(Shape.of(2), of(Combine.Elementwise.ADD, SAME, RELU, SQUARE), x));
        assertArrayEquals(
                new float[] {-1 / 3f, 5}, answer(Shape.of(2), of(Combine.Elementwise.AVERAGE, SAME, RELU, SQUARE), x));
        assertArrayEquals(
                new float[] {0, 81}, answer(Shape.of(2), of(Combine.Elementwise.MULTIPLY, SAME, RELU, SQUARE), x));
    }

    @Test
    void gridScatterOrdersByCell() {
        Parallel p = of(
                new GridScatter(2, 2, 3, Words.of(1, 0, 1), Words.of(0, 1, 0), Words.of(2, 0, 1)),
                sums(1, 10),
                SAME,
                sums(2, 100));
        assertArrayEquals(new float[] {1, 2, 300, 300, 30, 3, 4, 700, 700, 70}, answer(Shape.of(2), p, 1, 2, 3, 4));
        Parallel one = of(new GridScatter(1, 3, 1, Words.of(0), Words.of(2, 0), Words.of(0)), SAME, sums(1, 1));
        assertArrayEquals(new float[] {3, 1, 2}, answer(Shape.of(2), one, 1, 2));
    }

    private static Model withGate(Network network, float... kernel) {
        Model model = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> parameters = model.parameters();
        Shape shape = parameters.get("0.0.0.gate.kernel").shape();
        parameters.put("0.0.0.gate.kernel", new Tensor(shape, kernel));
        return model.withParameters(parameters);
    }

    private static double[] softmax(double... z) {
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            z[i] = Math.exp(z[i]);
            sum += z[i];
        }
        for (int i = 0; i < z.length; i++) {
            z[i] /= sum;
        }
        return z;
    }

    @Test
    void filterWeighsEverySampleByItsGateAndFillsUpWithZeros() {
        Layer gate = new Dense(3, Activation.Simple.LINEAR, false);
        Network n = Network.of("", Shape.of(2), of(new Filter(gate), sums(3, 1), SAME, sums(1, -1)));
        Model model = withGate(n, 1, 0, 2, -1, 0.5f, 0);
        float[] x = {1, 2, -3, 0.5f};
        float[] y = answer(model, x);
        for (int s = 0; s < 2; s++) {
            double a = x[2 * s];
            double b = x[2 * s + 1];
            double[] p = softmax(a - b, 0.5 * b, 2 * a);
            double[] expected = {(p[0] - p[2]) * (a + b) + p[1] * a, p[0] * (a + b) + p[1] * b, p[0] * (a + b)};
            for (int i = 0; i < 3; i++) {
                assertThat((double) y[3 * s + i]).isCloseTo(expected[i], within(1e-6));
            }
        }
    }

    @Test
    void aGateMayWeighEveryPosition() {
        Layer gate = new Dense(2, Activation.Simple.LINEAR, false);
        Network n = Network.of("", Shape.of(2, 2), of(new Filter(gate), SAME, sums(2, 1)));
        float[] x = {1, 2, -3, 0.5f};
        float[] y = answer(withGate(n, 1, 0, -1, 0.5f), x);
        for (int s = 0; s < 2; s++) {
            double a = x[2 * s];
            double b = x[2 * s + 1];
            double[] p = softmax(a - b, 0.5 * b);
            assertThat((double) y[2 * s]).isCloseTo(p[0] * a + p[1] * (a + b), within(1e-6));
            assertThat((double) y[2 * s + 1]).isCloseTo(p[0] * b + p[1] * (a + b), within(1e-6));
        }
    }

    /** Branch i gives 10^i; the logits are the input. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void topKKeepsTheLargestAndOfEqualOnesTheFirst(int k) {
        Network constants = Network.of(
                "",
                Shape.of(5),
                of(
                        new Filter(SAME, new SoftmaxKind.Standard(), Optional.of(k)),
                        constant(1),
                        constant(10),
                        constant(100),
                        constant(1000),
                        constant(10000)));
        float[] logits = {1, 2, 0, 2, 1};
        int[] order = {1, 3, 0, 4, 2};
        double[] p = softmax(1, 2, 0, 2, 1);
        double kept = 0;
        double expected = 0;
        for (int i = 0; i < k; i++) {
            kept += p[order[i]];
            expected += p[order[i]] * Math.pow(10, order[i]);
        }
        float y = answer(Model.initialise(constants, 1), logits)[0];
        assertThat((double) y / (expected / kept)).isCloseTo(1, within(1e-6));
    }

    /** The number, whatever the input. */
    private static Layer constant(float value) {
        return new Sequential(List.of(sums(1, 0), new ActivationLayer(Activation.Simple.EXP), sums(1, value)));
    }

    // ---- nesting, training, files ----

    private static Layer nested(int depth) {
        Layer layer = new Dense(2, Activation.Simple.TANH);
        for (int i = 0; i < depth; i++) {
            layer = i % 2 == 0
                    ? of(Combine.Elementwise.AVERAGE, layer, SAME)
                    : of(new Filter(new Dense(2, Activation.Simple.LINEAR)), layer, SAME);
        }
        return layer;
    }

    @Test
    void nestsToAnyDepthThatNetworksAllow() {
        LayerCheck.of(Network.of("", Shape.of(2), nested(Network.MAX_DEPTH))).run();
        assertThatThrownBy(() -> Network.of("", Shape.of(2), nested(Network.MAX_DEPTH + 1)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("more than 16 layers inside each other");
    }

    /** The absolute value, one expert for each side. */
    @Test
    void gateAndBranchesLearn() {
        Layer gate = new Dense(2, Activation.Simple.LINEAR);
        Layer expert = new Dense(1, Activation.Simple.LINEAR);
        Network n = Network.of("", Shape.of(1), of(new Filter(gate), expert, expert));
        assertEquals(
                List.of(
                        "0.0.0.0.kernel",
                        "0.0.0.0.bias",
                        "0.0.0.1.kernel",
                        "0.0.0.1.bias",
                        "0.0.0.gate.kernel",
                        "0.0.0.gate.bias"),
                List.copyOf(n.parameters().keySet()));
        Model before = LayerCases.model(n);
        Trainer trainer = Trainer.prepare(
                        before, Training.of(new MeanSquaredError(), new Sgd(), 0.5f, 16), new ReferenceMachine())
                .get();
        float[] x = new float[16];
        float[] y = new float[16];
        for (int i = 0; i < 16; i++) {
            x[i] = (i - 7.5f) / 4;
            y[i] = Math.abs(x[i]);
        }
        Dataset data = new Dataset(Shape.of(1), x, Shape.of(1), y);
        for (int i = 0; i < 600; i++) {
            trainer.run(data, true).get();
        }
        // Without the gate the best that two lines can do is a line, with a loss of 0.3.
        assertThat(trainer.run(data, true).get()).isLessThan(0.02f);
        Model after = trainer.model().get();
        n.parameters()
                .keySet()
                .forEach(name -> assertThat(after.parameters().get(name))
                        .as(name)
                        .isNotEqualTo(before.parameters().get(name)));
    }

    @Test
    void theFileHoldsTheGateWithItsParametersInsideTheCombination() {
        Layer gate =
                new Sequential(List.of(new Dense(3, Activation.Simple.TANH), new Dense(2, Activation.Simple.LINEAR)));
        Network n = Network.of(
                "",
                Shape.of(2),
                of(new Filter(gate, new Entmax(1.5f), Optional.of(1)), SAME, new Dense(2, Activation.Simple.TANH)));
        Model model = LayerCases.model(n);
        String text = ModelWriter.write(model);
        assertEquals(model, ModelReader.read("model.json", text));
        assertThat(text)
                .contains("\"combine\": {\n")
                .contains("\"type\": \"filter\",\n")
                .contains("\"gate\": {\n")
                .contains("\"top_k\": 1");
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 parallel",
                        "cell 0,0 layer 0 parallel, layer 0 sequential",
                        "cell 0,0 layer 0 parallel, layer 1 dense",
                        "cell 0,0 layer 0 parallel, layer gate sequential",
                        "cell 0,0 layer 0 parallel, layer gate sequential, layer 0 dense",
                        "cell 0,0 layer 0 parallel, layer gate sequential, layer 1 dense"),
                n.allPlaces().stream().map(Place::label).toList());
    }

    // ---- errors ----

    private static void refused(Shape input, Parallel layer, String message) {
        assertThatThrownBy(() -> Network.of("", input, layer))
                .isInstanceOf(LayerException.class)
                .hasMessageEndingWith(message);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        Layer two = sums(2, 1);
        Layer three = sums(3, 1);
        assertThatThrownBy(() -> new Parallel(new ArrayList<>(), new Concat()))
                .hasMessage("branches: expected at least one layer");
        refused(
                Shape.of(3),
                of(Combine.Elementwise.MULTIPLY, three, SAME, two),
                "branch 0 gives [3], branch 2 gives [2]; multiply needs equal shapes");
        refused(
                Shape.of(2, 3),
                of(new Concat(0), three, two),
                "branch 0 gives [2,3], branch 1 gives [2,2]; concat needs all axes but axis 0 equal");
        refused(Shape.of(2, 3), of(new Concat(2), three), "concat along axis 2 of values with 2 axes");
        refused(
                Shape.of(2, 3),
                of(new Filter(new Flatten()), SAME, new Flatten()),
                "branch 0 gives [2,3], branch 1 gives [6]; filter needs as many axes");
        refused(
                Shape.of(2, 3),
                of(new Filter(three), SAME, SAME),
                "the gate gives [2,3] for 2 branches of [2,3]; filter needs a logit for each branch along the last axis");
        refused(
                Shape.of(2, 3),
                of(new Filter(two), new Flatten(), new Flatten()),
                "the gate gives [2,2] for 2 branches of [6]; filter needs a logit for each branch along the last axis");
        refused(
                Shape.of(2),
                of(new Filter(SAME, new SoftmaxKind.Standard(), Optional.of(3)), SAME, SAME),
                "top_k is 3 of 2 branches");
        refused(
                Shape.of(2),
                of(new GridScatter(1, 2, 1, Words.of(0), Words.of(1), Words.of(0)), SAME, SAME),
                "branches 0 and 1 are both in the cell of row 0, column 1, layer 0");
        refused(
                Shape.of(2),
                of(new GridScatter(1, 3, 1, Words.of(0), Words.of(0, 1, 2), Words.of(0)), SAME, SAME),
                "column has 3 numbers for 2 branches");
        assertThatThrownBy(() -> new GridScatter(1, 2, 1, Words.of(0), Words.of(2), Words.of(0)))
                .hasMessage("column: expected numbers below 2, found 2");
    }
}
