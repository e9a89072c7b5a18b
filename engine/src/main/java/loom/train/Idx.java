package loom.train;

import loom.graph.Shape;
import loom.numeric.F32;

/**
 * The IDX format of the original MNIST files: two zero bytes, type (only 8, unsigned bytes), rank, big-endian extents, data.
 *
 * <p>Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
 */
public record Idx(Shape shape, byte[] data) {
    private static final int UNSIGNED_BYTE = 8;

    /** Largest file accepted; MNIST's largest is 47 MB. */
    private static final int MAX_BYTES = 1 << 28;

    /** Parses a file. Throws IllegalArgumentException saying what is wrong where. */
    public static Idx parse(String name, byte[] bytes) {
        if (bytes.length < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != UNSIGNED_BYTE) {
            throw new IllegalArgumentException(name + ": not an IDX file of unsigned bytes");
        }
        int rank = bytes[3];
        if (rank < 1 || rank > Shape.MAX_RANK || bytes.length < 4 + 4 * rank || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    name + ": IDX header with rank " + rank + " in " + bytes.length + " bytes");
        }
        int[] dims = new int[rank];
        long elements = 1;
        for (int i = 0; i < rank; i++) {
            int at = 4 + 4 * i;
            dims[i] = (bytes[at] & 255) << 24
                    | (bytes[at + 1] & 255) << 16
                    | (bytes[at + 2] & 255) << 8
                    | bytes[at + 3] & 255;
            elements = dims[i] < 1 || elements > MAX_BYTES ? -1 : elements * dims[i];
            if (elements < 0) {
                throw new IllegalArgumentException(name + ": IDX extent " + i + " is " + dims[i]);
            }
        }
        int header = 4 + 4 * rank;
        if (bytes.length - header != elements) {
            throw new IllegalArgumentException(
                    name + ": IDX header promises " + elements + " bytes, the file has " + (bytes.length - header));
        }
        byte[] data = new byte[(int) elements];
        System.arraycopy(bytes, header, data, 0, data.length);
        return new Idx(Shape.of(dims), data);
    }

    /** Pixels as byte / 255. */
    public float[] scaled() {
        float[] values = new float[data.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = F32.div(data[i] & 255, 255);
        }
        return values;
    }

    /** Labels as numbers. */
    public float[] numbers() {
        float[] values = new float[data.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = data[i] & 255;
        }
        return values;
    }

    public int label(int i) {
        return data[i] & 255;
    }

    /** Labels as one-hot rows; a label of {@code classes} or more is refused. */
    public float[] oneHot(int classes) {
        float[] values = new float[data.length * classes];
        for (int i = 0; i < data.length; i++) {
            if (label(i) >= classes) {
                throw new IllegalArgumentException(
                        "label " + label(i) + " of sample " + i + " is not below " + classes);
            }
            values[i * classes + label(i)] = 1;
        }
        return values;
    }
}
