package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Sgd;
import loom.train.Trainer;
import loom.train.Training;
import org.junit.jupiter.api.Test;

/** Name, frozen and disabled, which every layer can be given. */
class LayerOptionsTest {
    private static final Dense LAYER = new Dense(2, Activation.Simple.TANH);
    private static final LayerOptions NONE = LayerOptions.NONE;

    private static float[] run(Network network) {
        ModelRunner r = ModelRunner.open(new ReferenceMachine(), Model.initialise(network, 3))
                .get();
        return r.run(new float[] {0.5f, -1}, 1).get();
    }

    private static Model trained(Network network) {
        Trainer t = Trainer.prepare(
                        Model.initialise(network, 3),
                        Training.of(new CrossEntropy(), new Sgd(), 0.5f, 1),
                        new ReferenceMachine())
                .get();
        t.run(new Dataset(Shape.of(2), new float[] {0.5f, -1}, Shape.of(2), new float[] {1, 0}), true)
                .get();
        return t.model().get();
    }

    @Test
    void aNameIsPartOfTheLabelAndOfNothingElse() {
        Network plain = Network.of("", Shape.of(2), LAYER, new Sequential(List.of(LAYER)));
        Network named = Network.of(
                "",
                Shape.of(2),
                NONE.named("body").on(LAYER),
                NONE.named("tail").on(new Sequential(List.of(NONE.named("head").on(LAYER)))));
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 dense \"body\"",
                        "cell 0,0 layer 1 sequential \"tail\", layer 0 dense \"head\"",
                        "cell 0,0 layer 1 sequential \"tail\""),
                List.copyOf(NetworkLowering.inference(named).names().keySet()));
        assertEquals(plain.parameters(), named.parameters());
        assertArrayEquals(run(plain), run(named));
    }

    @Test
    void frozenParametersStay() {
        Layer frozen = NONE.asFrozen().on(new Sequential(List.of(LAYER, LAYER)));
        Network network = Network.of("", Shape.of(2), frozen, LAYER, new Softmax());
        assertEquals(List.of("0.0.1.kernel", "0.0.1.bias"), network.trained());
        Model before = Model.initialise(network, 3);
        Model after = trained(network);
        for (String name : before.parameters().keySet()) {
            boolean same =
                    before.parameters().get(name).equals(after.parameters().get(name));
            assertEquals(name.startsWith("0.0.0."), same, name);
        }
        // The frozen layers still take part: the trained ones differ from those of a network without them.
        assertNotEquals(
                after.parameters().get("0.0.1.kernel"),
                trained(Network.of("", Shape.of(2), new Flatten(), LAYER, new Softmax()))
                        .parameters()
                        .get("0.0.1.kernel"));
    }

    @Test
    void aDisabledLayerHandsOnAndKeepsItsParameters() {
        Layer disabled = NONE.asDisabled().on(new Sequential(List.of(LAYER, LAYER)));
        Network network = Network.of(
                "",
                Shape.of(2),
                disabled,
                LAYER,
                new Softmax(),
                NONE.asDisabled().on(LAYER));
        assertEquals(List.of("0.0.1.kernel", "0.0.1.bias"), network.trained());
        Model model = Model.initialise(network, 3);
        assertThat(model.parameters()).containsKeys("0.0.0.0.kernel", "0.0.0.1.bias", "0.0.3.kernel");
        Model plain = Model.initialise(Network.of("", Shape.of(2), LAYER, new Softmax()), 3);
        ModelRunner with = ModelRunner.open(new ReferenceMachine(), model).get();
        java.util.LinkedHashMap<String, Tensor> moved = new java.util.LinkedHashMap<>();
        moved.put("0.0.0.kernel", model.parameters().get("0.0.1.kernel"));
        moved.put("0.0.0.bias", model.parameters().get("0.0.1.bias"));
        ModelRunner without = ModelRunner.open(new ReferenceMachine(), plain.withParameters(moved))
                .get();
        float[] x = {0.5f, -1};
        assertArrayEquals(without.run(x, 1).get(), with.run(x, 1).get());
        Model after = trained(network);
        assertEquals(
                model.parameters().get("0.0.0.0.kernel"), after.parameters().get("0.0.0.0.kernel"));
        assertNotEquals(
                model.parameters().get("0.0.1.kernel"), after.parameters().get("0.0.1.kernel"));
    }

    @Test
    void onlyALayerThatKeepsTheShapeCanBeDisabled() {
        assertThatThrownBy(() ->
                        Network.of("", Shape.of(3), NONE.named("x").asDisabled().on(LAYER)))
                .isInstanceOf(LayerException.class)
                .hasMessage(
                        "cell 0,0 layer 0 dense \"x\": disabled, so it would hand on [3] where [2] is expected; only a"
                                + " layer that keeps the shape can be disabled");
    }

    @Test
    void keysStandBesideTheLayersOwn() {
        Model model = Model.initialise(
                Network.of(
                        "",
                        Shape.of(2),
                        new LayerOptions("head", true, true, Precision.F32).on(LAYER),
                        NONE.asFrozen().on(LAYER)),
                3);
        String text = ModelWriter.write(model);
        assertThat(text)
                .contains("\"type\": \"dense\",\n          \"name\": \"head\",\n          \"frozen\": true,\n"
                        + "          \"disabled\": true,\n          \"units\": 2");
        assertEquals(model, ModelReader.read("m.json", text));
        assertEquals(text, ModelWriter.write(ModelReader.read("m.json", text)));
        assertThatThrownBy(() -> ModelReader.read("m.json", text.replace("\"frozen\": true", "\"frozen\": 1")))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "m.json: $.cells[0].layers[0].frozen: cell 0,0 layer 0 dense: expected true or false, found 1");
        assertThatThrownBy(() -> ModelReader.read("m.json", text.replace("frozen", "frosen")))
                .hasMessageContaining("did you mean \"frozen\"?");
        assertThatThrownBy(() -> ModelReader.read("m.json", text.replace("\"head\"", "\"a\\nb\"")))
                .hasMessageContaining(
                        "layers[0].name: cell 0,0 layer 0 dense: expected one line of at most 200 characters");
        assertThatThrownBy(() -> ModelReader.read("m.json", text.replace("\"units\": 2", "\"units\": 0")))
                .hasMessageContaining("cell 0,0 layer 0 dense \"head\": expected a whole number");
    }

    @Test
    void optionsAreGivenOnce() {
        assertEquals(LAYER, NONE.on(NONE.asFrozen().on(LAYER)));
        assertThatThrownBy(() -> new Tagged(LAYER, NONE)).isInstanceOf(IllegalArgumentException.class);
    }
}
