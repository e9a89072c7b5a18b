package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.JsonWriter;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Dense;
import loom.model.FieldException;
import loom.model.LayerException;
import loom.model.LayerNorm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;
import loom.numeric.Philox;
import loom.train.tools.CreditComparison;
import org.junit.jupiter.api.Test;

/** Tween and target propagation, against backpropagation and their formulas. */
class CreditTest {
    private static final int SAMPLES = 8;

    private static final Network NETWORK = Network.of(
            "",
            Shape.of(3),
            new LayerNorm(1, 1e-5f, false, false),
            new Dense(4, Activation.Simple.LINEAR),
            new ActivationLayer(Activation.Simple.TANH),
            new Dense(5, Activation.Simple.TANH),
            new Dense(2, Activation.Simple.LINEAR));

    private static final Model MODEL = Model.initialise(NETWORK, 4);

    private static Dataset data() {
        float[] x = new float[3 * SAMPLES];
        float[] t = new float[2 * SAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = Philox.uniform(1, i, 0, 0, 0) * 2 - 1;
        }
        for (int i = 0; i < t.length; i++) {
            t[i] = Philox.uniform(1, i, 1, 0, 0) * 2 - 1;
        }
        return new Dataset(Shape.of(3), x, Shape.of(2), t);
    }

    private static Training training(Credit credit) {
        return Training.of(new MeanSquaredError(), new Sgd(), 1, SAMPLES).with(Training.CREDIT, credit);
    }

    /** What the first step of rate 1 takes from every parameter. */
    private static LinkedHashMap<String, float[]> slopes(Trainer t) {
        t.run(data(), true).get();
        Model after = t.model().get();
        LinkedHashMap<String, float[]> all = new LinkedHashMap<>();
        MODEL.parameters().forEach((name, p) -> {
            float[] d = new float[p.values().length];
            for (int i = 0; i < d.length; i++) {
                d[i] = p.values()[i] - after.parameters().get(name).values()[i];
            }
            all.put(name, d);
        });
        return all;
    }

    private static Trainer trainer(Credit credit) {
        return Trainer.prepare(MODEL, training(credit), new ReferenceMachine()).get();
    }

    private static int link(String name) {
        return name.startsWith("0.0.1.") ? 0 : name.startsWith("0.0.3.") ? 1 : 2;
    }

    private static void assertScaled(
            LinkedHashMap<String, float[]> found, LinkedHashMap<String, float[]> gradient, float... factors) {
        gradient.forEach((name, d) -> {
            for (int i = 0; i < d.length; i++) {
                assertThat(found.get(name)[i]).as(name + " " + i).isCloseTo(d[i] * factors[link(name)], within(1e-6f));
            }
        });
    }

    /** Activations of the links, by plain double code. */
    private static double[][] activations() {
        double[][] all = new double[3][];
        double[] x = new double[3 * SAMPLES];
        for (int s = 0; s < SAMPLES; s++) {
            double mean = 0;
            double square = 0;
            for (int i = 0; i < 3; i++) {
                mean += data().inputs()[3 * s + i] / 3;
                square += Math.pow(data().inputs()[3 * s + i], 2) / 3;
            }
            for (int i = 0; i < 3; i++) {
                x[3 * s + i] = (data().inputs()[3 * s + i] - mean) / Math.sqrt(square - mean * mean + 1e-5);
            }
        }
        all[0] = dense(x, "0.0.1", true);
        all[1] = dense(all[0], "0.0.3", true);
        all[2] = dense(all[1], "0.0.4", false);
        return all;
    }

    private static double[] dense(double[] x, String layer, boolean tanh) {
        float[] k = MODEL.parameters().get(layer + ".kernel").values();
        float[] b = MODEL.parameters().get(layer + ".bias").values();
        int out = b.length;
        int in = k.length / out;
        double[] y = new double[SAMPLES * out];
        for (int s = 0; s < SAMPLES; s++) {
            for (int o = 0; o < out; o++) {
                double sum = b[o];
                for (int i = 0; i < in; i++) {
                    sum += x[s * in + i] * k[i * out + o];
                }
                y[s * out + o] = tanh ? Math.tanh(sum) : sum;
            }
        }
        return y;
    }

