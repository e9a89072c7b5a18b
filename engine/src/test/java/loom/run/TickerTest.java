package loom.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.Cursor;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Attention;
import loom.model.Concat;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.LayerOptions;
import loom.model.Model;
import loom.model.Network;
import loom.model.Parallel;
import loom.model.Recall;
import loom.model.Residual;
import loom.model.Sequential;
import loom.model.Tensor;
import loom.numeric.Philox;
import org.junit.jupiter.api.Test;

/** Networks as pipelines, tick by tick. */
class TickerTest {
    private static final Layer TANH = new Dense(3, Activation.Simple.TANH);

    private static Ticker open(Model model, int batch) {
        return Ticker.open(new ReferenceMachine(), model, batch).get();
    }

    private static Model model(Shape input, Layer... layers) {
        return Model.initialise(Network.of("", input, layers), 5);
    }

    private static float[] values(int count, int tick) {
        float[] v = new float[count];
        for (int i = 0; i < count; i++) {
            v[i] = Philox.uniform(3, i, tick, 0, 0) * 2 - 1;
        }
        return v;
    }

    @Test
    void ticksAsTheGoEngineDid() throws IOException {
        Cursor golden;
        try (var in = TickerTest.class.getResourceAsStream("/go-engine/training.json")) {
            golden = Cursor.parse("training.json", in.readAllBytes());
        }
        Model model = model(
                Shape.of(4),
                new Dense(5, Activation.Simple.TANH),
                new Dense(4, new Activation.LeakyRelu(0.1f)),
                new Dense(3, Activation.Simple.SIGMOID));
        LinkedHashMap<String, Tensor> parameters = model.parameters();
        List<Cursor> layers = golden.member("base").elements();
        for (int i = 0; i < layers.size(); i++) {
            for (String name : List.of("kernel", "bias")) {
                String full = "0.0." + i + "." + name;
                float[] recorded =
                        layers.get(i).member(name.equals("bias") ? "B" : "K").reals();
                parameters.put(full, new Tensor(parameters.get(full).shape(), recorded));
            }
        }
        Ticker t = open(model.withParameters(parameters), 1);
        List<Cursor> outputs = golden.member("step").member("outputs").elements();
        List<Cursor> x = golden.member("x").elements();
        for (int k = 0; k < outputs.size(); k++) {
            t.set(x.get(k % 3).reals()).get();
            assertThat(t.tick().get())
                    .as("tick " + k)
                    .containsExactly(outputs.get(k).reals(), within(1e-5f));
        }
    }

    /** An input comes out after as many ticks as there are layers, with the bits of a run; layers of all kinds, in batches. */
    @Test
    void aChainGivesWhatARunGaveTicksAgo() {
        Layer off = LayerOptions.NONE.asDisabled().on(TANH);
        for (Model model : List.of(
                model(Shape.of(3), TANH, off, new LayerNorm(), new Dense(2, Activation.Simple.GELU)),
                model(Shape.of(2, 4, 4), new Conv(2, 3, Words.of(2), Activation.Simple.RELU), new Flatten(), TANH),
                model(
                        Shape.of(4, 6),
                        Attention.of(2).causal(),
                        new Residual(List.of(new LayerNorm(), Attention.of(2)))),
                model(Shape.of(3), TANH, new ActivationLayer(Activation.Simple.LINEAR)),
                model(Shape.of(3), new Sequential(List.of(TANH, TANH))))) {
            int batch = 2;
            Ticker ticker = open(model, batch);
            ModelRunner runner = ModelRunner.open(new ReferenceMachine(), model).get();
            int stations = ticker.stations().size();
            int width = batch * model.network().input().elements(1);
            for (int t = 0; t < stations + 3; t++) {
                ticker.set(values(width, t)).get();
                float[] y = ticker.tick().get();
                assertThat(ticker.layer(stations - 1).get()).isEqualTo(y);
                if (t >= stations - 1) {
                    assertThat(y)
                            .isEqualTo(runner.run(values(width, t - stations + 1), batch)
                                    .get());
                }
            }
            assertThat(ticker.ticks()).isEqualTo(stations + 3);
        }
    }

    /** What is read by name is as old as the tick before; the network's input is of this tick. */
    @Test
    void namesSeeTheTickBefore() {
        Model model = model(
                Shape.of(1),
                LayerOptions.NONE.named("first").on(new Sequential(List.of())),
                new Sequential(List.of(LayerOptions.NONE.named("inner").on(new Sequential(List.of())))),
                new Parallel(
                        List.of(
                                new Sequential(List.of()),
                                new Recall("first"),
                                new Recall("inner"),
                                new Recall("input")),
                        new Concat()));
        Ticker t = open(model, 1);
        for (int k = 1; k < 8; k++) {
            t.set((float) k).get();
            float[] y = t.tick().get();
            assertThat(y).containsExactly(Math.max(0, k - 2), k - 1, Math.max(0, k - 2), k);
        }
    }

    @Test
    void theInputStaysUntilItIsSetAgainAndAResetEmptiesThePipeline() {
        Model model = model(Shape.of(2), TANH, TANH);
        Ticker t = open(model, 1);
        float[] zeros = t.tick().get();
        t.set(1, -1).get();
        t.tick().get();
        float[] first = t.tick().get();
        assertThat(t.tick().get()).isEqualTo(first).isNotEqualTo(zeros);
        t.reset().get();
        assertThat(t.ticks()).isZero();
        assertThat(t.tick().get()).isEqualTo(zeros);
        assertThat(t.tick().get()).isEqualTo(first);
        assertThatThrownBy(() -> t.set(1).get())
                .isInstanceOf(ShapeException.class)
                .hasMessage("input: expected 2 numbers for 1 samples of [2], found 1");
        t.close();
        assertThatThrownBy(() -> t.tick().get()).hasMessage("the pipeline is closed");
    }

    @Test
    void pipelinesOfABatchDoNotSeeEachOtherAndMachinesAgree() {
        Model model = model(Shape.of(2), TANH, new LayerNorm(), TANH);
        try (GraalWasmHost host = new GraalWasmHost()) {
            Ticker three = Ticker.open(new WasmMachine(host), model, 3).get();
            List<Ticker> each = List.of(open(model, 1), open(model, 1), open(model, 1));
            for (int t = 0; t < 5; t++) {
                float[] x = values(6, t);
                three.set(x).get();
                float[] y = three.tick().get();
                for (int i = 0; i < 3; i++) {
                    each.get(i).set(Arrays.copyOfRange(x, 2 * i, 2 * i + 2)).get();
                    assertThat(each.get(i).tick().get()).isEqualTo(Arrays.copyOfRange(y, 3 * i, 3 * i + 3));
                }
            }
        }
    }
}
