package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.graph.Autodiff;
import loom.graph.DoubleInterpreter;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.BatchNorm;
import loom.model.Concat;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Mode;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Parallel;
import loom.model.Recall;
import loom.model.Samples;
import loom.model.Sequential;
import loom.model.TickLowering;
import loom.numeric.Philox;
import loom.program.Compiler;
import loom.run.Ticker;
import org.junit.jupiter.api.Test;

/** Training of networks as pipelines. */
class TickTrainingTest {
    private static final int TICKS = 6;

    /** The hidden layer sees the present input beside one of two ticks ago. */
    private static final Network NETWORK = Network.of(
            "",
            Shape.of(1),
            LayerOptions.NONE.named("past").on(new Dense(2, Activation.Simple.TANH)),
            new Parallel(List.of(new Sequential(List.of()), new Recall("past"), new Recall("input")), new Concat()),
            new Dense(8, Activation.Simple.TANH),
            new Dense(1, Activation.Simple.LINEAR));

    private static float bit(int sample, int tick) {
        return Philox.uniform(9, tick, sample, 0, 0) < 0.5f ? -1 : 1;
    }

    /** Inputs of −1 and 1; what is asked for, three ticks later, is whether two neighbours were alike. The first answers cannot be known. */
    private static Dataset neighbours(int n) {
        float[] x = new float[n * TICKS];
        float[] t = new float[n * TICKS];
        float[] w = new float[n * TICKS];
        for (int s = 0; s < n; s++) {
            for (int tick = 0; tick < TICKS; tick++) {
                x[s * TICKS + tick] = bit(s, tick);
                boolean known = tick >= 3;
                t[s * TICKS + tick] = known ? bit(s, tick - 2) * bit(s, tick - 3) : 0;
                w[s * TICKS + tick] = known ? 1 : 0;
            }
        }
        return new Dataset(Shape.of(TICKS, 1), x, Shape.of(TICKS, 1), t, Optional.of(w));
    }

    private static final Training TRAINING = Training.of(new MeanSquaredError(), new AdamW(), 0.02f, 16)
            .with(Training.TICKS, TICKS)
            .with(Training.WEIGHTED, true)
            .with(Training.SCHEDULE, new Schedule.Cosine(0.02f, 0.002f, 400, false))
            .with(Training.WARMUP, 5)
            .with(Training.CLIP_NORM, Optional.of(1f))
            .with(Training.EPOCHS, 60);

    /** No single tick of the input holds the answer: only a pipeline can learn it. */
    @Test
    void learnsWhatOnlySeveralTicksTell() {
        Dataset data = neighbours(128);
        Model start = Model.initialise(NETWORK, 3);
        Fit fit = Fit.start(start, TRAINING, data, new ReferenceMachine()).get();
        while (!fit.done()) {
            fit.next().get();
        }
        Model trained = fit.model().get();
        Evaluator e =
                Evaluator.prepare(trained, TRAINING, new ReferenceMachine()).get();
        assertThat(e.evaluate(start, data).get().loss()).isGreaterThan(0.8f);
        Evaluator.Result result = e.evaluate(trained, data).get();
        assertThat(result.loss()).isLessThan(0.05f);
        assertThat(((Regression) result.metrics()).rows()).isEqualTo(128 * (TICKS - 3));
        // The same answers to the bit, one tick at a time.
        Ticker ticker = Ticker.open(new ReferenceMachine(), trained, 1).get();
        for (int tick = 0; tick < TICKS; tick++) {
            ticker.set(bit(7, tick)).get();
            assertThat(ticker.tick().get()[0]).isEqualTo(result.outputs()[7 * TICKS + tick]);
        }
    }

    private static Node window(GraphBuilder g) {
        return g.input(NetworkLowering.INPUT, TensorType.f32(Samples.batched(TRAINING.input(NETWORK))));
    }

