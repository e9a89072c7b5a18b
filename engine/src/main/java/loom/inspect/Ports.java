package loom.inspect;

import java.util.List;
import loom.format.JsonWriter;
import loom.graph.Shape;
import loom.model.Network;
import loom.model.OnnxGraph;

/** Names and shapes of the inputs and outputs of a model that has several, or names for them. */
public final class Ports {
    private Ports() {}

    /** The keys {@code inputs} and {@code outputs} of an object, if there are names. Shapes are of one sample: the axis of the batch, -1 for none, has extent 1. */
    public static void write(JsonWriter w, Network network) {
        OnnxGraph.namedInputs(network).ifPresent(p -> list(w.key("inputs"), p));
        OnnxGraph.namedOutputs(network).ifPresent(p -> list(w.key("outputs"), p));
    }

    private static void list(JsonWriter w, List<OnnxGraph.Port> ports) {
        w.beginList();
        for (OnnxGraph.Port p : ports) {
            w.beginObject();
            w.key("name").text(p.name());
            w.key("shape").shape(Shape.of(p.dims().toArray()));
            w.key("batchAxis").whole(p.batchAxis());
            w.endObject();
        }
        w.endList();
    }
}
