package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import loom.format.ModelReader;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Feed-forward layers and positions. */
class FeedForwardTest {
    private static float[] answer(Model model, float... x) {
        return ModelRunner.open(new ReferenceMachine(), model).get().run(x, 1).get();
    }

    private static Model withOwn(Network network, String name, float... values) {
        Model model = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> p = model.parameters();
        p.put("0.0.0." + name, new Tensor(p.get("0.0.0." + name).shape(), values));
        return model.withParameters(p);
    }

    private static Network network(Layer layer) {
        return Network.of("", Shape.of(1), layer);
    }

    private static FeedForward constant(boolean gated, Activation f, float weight) {
        return new FeedForward(gated, 2, f, true, true, new Initialiser.Constant(weight));
    }

    /** All matrices are 0.5 everywhere: y = 2·f(x/2)·0.5, gated 2·f(x/2)·(x/2)·0.5. */
    @Test
    void computesTheFormula() {
        double s = 1 / (1 + Math.exp(-1.5));
        assertThat(answer(Model.initialise(network(constant(true, Activation.Simple.SILU, 0.5f)), 1), 3)[0])
                .isCloseTo((float) (1.5 * s * 1.5), Offset.offset(1e-6f));
        assertThat(answer(Model.initialise(network(constant(false, Activation.Simple.RELU, 0.5f)), 1), 3))
                .containsExactly(1.5f);
        assertThat(answer(Model.initialise(network(constant(false, Activation.Simple.RELU, 0.5f)), 1), -3))
                .containsExactly(0f);
        assertThat(answer(Model.initialise(network(constant(true, Activation.Simple.RELU, 0.5f)), 1), 3))
                .containsExactly(2.25f);
    }

    @Test
    void everyBiasHasItsPlace() {
        Network gated = network(constant(true, Activation.Simple.RELU, 0.5f));
        assertThat(answer(withOwn(gated, "gate_bias", 1, 0), 2)).containsExactly(0.5f * (2 * 1 + 1 * 1));
        assertThat(answer(withOwn(gated, "up_bias", 1, -1), 2)).containsExactly(0.5f * (1 * 2 + 0));
        assertThat(answer(withOwn(gated, "down_bias", 7), 2)).containsExactly(0.5f * 2 + 7);
        assertEquals(
                List.of("0.0.0.gate", "0.0.0.up", "0.0.0.down"),
                List.copyOf(network(new FeedForward(true, 3, Activation.Simple.GELU, false))
                        .parameters()
                        .keySet()));
    }

    @Test
    void filesSayWhich() {
        String file =
                "{\"format\": \"loom\", \"version\": 1, \"input\": {\"shape\": [4, 2]}, \"grid\": {\"rows\": 1, \"columns\":"
                        + " 1}, \"cells\": [{\"row\": 0, \"column\": 0, \"layers\": [{\"type\": \"mlp\", \"units\": 3}, {\"type\": \"gated\","
                        + " \"units\": 5, \"output_bias\": false}, {\"type\": \"gated\", \"units\": 5, \"activation\": \"gelu\"},"
                        + " {\"type\": \"positional\", \"table\": \"sinusoidal\"}]}]}";
        assertEquals(
                List.of(
                        new FeedForward(false, 3, Activation.Simple.GELU, true),
                        new FeedForward(
                                true, 5, Activation.Simple.SILU, true, false, Initialiser.Scaled.GLOROT_UNIFORM),
                        new FeedForward(true, 5, Activation.Simple.GELU, true),
                        new Positional(new PositionTable.Sinusoidal(10000))),
                ModelReader.read("f", file).network().grid().cell(0, 0).layers());
    }

    @Test
    void sinusoidsAreThoseOfThePaper() {
        Model model =
                Model.initialise(Network.of("", Shape.of(3, 4), new Positional(new PositionTable.Sinusoidal(100))), 1);
        float[] y = answer(model, new float[12]);
        for (int p = 0; p < 3; p++) {
            for (int i = 0; i < 2; i++) {
                double angle = p * Math.pow(100, -i / 2.0);
                assertThat((double) y[4 * p + 2 * i]).isCloseTo(Math.sin(angle), Offset.offset(2e-7));
                assertThat((double) y[4 * p + 2 * i + 1]).isCloseTo(Math.cos(angle), Offset.offset(2e-7));
            }
        }
        assertThatThrownBy(() -> Network.of("", Shape.of(3, 5), new Positional(new PositionTable.Sinusoidal(100))))
                .hasMessageEndingWith("positional: sinusoidal positions are pairs, not 5 features");
        assertThatThrownBy(() -> Network.of("", Shape.of(3), new Positional(new PositionTable.Learned())))
                .hasMessageEndingWith("positional: positional needs [positions, features], not [3]");
    }

    @Test
    void learnedPositionsAreAdded() {
        Network network = Network.of("", Shape.of(2, 2), new Positional(new PositionTable.Learned()));
        assertThat(answer(withOwn(network, "table", 1, 2, 3, 4), 10, 20, 30, 40))
                .containsExactly(11, 22, 33, 44);
    }

    /** A block as the Llama models have it. */
    @Test
    void composedToABlock() {
        Layer attention = new Residual(List.of(
                new RmsNorm(),
                Attention.of(4)
                        .withKeyValueHeads(2)
                        .causal()
                        .with(new Rope.Rotary(false))
                        .withBiases(false, false)));
        Layer feedForward =
                new Residual(List.of(new RmsNorm(), new FeedForward(true, 20, Activation.Simple.SILU, false)));
        LayerCheck.of(Network.of("", Shape.of(5, 8), attention, feedForward, attention, feedForward))
                .run();
    }
}
