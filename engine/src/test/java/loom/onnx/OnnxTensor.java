package loom.onnx;

import loom.graph.Shape;

/**
 * A tensor of an ONNX file. Its values are kept as doubles, which hold every f32 and i32, and the i64 that the cases have.
 *
 * @param dims row-major extents; a scalar has none, and an empty tensor a 0
 */
public record OnnxTensor(String name, int[] dims, double[] values) {
    /** Reads a {@code TensorProto}. */
    static OnnxTensor read(String name, byte[] file) {
        TensorReader.Named t = new TensorReader().read(Protobuf.of(name, file));
        return of(t.name(), t.value());
    }

    static OnnxTensor of(String name, Known k) {
        double[] values = new double[k.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = k.isReal() ? k.real(i) : k.whole(i);
        }
        return new OnnxTensor(name, k.dims(), values);
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