    /** The last link's gradient of the loss is (y − t)/samples for two outputs: its budget and gap follow, and the factor of its weights. */
    @Test
    void tweenScalesGradientsByBudgetAndDepth() {
        LinkedHashMap<String, float[]> gradient = slopes(trainer(new Backpropagation()));
        Trainer tween = trainer(new Tween(0.5f, 0, 1.5f));
        LinkedHashMap<String, float[]> found = slopes(tween);
        Trainer.LinkReport report = tween.links().get();
        assertThat(report.budgets()).hasSize(3);
        double dot = 0;
        double own = 0;
        double others = 0;
        double gap = 0;
        double[] y = activations()[2];
        for (int i = 0; i < y.length; i++) {
            double error = -0.5 * (y[i] - data().targets()[i]);
            dot += y[i] * (y[i] + error);
            own += y[i] * y[i];
            others += Math.pow(y[i] + error, 2);
            gap += error * error / y.length;
        }
        double budget = (dot / Math.sqrt(own * others) + 1) / 2;
        assertThat((double) report.budgets()[2]).isCloseTo(budget, within(1e-6));
        assertThat((double) report.gaps()[2]).isCloseTo(gap, within(1e-6));
        assertThat(budget).isLessThan(0.99);
        float[] b = report.budgets();
        assertScaled(found, gradient, (1 + b[0]) / 2 * 2.25f, (1 + b[1]) / 2 * 1.5f, (1 + b[2]) / 2);
        // A gate between the budgets stops the last link only.
        float least = Math.min(b[0], b[1]);
        assertThat(b[2]).isLessThan(least);
        LinkedHashMap<String, float[]> gated = slopes(trainer(new Tween(0.5f, least, 1)));
        assertScaled(gated, gradient, (1 + b[0]) / 2, (1 + b[1]) / 2, 0);
    }

    /** The steps of the last two links are backpropagation's; the first knows nothing yet, as no inverse has been learned. */
    @Test
    void targetsBeginAtTheOutput() {
        LinkedHashMap<String, float[]> gradient = slopes(trainer(new Backpropagation()));
        Trainer t = trainer(new TargetPropagation(0.25f, 0.5f));
        assertScaled(slopes(t), gradient, 0, 1, 1);
        assertThat(t.links().get().gaps()[0]).isZero();
        assertThat(t.links().get().gaps()[2]).isPositive();
    }

    /** Where an inverse is the transposed derivative of its link, target propagation is backpropagation. */
    @Test
    void withTransposedWeightsAsInversesItIsBackpropagation() {
        Network linear = Network.of(
                "",
                Shape.of(3),
                new Dense(4, Activation.Simple.TANH),
                new Dense(5, Activation.Simple.LINEAR),
                new Dense(2, Activation.Simple.LINEAR));
        Model model = Model.initialise(linear, 4);
        Training propagation = training(new TargetPropagation(0.25f, 0x1p-20f));
        Trainer.Snapshot snapshot = Trainer.prepare(model, propagation, new ReferenceMachine())
                .get()
                .snapshot()
                .get();
        String state = "inverse of " + linear.places().get(1).label();
        assertThat(snapshot.states().keySet())
                .filteredOn(name -> name.startsWith("inverse of"))
                .containsExactly(state);
        float[] k = model.parameters().get("0.0.1.kernel").values();
        Shape shape = snapshot.states().get(state).shape();
        assertThat(shape).isEqualTo(Shape.of(5, 4));
        float[] v = new float[k.length];
        for (int i = 0; i < 4; i++) {
            for (int o = 0; o < 5; o++) {
                v[o * 4 + i] = k[i * 5 + o];
            }
        }
        snapshot.states().put(state, new Tensor(shape, v));
        Trainer t = Trainer.resume(model, propagation, snapshot, new ReferenceMachine())
                .get();
        Trainer b = Trainer.prepare(model, training(new Backpropagation()), new ReferenceMachine())
                .get();
        t.run(data(), true).get();
        b.run(data(), true).get();
        Model expected = b.model().get();
        t.model()
                .get()
                .parameters()
                .forEach((name, p) -> assertThat(p.values())
                        .as(name)
                        .isNotEqualTo(model.parameters().get(name).values())
                        .containsExactly(expected.parameters().get(name).values(), within(1e-5f)));
    }

