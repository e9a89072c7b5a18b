package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import loom.format.ModelReader;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Compiler;
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

class NormalisationTest {
    private static final double TOLERANCE = 2e-6;

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of(new LayerNorm(), Shape.of(1)),
                Arguments.of(new LayerNorm(), Shape.of(4100)),
                Arguments.of(new LayerNorm(3, 0.01f, false, true), Shape.of(2, 3, 4)),
                Arguments.of(new LayerNorm(1, 1e-5f, false, false), Shape.of(5, 1, 7)),
                Arguments.of(new RmsNorm(1e-6f, false), Shape.of(2, 2, 5)),
                Arguments.of(new RmsNorm(), Shape.of(1)),
                Arguments.of(new BatchNorm(0.5f, 1e-5f, false, false), Shape.of(1)),
                Arguments.of(new BatchNorm(), Shape.of(4, 33)),
                Arguments.of(new BatchNorm(1, 0.1f, false, true), Shape.of(2, 1, 2, 3)),
                Arguments.of(new GroupNorm(1), Shape.of(4)),
                Arguments.of(new GroupNorm(4), Shape.of(4, 5)),
                Arguments.of(new GroupNorm(2, 1e-3f, false, true), Shape.of(6, 3, 1, 2)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void shapesAndBatches(Layer layer, Shape shape) {
        LayerCheck.of(Network.of("", shape, layer)).run();
        LayerCheck.of(Network.of("", shape, layer))
                .inputs(20, 30)
                .tolerance(2e-4)
                .run();
    }

    // ---- values ----

    private static float[] input(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i * 7 % 13 - 5) / 4f + (i % 3);
        }
        return x;
    }

    private static float[] answer(Network network, float[] x) {
        ModelRunner r = ModelRunner.open(new ReferenceMachine(), Model.initialise(network, 1))
                .get();
        return r.run(x, x.length / network.input().elements(1)).get();
    }

    /** Elements {@code from + i·step}, standardised. */
    private static void standardise(float[] x, double[] y, int from, int step, int n, double epsilon) {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += x[from + i * step] / (double) n;
        }
        double variance = 0;
        for (int i = 0; i < n; i++) {
            variance += Math.pow(x[from + i * step] - mean, 2) / n;
        }
        for (int i = 0; i < n; i++) {
            y[from + i * step] = (x[from + i * step] - mean) / Math.sqrt(variance + epsilon);
        }
    }

    private static void assertClose(double[] expected, float[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i])
                    .as("element " + i)
                    .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void layerNormStandardisesTheLastAxes() {
        float[] x = input(24);
        double[] last = new double[24];
        for (int row = 0; row < 6; row++) {
            standardise(x, last, 4 * row, 1, 4, 1e-5);
        }
        assertClose(last, answer(Network.of("", Shape.of(3, 4), new LayerNorm()), x));
        double[] both = new double[24];
        for (int sample = 0; sample < 2; sample++) {
            standardise(x, both, 12 * sample, 1, 12, 0.5);
        }
        assertClose(both, answer(Network.of("", Shape.of(3, 4), new LayerNorm(2, 0.5f, true, true)), x));
    }

    @Test
    void rmsNormDividesByTheRootOfTheMeanSquare() {
        float[] x = {3, 4, 0, 0};
        assertClose(new double[] {1.2, 1.6, 0, 0}, answer(Network.of("", Shape.of(4), new RmsNorm(0x1p-60f, true)), x));
    }

    @Test
    void groupNormStandardisesGroupsOfChannels() {
        float[] x = input(24);
        double[] y = new double[24];
        for (int group = 0; group < 4; group++) {
            standardise(x, y, 6 * group, 1, 6, 1e-5);
        }
        assertClose(y, answer(Network.of("", Shape.of(4, 3), new GroupNorm(2)), x));
    }

    @Test
    void scaleAndBiasAreThoseOfTheChannel() {
        Network network = Network.of("", Shape.of(2, 3), new GroupNorm(1));
        Model initial = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> p = initial.parameters();
        p.put("0.0.0.scale", new Tensor(Shape.of(2), new float[] {2, 3}));
        p.put("0.0.0.bias", new Tensor(Shape.of(2), new float[] {10, 20}));
        float[] x = input(6);
        double[] y = new double[6];
        standardise(x, y, 0, 1, 6, 1e-5);
        for (int i = 0; i < 6; i++) {
            y[i] = i < 3 ? y[i] * 2 + 10 : y[i] * 3 + 20;
        }
        float[] found = ModelRunner.open(new ReferenceMachine(), initial.withParameters(p))
                .get()
                .run(x, 1)
                .get();
        for (int i = 0; i < 6; i++) {
            assertThat((double) found[i]).isCloseTo(y[i], within(1e-5));
        }
    }

    @Test
    void batchNormAnswersWithItsRunningStatistics() {
        Network network = Network.of("", Shape.of(2, 2), new BatchNorm());
        Model initial = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> p = initial.parameters();
        p.put("0.0.0.running_mean", new Tensor(Shape.of(2), new float[] {1, -2}));
        p.put("0.0.0.running_variance", new Tensor(Shape.of(2), new float[] {4, 0.25f}));
        float[] y = ModelRunner.open(new ReferenceMachine(), initial.withParameters(p))
                .get()
                .run(new float[] {3, 1, -2, -1}, 1)
                .get();
        assertClose(new double[] {2 / Math.sqrt(4 + 1e-5), 0, 0, 1 / Math.sqrt(0.25 + 1e-5)}, y);
    }

    private static Model trained(Layer layer, Shape input, float[] x, int steps) {
        Network network = Network.of("", input, layer);
        Trainer t = Trainer.prepare(
                        Model.initialise(network, 1),
                        Training.of(new MeanSquaredError(), new Sgd(), 0.1f, 8),
                        new ReferenceMachine())
                .get();
        for (int i = 0; i < steps; i++) {
            t.run(new Dataset(input, x, input, new float[x.length]), true).get();
        }
        return t.model().get();
    }

    /** The numbers of torch.nn.BatchNorm1d: mean 0.1·batch mean, variance 0.9 + 0.1·unbiased variance. */
    @Test
    void trainingMovesTheRunningStatistics() {
        float[] x = {1, 10, 2, 20, 6, 60};
        Model once = trained(new BatchNorm(), Shape.of(2), x, 1);
        assertClose(
                new double[] {0.3, 3},
                once.parameters().get("0.0.0.running_mean").values());
        assertClose(
                new double[] {0.9 + 0.7, 0.9 + 70},
                once.parameters().get("0.0.0.running_variance").values());
        Model twice = trained(new BatchNorm(), Shape.of(2), x, 2);
        assertClose(
                new double[] {0.57, 5.7},
                twice.parameters().get("0.0.0.running_mean").values());
        // Positions count like samples: the same numbers as one channel of two, three times two.
        Model image = trained(new BatchNorm(), Shape.of(1, 2), new float[] {1, 2, 6, 1, 2, 6}, 1);
        assertClose(
                new double[] {0.3}, image.parameters().get("0.0.0.running_mean").values());
        assertClose(
                new double[] {0.9 + 0.1 * 28 / 5},
                image.parameters().get("0.0.0.running_variance").values());
    }

    @Test
    void oneElementHasTheVarianceZero() {
        Model m = trained(new BatchNorm(), Shape.of(2), new float[] {5, 7}, 1);
        assertClose(
                new double[] {0.9, 0.9},
                m.parameters().get("0.0.0.running_variance").values());
    }

    @Test
    void aFrozenBatchNormKeepsItsStatisticsAndUsesThem() {
        Layer frozen = LayerOptions.NONE.asFrozen().on(new BatchNorm());
        Network network = Network.of(
                "", Shape.of(2), frozen, new Dense(1, Activation.Simple.LINEAR, false, new Initialiser.Constant(1)));
        Trainer t = Trainer.prepare(
                        Model.initialise(network, 1),
                        Training.of(new MeanSquaredError(), new Sgd(), 0.1f, 3),
                        new ReferenceMachine())
                .get();
        float loss = t.run(new Dataset(Shape.of(2), new float[] {1, 10, 2, 20, 6, 60}, Shape.of(1), new float[3]), true)
                .get();
        Model after = t.model().get();
        for (String name : List.of("scale", "bias", "running_mean", "running_variance")) {
            String full = "0.0.0." + name;
            assertEquals(
                    Model.initialise(network, 1).parameters().get(full),
                    after.parameters().get(full));
        }
        // Standardised by the batch, inputs would be near 1 and the loss small.
        assertThat(loss).isGreaterThan(50);
    }

    /** r³ of such an input is 2^69, outside the domain; r and x̂ are not. */
    @Test
    void nearlyConstantInputsHaveGradients() {
        for (Layer layer : List.of(new LayerNorm(1, 0x1p-50f, true, true), new RmsNorm(0x1p-50f, true))) {
            GraphBuilder g = new GraphBuilder();
            NetworkLowering.Lowered l = NetworkLowering.into(g, Network.of("", Shape.of(4), layer), Mode.TRAINING);
            Node seed = g.table(loom.graph.TensorType.f32(Shape.of(1, 4)), loom.graph.Words.bits(1, 0, 0, 0));
            g.output(
                    "d",
                    Autodiff.gradients(
                                    g,
                                    l.output(),
                                    g.broadcast(
                                            g.reshape(seed, Shape.of(4)),
                                            l.output().shape()),
                                    List.of(l.input()))
                            .get(0));
            Execution e =
                    new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
            e.batch(1);
            e.write(e.program().source("input"), new float[] {0x1p-22f, 0, 0, 0});
            for (Map.Entry<String, Integer> s : e.program().sources().entrySet()) {
                if (s.getKey().startsWith("0")) {
                    e.write(s.getValue(), new float[] {1, 1, 1, 1});
                }
            }
            e.run();
            e.finish().get();
            for (float v : e.readFloats(e.program().output("d")).get()) {
                assertThat(Math.abs(v)).isLessThan(0x1p26f);
            }
        }
    }

    // ---- errors ----

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> Network.of("", Shape.of(3), new LayerNorm(2, 1e-5f, true, true)))
                .hasMessage("cell 0,0 layer 0 layer_norm: layer_norm over 2 axes of [3]");
        assertThatThrownBy(() -> Network.of("", Shape.of(5, 2), new GroupNorm(2)))
                .hasMessage(
                        "cell 0,0 layer 0 group_norm: group_norm of 2 groups needs channels in front that they divide, not"
                                + " [5,2]");
        assertThatThrownBy(() -> new RmsNorm(-1, true)).isInstanceOf(FieldException.class);
        assertThatThrownBy(
                        () -> ModelReader.read(
                                "m",
                                "{\"format\":\"loom\",\"version\":1,\"input\":{\"shape\":[3]},\"grid\":{\"rows\":1,\"columns\":1},"
                                        + "\"cells\":[{\"row\":0,\"column\":0,\"layers\":[{\"type\":\"batch_norm\",\"momentum\":2}]}]}"))
                .hasMessage(
                        "m: $.cells[0].layers[0].momentum: cell 0,0 layer 0 batch_norm: expected a number from 0 to 1,"
                                + " found 2");
    }

    @Test
    void answersDoNotDependOnTheBatch() {
        float[] x = input(12);
        Network network = Network.of("", Shape.of(3), new BatchNorm());
        assertArrayEquals(
                answer(network, new float[] {x[3], x[4], x[5]}),
                java.util.Arrays.copyOfRange(answer(network, x), 3, 6));
    }
}
