package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** Layers that read what earlier ones gave. */
class NamesTest {
    private static final Shape INPUT = Shape.of(2);

    private static Layer named(String name, Layer layer) {
        return LayerOptions.NONE.named(name).on(layer);
    }

    /** Multiplies by {@code factor}, adding up nothing: for two inputs the sum of both times it. */
    private static Layer sums(int units, float factor) {
        return new Dense(units, Activation.Simple.LINEAR, false, new Initialiser.Constant(factor));
    }

    private static Network network(Layer... layers) {
        return Network.of("", INPUT, layers);
    }

    private static float[] answer(Network network, float... x) {
        return ModelRunner.open(new ReferenceMachine(), Model.initialise(network, 1))
                .get()
                .run(x, x.length / network.input().elements(1))
                .get();
    }

    private static void refused(String message, Layer... layers) {
        assertThatThrownBy(() -> network(layers))
                .isInstanceOf(LayerException.class)
                .hasMessage(message);
    }

    @Test
    void theInputAndEarlierLayersAreThereAgain() {
        assertArrayEquals(new float[] {1, 2, 3, 4}, answer(network(sums(3, 1), new Recall("input")), 1, 2, 3, 4));
        assertArrayEquals(
                new float[] {6, 14},
                answer(network(named("twice", sums(1, 2)), sums(2, 5), new Recall("twice")), 1, 2, 3, 4));
    }

    @Test
    void namesGoAcrossCellsAndIntoLayers() {
        Layer skip = new Residual(List.of(new Sequential(List.of(new Recall("start")))));
        Grid grid = new Grid(
                1,
                2,
                List.of(
                        Cell.of(new Residual(List.of(named("start", sums(2, 1)), sums(2, 0.5f)))),
                        Cell.of(sums(2, 10), skip)));
        Network network = new Network("", INPUT, grid);
        assertEquals(Shape.of(2), network.output());
        // start = (3, 3); cell 0 gives x + (3, 3); the second (9, 9)·10 + start
        assertArrayEquals(new float[] {93, 93}, answer(network, 1, 2));
    }

    @Test
    void insideOneLayerTheShapeIsSaid() {
        Layer all = new Sequential(
                List.of(named("start", sums(3, 1)), sums(1, 2), new Recall(Earlier.of("start", Shape.of(3)))));
        assertArrayEquals(new float[] {3, 3, 3}, answer(network(all), 1, 2));
        refused(
                "cell 0,0 layer 0 sequential, layer 1 recall: from \"start\": is inside the same layer of the cell, so say"
                        + " its shape: {\"from\": \"start\", \"shape\": [...]}",
                new Sequential(List.of(named("start", sums(3, 1)), new Recall("start"))));
        refused(
                "cell 0,0 layer 0 sequential, layer 1 recall: from \"start\" [2]: it is [3]",
                new Sequential(List.of(named("start", sums(3, 1)), new Recall(Earlier.of("start", Shape.of(2))))));
    }

    @Test
    void aDisabledLayerGaveItsInput() {
        Layer off = LayerOptions.NONE.named("off").asDisabled().on(sums(2, 7));
        assertArrayEquals(new float[] {1, 2}, answer(network(off, sums(2, 3), new Recall("off")), 1, 2));
    }

    @Test
    void whatCannotBeFoundIsSaid() {
        Layer start = named("start", sums(2, 1));
        refused(
                "cell 0,0 layer 1 recall \"mine\": from \"begin\": no layer has this name; known: input, start",
                start,
                named("mine", new Recall("begin")));
        refused(
                "cell 0,0 layer 0 recall: from \"start\": comes from cell 0,0 layer 1 dense \"start\", which does not run"
                        + " before",
                new Recall("start"),
                start);
        refused(
                "cell 0,0 layer 0 residual \"around\", layer 0 recall: from \"around\": comes from cell 0,0 layer 0"
                        + " residual \"around\", which does not run before",
                named("around", new Residual(List.of(new Recall("around")))));
        refused(
                "cell 0,0 layer 2 recall: from \"start\": cell 0,0 layer 0 dense \"start\" and cell 0,0 layer 1 residual,"
                        + " layer 0 dense \"start\" have this name",
                start,
                new Residual(List.of(start)),
                new Recall("start"));
        refused(
                "cell 0,0 layer 1 recall: from \"input\": the network's input and cell 0,0 layer 0 dense \"input\" have this"
                        + " name",
                named("input", sums(2, 1)),
                new Recall("input"));
        refused(
                "cell 0,0 layer 1 recall: from \"start\" [3]: it is [2]",
                start,
                new Recall(Earlier.of("start", Shape.of(3))));
        assertThatThrownBy(() -> new Recall(""))
                .hasMessage("from: expected the name of a layer that runs before, or \"input\" for the network's input,"
                        + " found \"\"");
        network(start, start, named("input", sums(2, 1)));
    }

    @Test
    void filesKeepNamesAndShapes() {
        Network network = network(
                named("start", sums(3, 1)),
                new Sequential(List.of(
                        named("inner", sums(2, 1)), new Recall("start"), new Recall(Earlier.of("inner", INPUT)))));
        Model model = Model.initialise(network, 1);
        String text = ModelWriter.write(model);
        assertThat(text).contains("\"from\": \"start\"").contains("\"from\": {\"from\": \"inner\", \"shape\": [2]}");
        assertEquals(model, ModelReader.read("model.json", text));
        assertEquals(text, ModelWriter.write(ModelReader.read("model.json", text)));
    }

    @Test
    void slices() {
        assertArrayEquals(
                new float[] {2, 5}, answer(Network.of("", Shape.of(3), new Slice(0, 1, 1)), 1, 2, 3, 4, 5, 6));
        assertArrayEquals(
                new float[] {2, 3, 5, 6}, answer(Network.of("", Shape.of(2, 3), new Slice(1, 1, 2)), 1, 2, 3, 4, 5, 6));
        refused("cell 0,0 layer 0 slice: slice of 2 elements from 1 on along axis 0 of [2]", new Slice(0, 1, 2));
        refused("cell 0,0 layer 0 slice: slice of 1 elements from 0 on along axis 1 of [2]", new Slice(1, 0, 1));
    }
}
