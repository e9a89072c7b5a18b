package loom.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.JsonWriter;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Activation;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.FieldException;
import loom.model.Flatten;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;
import loom.numeric.Philox;
import loom.numeric.WeightType;
import loom.program.Compiler;
import loom.program.Program;
import loom.train.AdamW;
import loom.train.CheckpointJson;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Fit;
import loom.train.Sgd;
import loom.train.Training;
import loom.train.TrainingGraph;
import loom.train.Tween;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that layers compute with in training are those that are stored with fewer bits afterwards, to the bit. */
class QuantiseAwareTest {
    private static final Machine REFERENCE = new ReferenceMachine();
    private static final int SAMPLES = 24;

    /** Filters have their channels first, matrices last. */
    private static final Model MODEL = Model.initialise(
            Network.of(
                    "",
                    Shape.of(1, 6, 6),
                    new Conv(2, 4, Words.of(3, 3), Activation.Simple.RELU),
                    new Flatten(),
                    new Dense(9, Activation.Simple.TANH),
                    new Dense(3, Activation.Simple.LINEAR)),
            11);

    private static Dataset data() {
        float[] x = new float[36 * SAMPLES];
        float[] t = new float[SAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = Philox.uniform(5, i, 0, 0, 0) * 2 - 1;
        }
        for (int i = 0; i < SAMPLES; i++) {
            t[i] = x[36 * i] < 0 ? 0 : x[36 * i + 1] < 0 ? 1 : 2;
        }
        return new Dataset(Shape.of(1, 6, 6), x, Shape.of(1), t);
    }

    private static Training training(String type, int batch) {
        return Training.of(new CrossEntropy(true, 0, Optional.empty()), new AdamW(), 0.02f, batch)
                .with(Training.EPOCHS, 6)
                .with(Training.QUANTISE_AWARE, type);
    }

    private static Quantiser.Result stored(Model model, String type) {
        WeightType t = WeightType.of(type).orElseThrow();
        return Quantiser.quantise(
                model, new Quantisation(t, Quantisation.Per.CHANNEL, Quantisation.BLOCK, false, List.of()));
    }

    private static void same(Model a, Model b) {
        a.parameters()
                .forEach((name, t) -> assertThat(t.values())
                        .as(name)
                        .containsExactly(b.parameters().get(name).values()));
    }

    private static Execution observed(Model model, Training training) {
        Program p = Compiler.compile(TrainingGraph.observed(model.network(), training));
        Execution e = REFERENCE.prepare(p).get();
        model.parameters().forEach((name, t) -> NamedValues.write(e, name, t.values()));
        TrainingGraph.feed(e, training, data());
        e.run(new ScalarWords().random(model.seed(), 0).of(p));
        return e;
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4"})
    void whatIsStoredIsWhatTrainingComputedWith(String type) {
        // In the order of the data, as the sum of losses has an order.
        Training training = training(type, SAMPLES).with(Training.SHUFFLE, false);
        Fit fit = Fit.start(MODEL, training, data(), REFERENCE).get();
        while (!fit.done()) {
            Quantiser.Result stored = stored(fit.model().get(), type);
            same(stored.model(), fit.model().get());
            assertThat(stored.packed()).hasSize(3);
            Model read = ModelReader.read(
                    "m.json", ModelWriter.write(stored.model(), stored.packed()).getBytes(StandardCharsets.UTF_8));
            Execution e = observed(read, training);
            float loss = e.readFloats(e.program().output(TrainingGraph.LOSS)).get()[0];
            // The loss before the step, of the stored weights, is the loss that training itself had.
            assertThat(fit.next().get().loss()).isEqualTo(loss);
        }
    }

    @Test
    void weightsLearnByTheGradientOfTheRoundedOnes() {
        Training training = training("int4", SAMPLES).with(Training.OPTIMIZER, new Sgd());
        Fit fit = Fit.start(MODEL, training, data(), REFERENCE).get();
        Execution e = observed(fit.model().get(), training);
        fit.next().get();
        int moved = 0;
        for (String name : MODEL.network().trained()) {
            float[] before = MODEL.parameters().get(name).values();
            Tensor after = fit.trainer().snapshot().get().parameters().get(name);
            float[] d = e.readFloats(e.program().output(TrainingGraph.GRADIENT + name))
                    .get();
            for (int i = 0; i < d.length; i++) {
                assertThat(after.values()[i]).isCloseTo(before[i] - 0.02f * d[i], within(1e-7f));
                moved += d[i] == 0 ? 0 : 1;
            }
        }
        assertThat(moved).isGreaterThan(100);
    }

    @Test
    void machinesAgree() {
        Fit a = Fit.start(MODEL, training("int8", 7), data(), REFERENCE).get();
        Fit b = Fit.start(MODEL, training("int8", 7), data(), new WasmMachine(new GraalWasmHost()))
                .get();
        while (!a.done()) {
            assertThat(a.next().get().loss()).isEqualTo(b.next().get().loss());
        }
        same(a.model().get(), b.model().get());
        same(
                MODEL.withParameters(a.trainer().snapshot().get().parameters()),
                MODEL.withParameters(b.trainer().snapshot().get().parameters()));
    }

    @Test
    void checkpointsKeepTheWeightsThatLearn() {
        Fit whole = Fit.start(MODEL, training("int4", 7), data(), REFERENCE).get();
        for (int i = 0; i < 9; i++) {
            whole.next().get();
        }
        byte[] file = CheckpointJson.write(whole.checkpoint().get()).getBytes(StandardCharsets.UTF_8);
        Fit resumed =
                Fit.resume(CheckpointJson.read("c", file), data(), REFERENCE).get();
        assertThat(resumed.training()).isEqualTo(whole.training());
        while (!whole.done()) {
            whole.next().get();
            resumed.next().get();
        }
        same(whole.model().get(), resumed.model().get());
    }

    @Test
    void theOptionIsReadAndWritten() {
        Training t = training("int8", 4);
        JsonWriter w = new JsonWriter();
        DeclaredJson.write(w, t);
        String json = w.finish();
        assertThat(json).contains("\"quantise_aware\": \"int8\"");
        assertThat(DeclaredJson.read(Training.TYPE, Cursor.parse("t", json))).isEqualTo(t);
        assertThatThrownBy(() -> t.with(Training.QUANTISE_AWARE, "int2"))
                .isInstanceOf(FieldException.class)
                .hasMessageContaining("expected int8 or int4, found \"int2\"");
        assertThatThrownBy(() -> t.with(Training.CREDIT, new Tween()))
                .isInstanceOf(FieldException.class)
                .hasMessageContaining("only backpropagation learns weights that are rounded");
    }

    /** The scale is found again although the largest weight is a rounded product. */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void quantisingTwiceChangesNothing(WeightType type) {
        float[] w = new float[400 * 20];
        for (int i = 0; i < w.length; i++) {
            w[i] = (Philox.uniform(9, i, 0, 0, 0) * 2 - 1) * (1 + i % 20);
        }
        Network n = Network.of("", Shape.of(400), new Dense(20, Activation.Simple.LINEAR));
        Model m = Model.initialise(n, 1);
        m.parameters().put("0.0.0.kernel", new Tensor(Shape.of(400, 20), w));
        Model once = stored(m, type.label()).model();
        same(once, stored(once, type.label()).model());
    }
}
