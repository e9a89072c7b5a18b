package loom.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.FloatBytes;
import loom.model.Tensor;

/** Builds an ONNX model file; field numbers are those of {@code onnx.proto}. */
public final class OnnxWriter {
    /** Extents of inputs and outputs that the file leaves open, under these names. */
    public static final int BATCH = -1;

    public static final int TIME = -2;

    /** Of tensors. */
    static final int FLOAT = 1;

    static final int INT8 = 3;
    static final int INT32 = 6;
    static final int FLOAT16 = 10;
    static final int BFLOAT16 = 16;
    static final int INT64 = 7;
    static final int BOOL = 9;

    /** Of attributes. */
    private static final int REAL = 1;

    private static final int INT = 2;
    private static final int TEXT = 3;
    private static final int INTS = 7;
    private static final int TEXTS = 8;

    /** Opset that came with version 9 of the file format. */
    private static final int FIRST_OF_FORMAT_9 = 20;

    private final ProtobufWriter graph = new ProtobufWriter();
    private final String producer;
    private final int opset;
    private int nodes;

    /** {@code opset}: version of the operators. */
    public OnnxWriter(String producer, int opset) {
        this.producer = producer;
        this.opset = opset;
    }

    /** What an operator is told beside its inputs. */
    public static final class Attribute {
        private final ProtobufWriter message;

        private Attribute(String name, int type) {
            message = new ProtobufWriter().text(1, name).whole(20, type);
        }

        public static Attribute of(String name, int value) {
            Attribute a = new Attribute(name, INT);
            a.message.whole(3, value);
            return a;
        }

        static Attribute real(String name, float value) {
            Attribute a = new Attribute(name, REAL);
            a.message.real(2, value);
            return a;
        }

        static Attribute text(String name, String value) {
            Attribute a = new Attribute(name, TEXT);
            a.message.text(4, value);
            return a;
        }

        static Attribute texts(String name, List<String> values) {
            Attribute a = new Attribute(name, TEXTS);
            values.forEach(v -> a.message.text(9, v));
            return a;
        }

        public static Attribute list(String name, int... values) {
            Attribute a = new Attribute(name, INTS);
            for (int value : values) {
                a.message.whole(8, value);
            }
            return a;
        }
    }

    /** A value that is part of the model; its name. */
    public String constant(String name, Tensor value) {
        return constant(
                name, FLOAT, FloatBytes.bytes(value.values()), value.shape().dims());
    }

    /** A shape, as operators take it; its name. */
    public String shape(String name, int... extents) {
        byte[] bytes = new byte[8 * extents.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((long) extents[i / 8] >> 8 * (i % 8));
        }
        return constant(name, INT64, bytes, extents.length);
    }

    /** Whole numbers from -128 to 127. */
    public String int8(String name, byte[] values, int... dims) {
        return constant(name, INT8, values, dims);
    }

    String constant(String name, int type, byte[] content, int... dims) {
        ProtobufWriter tensor = new ProtobufWriter();
        for (int dim : dims) {
            tensor.whole(1, dim);
        }
        graph.message(5, tensor.whole(2, type).text(8, name).bytes(9, content));
        return name;
    }

    public OnnxWriter input(String name, int... shape) {
        graph.message(11, value(name, shape));
        return this;
    }

    public OnnxWriter output(String name, int... shape) {
        graph.message(12, value(name, shape));
        return this;
    }

    /** Applies an operator; the name of its output. */
    public String node(String operator, List<String> inputs, String output, Attribute... attributes) {
        node(operator, inputs, List.of(output), attributes);
        return output;
    }

    public void node(String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
        named(operator + nodes, operator, inputs, outputs, attributes);
    }

    /** As above, under a name of the node's own. */
    void named(String name, String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
        ProtobufWriter node = new ProtobufWriter();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, name).text(4, operator);
        for (Attribute attribute : attributes) {
            node.message(5, attribute.message);
        }
        graph.message(1, node);
        nodes++;
    }

    public byte[] toBytes() {
        return toBytes("graph", new LinkedHashMap<>());
    }

    byte[] toBytes(String name, Map<String, String> metadata) {
        graph.text(2, name);
        ProtobufWriter operators = new ProtobufWriter().text(1, "").whole(2, opset);
        ProtobufWriter model = new ProtobufWriter()
                .whole(1, opset < FIRST_OF_FORMAT_9 ? 8 : 9)
                .text(2, producer)
                .message(7, graph)
                .message(8, operators);
        metadata.forEach(
                (k, v) -> model.message(14, new ProtobufWriter().text(1, k).text(2, v)));
        return model.toBytes();
    }

    private static ProtobufWriter value(String name, int... shape) {
        ProtobufWriter dims = new ProtobufWriter();
        for (int extent : shape) {
            dims.message(1, dimension(extent));
        }
        ProtobufWriter tensor = new ProtobufWriter().whole(1, FLOAT).message(2, dims);
        return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
    }

    private static ProtobufWriter dimension(int extent) {
        return switch (extent) {
            case BATCH -> new ProtobufWriter().text(2, "batch");
            case TIME -> new ProtobufWriter().text(2, "time");
            default -> new ProtobufWriter().whole(1, extent);
        };
    }
}
