package loom.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import loom.model.OnnxGraph;

/**
 * What an ONNX file says, read and checked but not understood yet.
 *
 * @param opsets version of every domain of operators; ONNX's own is ""
 */
record OnnxFile(String file, String producer, LinkedHashMap<String, Long> opsets, Graph graph) {
    /** A graph, of the file or inside a node. */
    record Graph(
            String path,
            String name,
            List<Node> nodes,
            LinkedHashMap<String, Known> initialisers,
            List<Port> inputs,
            List<Port> outputs) {}

    /** {@code path} as in {@code $.graph.node[3]}. */
    record Node(
            String path,
            String op,
            String domain,
            String name,
            List<String> inputs,
            List<String> outputs,
            LinkedHashMap<String, Attribute> attributes) {
        /** For messages. */
        String label() {
            return op + (name.isEmpty() ? "" : " \"" + name + "\"");
        }
    }

    /** Value of an attribute. */
    sealed interface Attribute {
        record Plain(OnnxGraph.Attribute value) implements Attribute {}

        record Tensor(Known value) implements Attribute {}

        record Inner(Graph graph) implements Attribute {}
    }

    /**
     * A value that enters or leaves.
     *
     * @param shaped whether the file says the shape
     */
    record Port(String path, String name, int type, List<Dim> dims, boolean shaped) {}

    /** An extent: a number, or a name ("" if it has none) where {@code size} is negative. */
    record Dim(long size, String name) {}
}
