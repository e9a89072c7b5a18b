package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Cell;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Grid;
import loom.model.Initialiser;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.Reshape;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read back the same, and written again with the same bytes. */
class RoundTripTest {
    static Stream<Network> networks() {
        List<Layer> activations = new ArrayList<>();
        for (Activation a : Activation.Simple.values()) {
            activations.add(new Dense(3, a));
            activations.add(new ActivationLayer(a));
        }
        activations.add(new Dense(3, new Activation.LeakyRelu(0.1f), false));
        activations.add(new ActivationLayer(new Activation.LeakyRelu(Activation.LeakyRelu.DEFAULT_SLOPE)));
        List<Layer> initialisers = new ArrayList<>();
        for (Initialiser i : Initialiser.Scaled.values()) {
            initialisers.add(new Dense(4, Activation.Simple.RELU, true, i));
        }
        initialisers.add(new Dense(4, Activation.Simple.RELU, true, new Initialiser.Constant(0.3f)));
        initialisers.add(new Dense(4, Activation.Simple.RELU, true, new Initialiser.Uniform(-0.25f, 1e-7f)));
        initialisers.add(new Dense(4, Activation.Simple.RELU, true, new Initialiser.Normal(0.02f)));
        Layer nested = new Sequential(List.of(
                new Dense(5, Activation.Simple.TANH),
                new Sequential(List.of(new Dense(2, Activation.Simple.SIGMOID), new Softmax()))));
        return Stream.of(
                Network.of("activations \"all\" \\ ü 🧵", Shape.of(2), activations.toArray(new Layer[0])),
                Network.of("initialisers", Shape.of(7), initialisers.toArray(new Layer[0])),
                Network.of("", Shape.of(3), nested, new Softmax(new SoftmaxKind.Temperature(0.7f))),
                Network.of(
                        "shapes",
                        Shape.of(2, 3, 4),
                        new Dense(5, Activation.Simple.GELU),
                        new Flatten(),
                        new Reshape(Shape.of(5, 6))),
                new Network(
                        "grid",
                        Shape.of(4),
                        new Grid(
                                2,
                                2,
                                List.of(
                                        Cell.of(
                                                new Dense(3, Activation.Simple.RELU),
                                                new Dense(2, Activation.Simple.SILU)),
                                        Cell.of(),
                                        Cell.of(nested),
                                        Cell.of(new Softmax())))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void writingIsExactAndIdempotent(Network network) {
        Model model = Model.initialise(network, 42);
        String text = ModelWriter.write(model);
        LoadedModel loaded = ModelReader.load("model.json", text);
        assertEquals(model, loaded.model());
        assertEquals(0, loaded.door().changed());
        assertThat(loaded.notes()).isEmpty();
        assertEquals(text, ModelWriter.write(loaded.model()));
        assertEquals(text, ModelWriter.write(ModelReader.read("model.json", Utf8.encode(text))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void aNetworkWithoutParametersIsInitialisedFromItsSeed(Network network) {
        Model model = Model.initialise(network, Model.DEFAULT_SEED);
        String bare =
                ModelWriter.write(model).replaceAll(",\\s*\"parameters\": \\{(\\s*\"\\w+\": \\{[^}]*},?)*\\s*}", "");
        assertThat(bare).doesNotContain("parameters");
        assertEquals(model, ModelReader.read("model.json", bare));
        assertEquals(model, ModelReader.read("model.json", bare.replace("\"seed\": 1,", "")));
    }

    @Test
    void theDoorRoundsAndCounts() {
        Network network = Network.of("n", Shape.of(1), new Dense(3, Activation.Simple.LINEAR, false));
        float[] values = {Float.MIN_VALUE, -0f, 0x1.8p-60f};
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("0.0.0.kernel", new Tensor(Shape.of(1, 3), values));
        String text = ModelWriter.write(new Model(network, parameters, 1, new LinkedHashMap<>()));
        LoadedModel loaded = ModelReader.load("model.json", text);
        assertEquals(new DoorReport(3, 3), loaded.door());
        assertThat(loaded.model().parameters().get("0.0.0.kernel").values()).containsExactly(0f, 0f, 0x1p-59f);
        assertEquals(
                new DoorReport(3, 0),
                ModelReader.load("again.json", ModelWriter.write(loaded.model()))
                        .door());
    }

    @Test
    void metadataKeepsItsOrder() {
        Model plain = Model.initialise(Network.of("n", Shape.of(1), new Softmax()), 3);
        LinkedHashMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("licence", "CC0");
        metadata.put("author", "A. B.\nC. D.");
        Model model = new Model(plain.network(), plain.parameters(), 3, metadata);
        Model read = ModelReader.read("m.json", ModelWriter.write(model));
        assertEquals(List.of("licence", "author"), List.copyOf(read.metadata().keySet()));
        assertEquals(model, read);
    }

    @Test
    void tensorsCarryBitsOnRequest() {
        Tensor t = new Tensor(Shape.of(1, 3), new float[] {1f, -0.1f, 0x1p-60f});
        String text = TensorJson.write(t, true);
        assertThat(text).contains("\"0x3f800000\"");
        assertEquals(t, TensorJson.read("y.json", text));
        assertEquals(t, TensorJson.read("y.json", TensorJson.write(t, false)));
        ModelException e = assertThrows(
                ModelException.class, () -> TensorJson.read("y.json", text.replace("0x3f800000", "0x3f800001")));
        assertThat(e).hasMessageContaining("$.data[0]").hasMessageContaining("0x3f800001");
    }
}