    @Test
    void gradientsAreDerivativesThroughTheTicks() {
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered l = TickLowering.into(g, NETWORK, Mode.TRAINING, TICKS, window(g));
        Node seed = g.input("seed", TensorType.f32(l.output().shape()));
        List<Node> wrt = new ArrayList<>();
        wrt.add(l.input());
        NETWORK.trained().forEach(name -> wrt.add(l.parameters().get(name)));
        List<Node> gradients = Autodiff.gradients(g, l.output(), seed, wrt);
        int batch = 2;
        Map<String, double[]> values = new HashMap<>();
        Model.initialise(NETWORK, 3).parameters().forEach((name, t) -> values.put(name, doubles(t.values())));
        values.put(NetworkLowering.INPUT, uniform(batch * TICKS, 0));
        values.put("seed", uniform(batch * TICKS, 1));
        for (int i = 0; i < wrt.size(); i++) {
            String name = i == 0 ? NetworkLowering.INPUT : NETWORK.trained().get(i - 1);
            double[] found = new DoubleInterpreter(batch, values).value(gradients.get(i));
            double[] x = values.get(name);
            double largest = 0;
            for (int j = 0; j < x.length; j++) {
                double keep = x[j];
                x[j] = keep + 1e-5;
                double up = weighted(batch, values, l.output());
                x[j] = keep - 1e-5;
                double down = weighted(batch, values, l.output());
                x[j] = keep;
                assertThat(found[j]).as(name + " " + j).isCloseTo((up - down) / 2e-5, within(1e-6));
                largest = Math.max(largest, Math.abs(found[j]));
            }
            assertThat(largest).as(name).isGreaterThan(1e-3);
        }
    }

    private static double weighted(int batch, Map<String, double[]> values, Node output) {
        double[] y = new DoubleInterpreter(batch, values).value(output);
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * values.get("seed")[i];
        }
        return sum;
    }

    private static double[] doubles(float[] v) {
        double[] d = new double[v.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = v[i];
        }
        return d;
    }

    private static double[] uniform(int n, int tensor) {
        double[] d = new double[n];
        for (int i = 0; i < n; i++) {
            d[i] = Philox.uniform(4, i, 0, tensor, 0) * 2 - 1;
        }
        return d;
    }

    /** Running statistics move once a run, by the last tick. */
    @Test
    void statisticsFollowTheLastTick() {
        Layer norm = new BatchNorm(0.5f, 1e-3f, false, false);
        Model model = Model.initialise(Network.of("", Shape.of(1), norm), 1);
        Training training = Training.of(new MeanSquaredError(), new Sgd(), 0, 2).with(Training.TICKS, 3);
        float[] x = {9, 8, 2, 9, 8, 4};
        Dataset data = new Dataset(Shape.of(3, 1), x, Shape.of(3, 1), new float[6]);
        Fit fit = Fit.start(model, training, data, new ReferenceMachine()).get();
        fit.next().get();
        assertThat(fit.model().get().parameters().get("0.0.0.running_mean").values())
                .containsExactly(1.5f);
    }

    @Test
    void refusesSamplesWithOtherTicks() {
        Dataset data = new Dataset(Shape.of(2, 1), new float[4], Shape.of(2, 1), new float[4]);
        assertThatThrownBy(() -> Fit.start(Model.initialise(NETWORK, 1), TRAINING, data, new ReferenceMachine()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("data: expected inputs of shape [6,1], found [2,1]");
    }

    /** One program for the whole window: a run gives what the ticks give one by one. */
    @Test
    void aWindowIsItsTicks() {
        Model model = Model.initialise(NETWORK, 3);
        GraphBuilder g = new GraphBuilder();
        g.output(
                "y",
                TickLowering.into(g, NETWORK, Mode.INFERENCE, TICKS, window(g)).output());
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        model.parameters().forEach((name, t) -> e.write(e.program().source(name), t.values()));
        e.batch(3);
        Dataset data = neighbours(3);
        e.write(e.program().source(NetworkLowering.INPUT), data.inputs());
        e.run();
        e.finish().get();
        float[] all = e.readFloats(e.program().output("y")).get();
        Ticker ticker = Ticker.open(new ReferenceMachine(), model, 3).get();
        for (int tick = 0; tick < TICKS; tick++) {
            ticker.set(bit(0, tick), bit(1, tick), bit(2, tick)).get();
            assertThat(ticker.tick().get()).containsExactly(all[tick], all[TICKS + tick], all[2 * TICKS + tick]);
        }
    }
}
