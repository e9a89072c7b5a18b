package loom.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.onnx.ProtobufReader.Field;

/**
 * A tensor of an ONNX file. Its values are kept as doubles, which hold every f32 and i32, and the i64 that the cases have.
 *
 * @param dims row-major extents; a scalar has none, and an empty tensor a 0
 */
public record OnnxTensor(String name, int[] dims, double[] values) {
    /** Numbers of {@code TensorProto.DataType}. */
    private static final int FLOAT = 1;

    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int BOOL = 9;
    private static final int DOUBLE = 11;

    /** Reads a {@code TensorProto}. */
    static OnnxTensor read(List<Field> message) {
        List<Integer> dims = new ArrayList<>();
        int type = 0;
        String name = "";
        byte[] raw = {};
        List<Double> listed = new ArrayList<>();
        for (Field f : message) {
            switch (f.number()) {
                case 1 -> ProtobufReader.varints(f).forEach(d -> dims.add(Math.toIntExact(d)));
                case 2 -> type = (int) f.bits();
                case 4 -> ProtobufReader.reals(f).forEach(v -> listed.add((double) v));
                case 5, 7 -> ProtobufReader.varints(f).forEach(v -> listed.add((double) v));
                case 8 -> name = f.text();
                case 9 -> raw = f.bytes();
                default -> throw new IllegalArgumentException("field " + f.number() + " of tensor " + name);
            }
        }
        double[] values = raw.length > 0
                ? decode(type, raw)
                : listed.stream().mapToDouble(v -> v).toArray();
        int elements = dims.stream().reduce(1, Math::multiplyExact);
        if (values.length != elements) {
            throw new IllegalArgumentException(values.length + " values for " + dims + " of tensor " + name);
        }
        return new OnnxTensor(name, dims.stream().mapToInt(d -> d).toArray(), values);
    }

    private static double[] decode(int type, byte[] raw) {
        ByteBuffer b = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        List<Double> values = new ArrayList<>();
        while (b.hasRemaining()) {
            values.add(
                    switch (type) {
                        case FLOAT -> (double) b.getFloat();
                        case INT32 -> (double) b.getInt();
                        case INT64 -> (double) b.getLong();
                        case BOOL -> (double) b.get();
                        case DOUBLE -> b.getDouble();
                        default -> throw new IllegalArgumentException("a tensor of data type " + type);
                    });
        }
        return values.stream().mapToDouble(v -> v).toArray();
    }

    public float[] floats() {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) values[i];
        }
        return f;
    }

    public int[] wholes() {
        int[] w = new int[values.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = (int) values[i];
        }
        return w;
    }

    public Shape shape() {
        return Shape.of(dims);
    }

    /** The shape without its first axis, the batch. */
    public Shape sample() {
        return shape().remove(0);
    }
}
