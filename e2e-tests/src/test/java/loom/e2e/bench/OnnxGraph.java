package loom.e2e.bench;

import java.util.List;
import java.util.Map;
import loom.model.Tensor;

/** Builds an ONNX model file; field numbers are those of {@code onnx.proto}. */
final class OnnxGraph {
    private static final int IR_VERSION = 8;
    private static final int OPERATORS_VERSION = 17;
    private static final int FLOAT = 1;
    private static final int INT = 2;
    private static final int INTS = 7;

    private final Protobuf graph = new Protobuf();
    private int nodes;

    /** A value that is part of the model. */
    OnnxGraph constant(String name, Tensor value) {
        Protobuf tensor = new Protobuf();
        for (int axis = 0; axis < value.shape().rank(); axis++) {
            tensor.whole(1, value.shape().dim(axis));
        }
        tensor.whole(2, FLOAT).text(8, name).bytes(9, Floats.toBytes(value.values()));
        graph.message(5, tensor);
        return this;
    }

    OnnxGraph input(String name, int... shape) {
        graph.message(11, value(name, shape));
        return this;
    }

    OnnxGraph output(String name, int... shape) {
        graph.message(12, value(name, shape));
        return this;
    }

    /** Applies an operator; {@code attributes} are whole numbers. */
    OnnxGraph node(String operator, List<String> inputs, String output, Map<String, Integer> attributes) {
        Protobuf node = operator(operator, inputs, output);
        attributes.forEach((name, value) ->
                node.message(5, new Protobuf().text(1, name).whole(3, value).whole(20, INT)));
        graph.message(1, node);
        return this;
    }

    /** Axis i of the output is axis {@code axes[i]} of the input. */
    OnnxGraph transpose(String input, String output, int... axes) {
        Protobuf order = new Protobuf().text(1, "perm").whole(20, INTS);
        for (int axis : axes) {
            order.whole(8, axis);
        }
        graph.message(1, operator("Transpose", List.of(input), output).message(5, order));
        return this;
    }

    private Protobuf operator(String type, List<String> inputs, String output) {
        Protobuf node = new Protobuf();
        inputs.forEach(name -> node.text(1, name));
        return node.text(2, output).text(3, type + nodes++).text(4, type);
    }

    byte[] toBytes() {
        graph.text(2, "graph");
        Protobuf operators = new Protobuf().text(1, "").whole(2, OPERATORS_VERSION);
        return new Protobuf()
                .whole(1, IR_VERSION)
                .text(2, "loom-bench")
                .message(7, graph)
                .message(8, operators)
                .toBytes();
    }

    private static Protobuf value(String name, int... shape) {
        Protobuf dims = new Protobuf();
        for (int extent : shape) {
            dims.message(1, new Protobuf().whole(1, extent));
        }
        Protobuf tensor = new Protobuf().whole(1, FLOAT).message(2, dims);
        return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
    }
}
