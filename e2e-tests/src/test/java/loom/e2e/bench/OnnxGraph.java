package loom.e2e.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import loom.model.Tensor;

/** Builds an ONNX model file; field numbers are those of {@code onnx.proto}. */
public final class OnnxGraph {
    /** Extents of inputs and outputs that the file leaves open, under these names. */
    public static final int BATCH = -1;

    public static final int TIME = -2;

    private static final int IR_VERSION = 8;
    private static final int OPERATORS_VERSION = 17;

    /** Of tensors. */
    private static final int FLOAT = 1;

    private static final int INT64 = 7;

    /** Of attributes. */
    private static final int INT = 2;

    private static final int INTS = 7;

    private final Protobuf graph = new Protobuf();
    private int nodes;

    /** What an operator is told beside its inputs. */
    public record Attribute(Protobuf message) {
        public static Attribute of(String name, int value) {
            return new Attribute(new Protobuf().text(1, name).whole(3, value).whole(20, INT));
        }

        public static Attribute list(String name, int... values) {
            Protobuf message = new Protobuf().text(1, name).whole(20, INTS);
            for (int value : values) {
                message.whole(8, value);
            }
            return new Attribute(message);
        }
    }

    /** A value that is part of the model; its name. */
    public String constant(String name, Tensor value) {
        return constant(
                name, FLOAT, Floats.toBytes(value.values()), value.shape().dims());
    }

    /** A shape, as operators take it; its name. */
    public String shape(String name, int... extents) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * extents.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int extent : extents) {
            bytes.putLong(extent);
        }
        return constant(name, INT64, bytes.array(), extents.length);
    }

    private String constant(String name, int type, byte[] content, int... dims) {
        Protobuf tensor = new Protobuf();
        for (int dim : dims) {
            tensor.whole(1, dim);
        }
        graph.message(5, tensor.whole(2, type).text(8, name).bytes(9, content));
        return name;
    }

    public OnnxGraph input(String name, int... shape) {
        graph.message(11, value(name, shape));
        return this;
    }

    public OnnxGraph output(String name, int... shape) {
        graph.message(12, value(name, shape));
        return this;
    }

    /** Applies an operator; the name of its output. */
    public String node(String operator, List<String> inputs, String output, Attribute... attributes) {
        node(operator, inputs, List.of(output), attributes);
        return output;
    }

    public void node(String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
        Protobuf node = new Protobuf();
        inputs.forEach(name -> node.text(1, name));
        outputs.forEach(name -> node.text(2, name));
        node.text(3, operator + nodes++).text(4, operator);
        for (Attribute attribute : attributes) {
            node.message(5, attribute.message());
        }
        graph.message(1, node);
    }

    public byte[] toBytes() {
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
            dims.message(1, dimension(extent));
        }
        Protobuf tensor = new Protobuf().whole(1, FLOAT).message(2, dims);
        return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
    }

    private static Protobuf dimension(int extent) {
        return switch (extent) {
            case BATCH -> new Protobuf().text(2, "batch");
            case TIME -> new Protobuf().text(2, "time");
            default -> new Protobuf().whole(1, extent);
        };
    }
}