    /** The inverse of a link that does not learn gets better and better at giving back what the link was given. */
    @Test
    void inversesLearn() {
        Training still = training(new TargetPropagation(0.25f, 0.5f)).with(Training.SCHEDULE, new Schedule.Constant(0));
        Trainer t = Trainer.prepare(MODEL, still, new ReferenceMachine()).get();
        double[] before = activations()[0];
        double[] after = activations()[1];
        List<Double> misses = new ArrayList<>();
        for (int run = 0; run < 200; run++) {
            t.run(data(), true).get();
            LinkedHashMap<String, Tensor> s = t.snapshot().get().states();
            float[] v = s.get("inverse of " + NETWORK.places().get(3).label()).values();
            float[] c = s.get("inverse's bias of " + NETWORK.places().get(3).label())
                    .values();
            double miss = 0;
            for (int n = 0; n < SAMPLES; n++) {
                for (int i = 0; i < 4; i++) {
                    double sum = c[i] - before[4 * n + i];
                    for (int o = 0; o < 5; o++) {
                        sum += after[5 * n + o] * v[4 * o + i];
                    }
                    miss += sum * sum;
                }
            }
            misses.add(miss);
        }
        assertThat(misses.get(0)).isGreaterThan(misses.get(20)).isGreaterThan(20 * misses.get(199));
    }

    @Test
    void machinesAgreeAndTrainingsResume() {
        for (Credit credit : List.of(new Tween(), new TargetPropagation())) {
            Training training = training(credit)
                    .with(Training.OPTIMIZER, new Sgd(0.9f, false))
                    .with(Training.SCHEDULE, new Schedule.Constant(0.125f))
                    .with(Training.BATCH, 3)
                    .with(Training.ACCUMULATE, 2)
                    .with(Training.EPOCHS, 3);
            Fit whole =
                    Fit.start(MODEL, training, data(), new ReferenceMachine()).get();
            while (!whole.done()) {
                whole.next().get();
            }
            try (GraalWasmHost host = new GraalWasmHost()) {
                Fit first = Fit.start(MODEL, training, data(), new WasmMachine(host))
                        .get();
                for (int i = 0; i < 4; i++) {
                    first.next().get();
                }
                Fit rest = Fit.resume(first.checkpoint().get(), data(), new WasmMachine(host))
                        .get();
                while (!rest.done()) {
                    rest.next().get();
                }
                assertThat(rest.model().get()).isEqualTo(whole.model().get());
            }
        }
    }

    /** The loss of guessing is log 2. */
    @Test
    void everyWayLearns() {
        for (Credit credit : List.of(new Backpropagation(), new Tween(), new TargetPropagation())) {
            assertThat(CreditComparison.best(credit, 1, 60, List.of(1), List.of(0.3f))
                            .loss())
                    .as(credit.toString())
                    .isLessThan(0.64);
        }
    }

    @Test
    void areJsonAndRefused() {
        Training training = training(new Tween(0.5f, 0.25f, 1));
        JsonWriter w = new JsonWriter();
        DeclaredJson.write(w, training);
        String text = w.finish();
        assertThat(text).contains("\"type\": \"tween\"");
        assertThat(DeclaredJson.read(Training.TYPE, Cursor.parse("t.json", text)))
                .isEqualTo(training);
        assertThatThrownBy(() -> training.with(Training.TICKS, 2))
                .isInstanceOf(FieldException.class)
                .hasMessageContaining("only backpropagation goes through ticks");
        Network wide = Network.of(
                "",
                Shape.of(2),
                new Dense(3000, Activation.Simple.TANH),
                new Dense(2000, Activation.Simple.TANH),
                new Dense(1, Activation.Simple.LINEAR));
        assertThatThrownBy(() -> TrainingGraph.of(wide, training(new TargetPropagation())))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("needs an inverse from 2000 to 3000 values");
    }
}
