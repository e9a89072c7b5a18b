package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import loom.format.Cursor;
import loom.graph.Autodiff;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.ScalarWords;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.LayerNorm;
import loom.model.Mode;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Tensor;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers and schedules against what the Go engine recorded, and against their formulas in double precision. */
class OptimizerTest {
    private static final float TOLERANCE = 1e-5f;
    static final Cursor GOLDEN = golden();

    private static Cursor golden() {
        try (var in = OptimizerTest.class.getResourceAsStream("/go-engine/training.json")) {
            return Cursor.parse("training.json", in.readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final Map<String, Optimizer> RECORDED = new LinkedHashMap<>(Map.of(
            "sgd", new Sgd(),
            "momentum", new Sgd(0.9f, 0.1f, false, 0),
            "nesterov", new Sgd(0.9f, true),
            "adamw", new AdamW(),
            "rmsprop", new RmsProp()));

    /** Recorded, but not compared. */
    private static final Map<String, String> EXCLUDED = Map.of(
            "rmsprop_momentum",
            "the recorded weights follow b = momentum·b + g/√(v + ε) for no momentum: that engine makes a new optimizer with every call");

    static Stream<String> recorded() {
        return GOLDEN.member("optimizers_lr0.1_grad_o_minus_onehot").keys().stream()
                .filter(name -> !EXCLUDED.containsKey(name));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void stepsAsTheGoEngineDid(String name) {
        Network network = Network.of(
                "recorded",
                Shape.of(4),
                new Dense(5, Activation.Simple.TANH),
                new Dense(4, new Activation.LeakyRelu(0.1f)),
                new Dense(3, Activation.Simple.SIGMOID));
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered forward = NetworkLowering.into(g, network, Mode.TRAINING);
        Node target = g.input("target", TensorType.f32(forward.output().shape()));
        Node error = g.minus(forward.output(), target);
        Node loss = g.reshape(g.sum(g.sum(g.times(g.times(error, error), 0.5f), 1), 0), Shape.SCALAR);
        g.output("loss", loss);
        List<String> names = network.trained();
        List<Node> parameters =
                names.stream().map(n -> forward.parameters().get(n)).toList();
        List<Node> gradients = Autodiff.gradients(g, loss, parameters);
        Updates updates = new Updates(g, Optional.empty());
        Node rate = g.scalar(Optimizer.LEARNING_RATE, ElementType.F32);
        for (int i = 0; i < names.size(); i++) {
            Node w = parameters.get(i);
            Memory memory = new Memory(updates, names.get(i), w.shape());
            updates.set(w, RECORDED.get(name).next(memory, w, gradients.get(i), rate));
        }
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        List<float[]> base = layers(GOLDEN.member("base"));
        for (int i = 0; i < names.size(); i++) {
            e.write(e.program().source(names.get(i)), base.get(i));
        }
        List<Cursor> inputs = GOLDEN.member("x").elements();
        float[] classes = GOLDEN.member("class").reals();
        for (int i = 0; i < inputs.size(); i++) {
            float[] t = new float[3];
            t[(int) classes[i]] = 1;
            e.batch(1);
            e.write(e.program().source(NetworkLowering.INPUT), inputs.get(i).reals());
            e.write(e.program().source("target"), t);
            e.run(new ScalarWords().real(Optimizer.LEARNING_RATE, 0.1f).of(e.program()));
            e.finish().get();
        }
        List<float[]> expected =
                layers(GOLDEN.member("optimizers_lr0.1_grad_o_minus_onehot").member(name));
        for (int i = 0; i < names.size(); i++) {
            float[] found = e.readFloats(e.program().source(names.get(i))).get();
            assertThat(found).as(names.get(i)).containsExactly(expected.get(i), within(TOLERANCE));
        }
    }

    /** Kernel and bias of every layer, in the order of a network's parameters. */
    private static List<float[]> layers(Cursor c) {
        List<float[]> all = new ArrayList<>();
        for (Cursor layer : c.elements()) {
            all.add(layer.member("K").reals());
            all.add(layer.member("B").reals());
        }
        return all;
    }

    private static float[] follow(Optimizer optimizer, float rate, float... gradients) {
        GraphBuilder g = new GraphBuilder();
        Node w = g.parameter("w", Shape.of(1, 1));
        Node d = g.input("d", TensorType.f32(Shape.of(1, 1)));
        Updates updates = new Updates(g, Optional.empty());
        updates.set(
                w,
                optimizer.next(
                        new Memory(updates, "w", w.shape()), w, d, g.scalar(Optimizer.LEARNING_RATE, ElementType.F32)));
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        e.write(e.program().source("w"), new float[] {0.5f});
        float[] path = new float[gradients.length];
        for (int i = 0; i < path.length; i++) {
            e.write(e.program().source("d"), new float[] {gradients[i]});
            e.run(new ScalarWords().real(Optimizer.LEARNING_RATE, rate).of(e.program()));
            e.finish().get();
            path[i] = e.readFloats(e.program().source("w")).get()[0];
        }
        return path;
    }

    private static final float[] SLOPES = {0.5f, -0.25f, 1e-7f, 2};

    @Test
    void rmspropWithMomentumKeepsThePastSteps() {
        double w = 0.5;
        double v = 0;
        double b = 0;
        float[] found = follow(new RmsProp(0.9f, 1e-3f, 0.8f, false), 0.01f, SLOPES);
        for (int t = 0; t < SLOPES.length; t++) {
            v = 0.9 * v + 0.1 * SLOPES[t] * SLOPES[t];
            b = 0.8 * b + SLOPES[t] / Math.sqrt(v + 1e-3);
            w -= 0.01 * b;
            assertThat((double) found[t]).isCloseTo(w, within(1e-6));
        }
    }

    @Test
    void adamDividesTheMeanByTheRootOfTheSquare() {
        double w = 0.5;
        double m = 0;
        double v = 0;
        float[] found = follow(new Adam(), 0.01f, SLOPES);
        for (int t = 1; t <= SLOPES.length; t++) {
            double d = SLOPES[t - 1];
            m = 0.9 * m + 0.1 * d;
            v = 0.999 * v + 0.001 * d * d;
            w -= 0.01 * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
            assertThat((double) found[t - 1]).isCloseTo(w, within(1e-6));
        }
    }

    /** The square of 1e-7 is far below domain D's grid: the first step is the rate all the same. */
    @Test
    void adamFollowsTinyGradients() {
        assertThat(follow(new Adam(0.9f, 0.999f, 0x1p-60f), 0.25f, 1e-12f))
                .containsExactly(new float[] {0.25f}, within(1e-6f));
    }

    @Test
    void adagradRemembersAllSquares() {
        double w = 0.5;
        double s = 0;
        float[] found = follow(new Adagrad(), 0.1f, SLOPES);
        for (int t = 0; t < SLOPES.length; t++) {
            s += (double) SLOPES[t] * SLOPES[t];
            w -= 0.1 * SLOPES[t] / (Math.sqrt(s) + 1e-10);
            assertThat((double) found[t]).isCloseTo(w, within(1e-6));
        }
    }

    @Test
    void lionTakesTheSignOfTheMeanBeforeAndTheGradient() {
        double w = 0.5;
        double m = 0;
        float[] found = follow(new Lion(0.9f, 0.99f, 0.1f), 0.01f, 1, -0.001f, -0.5f, 0);
        float[] slopes = {1, -0.001f, -0.5f, 0};
        for (int t = 0; t < slopes.length; t++) {
            w -= 0.01 * (Math.signum(0.9 * m + 0.1 * slopes[t]) + 0.1 * w);
            m = 0.99 * m + 0.01 * slopes[t];
            assertThat((double) found[t]).isCloseTo(w, within(1e-6));
        }
    }

    @Test
    void centredRmspropTakesTheMeanFromTheSquares() {
        double w = 0.5;
        double v = 0;
        double m = 0;
        float[] found = follow(new RmsProp(0.9f, 1e-3f, 0, true), 0.01f, SLOPES);
        for (int t = 0; t < SLOPES.length; t++) {
            v = 0.9 * v + 0.1 * SLOPES[t] * SLOPES[t];
            m = 0.9 * m + 0.1 * SLOPES[t];
            w -= 0.01 * SLOPES[t] / Math.sqrt(v - m * m + 1e-3);
            assertThat((double) found[t]).isCloseTo(w, within(1e-6));
        }
    }

    /** Without a gradient only the decay moves a weight: rate · decay · weight is taken away. */
    @ParameterizedTest
    @CsvSource({"false, 0.75", "true, 0.7125"})
    void decayTakesMatricesOnlyUnlessAskedForAll(boolean all, float vector) {
        Network network = Network.of("", Shape.of(2), new Dense(3, Activation.Simple.LINEAR), new LayerNorm());
        Model start = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> given = start.parameters();
        given.replaceAll((name, t) -> {
            float[] values = new float[t.values().length];
            Arrays.fill(values, 0.75f);
            return new Tensor(t.shape(), values);
        });
        Training training = Training.of(new MeanSquaredError(), new AdamW(0.9f, 0.999f, 1e-8f, 0.5f, all), 0.1f, 1)
                .with(Training.WEIGHTED, true);
        Dataset nothing = new Dataset(Shape.of(2), new float[2], Shape.of(3), new float[3], Optional.of(new float[1]));
        Fit fit = Fit.start(start.withParameters(given), training, nothing, new ReferenceMachine())
                .get();
        fit.next().get();
        fit.model().get().parameters().forEach((name, t) -> {
            float expected = name.endsWith("kernel") ? 0.7125f : vector;
            for (float v : t.values()) {
                assertThat(v).as(name).isCloseTo(expected, within(1e-6f));
            }
        });
    }

    @Test
    void nesterovLooksAhead() {
        double w = 0.5;
        double v = 0;
        float[] found = follow(new Sgd(0.9f, true), 0.01f, SLOPES);
        for (int t = 0; t < SLOPES.length; t++) {
            v = 0.9 * v + SLOPES[t];
            w -= 0.01 * (SLOPES[t] + 0.9 * v);
            assertThat((double) found[t]).isCloseTo(w, within(1e-6));
        }
    }

    @Test
    void everyScheduleBeginsAfterItsWarmup() {
        for (Schedule s : List.of(
                new Schedule.Constant(0.5f),
                new Schedule.Linear(0.5f, 0.1f, 10),
                new Schedule.Cosine(0.5f, 0.1f, 10, true),
                new Schedule.Exponential(0.5f, 0.5f, 4),
                new Schedule.Steps(0.5f, 0.5f, 4),
                new Schedule.Polynomial(0.5f, 0, 10, 2),
                new Schedule.OneCycle(0.5f, 10))) {
            assertThat(s.rateAfterWarmup(4, 0)).isZero();
            assertThat(s.rateAfterWarmup(4, 1)).isEqualTo(s.rate(0) / 4);
            for (int step = 4; step < 30; step++) {
                assertThat(s.rateAfterWarmup(4, step)).isEqualTo(s.rate(step - 4));
            }
        }
    }

    @Test
    void schedulesAreTheGoEngines() {
        Map<String, Schedule> all = Map.of(
                "constant", new Schedule.Constant(0.1f),
                "cosine(.1,.01,100)", new Schedule.Cosine(0.1f, 0.01f, 100, false),
                "cosine_restarts(.1,.01,40)", new Schedule.Cosine(0.1f, 0.01f, 40, true),
                "exp(.1,.9,10)", new Schedule.Exponential(0.1f, 0.9f, 10),
                "linear(.1,.01,100)", new Schedule.Linear(0.1f, 0.01f, 100),
                "poly(.1,.01,100,2)", new Schedule.Polynomial(0.1f, 0.01f, 100, 2),
                "step(.1,.5,30)", new Schedule.Steps(0.1f, 0.5f, 30),
                "warmup(20,0,.1)+cosine(.1,.01,80)", new Schedule.Cosine(0.1f, 0.01f, 80, false));
        Cursor recorded = GOLDEN.member("schedulers_at_0_7_14");
        assertThat(all.keySet()).containsExactlyInAnyOrderElementsOf(recorded.keys());
        all.forEach((name, schedule) -> {
            float[] expected = recorded.member(name).reals();
            for (int i = 0; i < expected.length; i++) {
                int step = 7 * i;
                float rate = name.startsWith("warmup") ? schedule.rateAfterWarmup(20, step) : schedule.rate(step);
                assertThat(rate).as(name + " at " + step).isCloseTo(expected[i], within(1e-7f));
            }
        });
    }

    @Test
    void oneCycleGoesUpAndFarDown() {
        Schedule s = new Schedule.OneCycle(0.5f, 100);
        assertThat(s.rate(0)).isCloseTo(0.02f, within(1e-6f));
        assertThat(s.rate(15)).isCloseTo(0.26f, within(1e-6f));
        assertThat(s.rate(30)).isCloseTo(0.5f, within(1e-6f));
        assertThat(s.rate(65)).isCloseTo(0.25f, within(1e-5f));
        assertThat(s.rate(100)).isEqualTo(s.rate(1000)).isCloseTo(2e-6f, within(1e-9f));
    }
}
