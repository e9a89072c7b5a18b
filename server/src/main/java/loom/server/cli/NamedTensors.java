package loom.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.JsonWriter;
import loom.format.TensorJson;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.model.Network;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.model.OnnxGraph.Port;
import loom.model.Tensor;

/** Inputs and outputs of networks that have several: {@code {"inputs": {"a": {"shape", "data"}, ...}}}. */
final class NamedTensors {
    private static final String INPUTS = "inputs";

    private NamedTensors() {}

    /** An input file as the network takes it. */
    static Tensor read(Path file, Network network) {
        Cursor root = Cursor.parse(file.toString(), Disk.read(file));
        if (!root.isObject() || !root.has(INPUTS)) {
            return TensorJson.read(root);
        }
        root.allow(List.of(INPUTS));
        List<Port> ports = OnnxGraph.namedInputs(network)
                .orElseThrow(() -> new CommandFailed(file + ": $.inputs: this model has one input without a name"));
        Cursor inputs = root.member(INPUTS);
        List<String> names = new ArrayList<>();
        ports.forEach(p -> names.add(p.name()));
        inputs.allow(names);
        Map<String, float[]> values = new LinkedHashMap<>();
        int batch = 0;
        for (Port p : ports) {
            Tensor t = TensorJson.read(inputs.member(p.name()));
            int own = batch(file, p, t.shape());
            if (batch != 0 && own != batch) {
                throw new CommandFailed(
                        file + ": $.inputs." + p.name() + ": " + own + " samples, the others have " + batch);
            }
            batch = own;
            values.put(p.name(), t.values());
        }
        return new Tensor(network.input().insert(0, Extent.of(batch)), Onnx.pack(ports, values, batch));
    }

    private static int batch(Path file, Port p, Shape found) {
        if (p.batchAxis() < 0
                ? found.equals(p.shape())
                : found.rank() == p.shape().rank()) {
            if (p.batchAxis() < 0) {
                return 1;
            }
            if (found.remove(p.batchAxis()).equals(p.sample())) {
                return found.dim(p.batchAxis());
            }
        }
        throw new CommandFailed(file + ": $.inputs." + p.name() + ".shape: expected " + p.shape() + ", found " + found);
    }

    /** An output as JSON: by names, if there are several. */
    static String write(Network network, Tensor y, int batch, boolean bits) {
        Optional<List<Port>> ports = OnnxGraph.namedOutputs(network);
        if (ports.isEmpty() || ports.get().size() == 1) {
            return TensorJson.write(y, bits);
        }
        Map<String, float[]> values = Onnx.unpack(ports.get(), y.values(), batch);
        JsonWriter w = new JsonWriter().beginObject().key("outputs").beginObject();
        for (Port p : ports.get()) {
            TensorJson.write(w.key(p.name()), new Tensor(Shape.of(p.shape().at(batch)), values.get(p.name())), bits);
        }
        return w.endObject().endObject().finish();
    }
}
