package loom.format.tensors;

import java.util.ArrayList;
import java.util.List;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.format.TensorSource;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.numeric.DType;

/**
 * A tensor of a file: its values, row-major and little-endian, stay there until they are asked for.
 *
 * @param shape extents, which may be 0; none for a scalar
 * @param at first byte of the values in {@code source}
 */
public record StoredTensor(String name, DType type, List<Long> shape, ByteSource source, long at)
        implements TensorSource.Stored {
    /** More has no machine of ours. */
    public static final int MAX_RANK = Shape.MAX_RANK;

    private static final int CHUNK_BYTES = 1 << 20;

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** A tensor in memory. */
    public static StoredTensor of(String name, DType type, List<Long> shape, byte... bytes) {
        StoredTensor t = new StoredTensor(name, type, shape, ByteSource.of("", bytes), 0);
        if (t.bytes() != bytes.length) {
            throw new IllegalArgumentException(bytes.length + " bytes for " + type + shape);
        }
        return t;
    }

    /** Values of f32, row-major. */
    public static StoredTensor of(String name, int[] shape, float... values) {
        List<Long> extents = new ArrayList<>();
        for (int d : shape) {
            extents.add((long) d);
        }
        return of(name, DType.F32, extents, DType.F32.narrow(values).bytes());
    }

    /** Product of the extents, or -1 if it is more than a long holds. */
    static long elements(List<Long> shape) {
        long n = 1;
        boolean over = false;
        for (long d : shape) {
            if (d == 0) {
                return 0;
            }
            over |= n > Long.MAX_VALUE / d;
            n = over ? 1 : n * d;
        }
        return over ? -1 : n;
    }

    public long elements() {
        return elements(shape);
    }

    public long bytes() {
        return elements() * type.bytes();
    }

    @Override
    public byte[] content() {
        return source.read(at, count(bytes(), "bytes"));
    }

    /** The values as f32. They are read piece by piece: there is no second copy. */
    @Override
    public DType.Widened floats() {
        float[] values = new float[count(elements(), "elements")];
        int step = CHUNK_BYTES / type.bytes();
        long rounded = 0;
        for (int i = 0; i < values.length; i += step) {
            int n = Math.min(step, values.length - i);
            long from = at + (long) i * type.bytes();
            if (type == DType.F32) {
                source.floats(from, values, i, n);
            } else {
                rounded += type.widen(source.read(from, n * type.bytes()), 0, values, i, n);
            }
        }
        return new DType.Widened(values, rounded);
    }

    private int count(long n, String what) {
        if (n > Integer.MAX_VALUE - 8) {
            throw error(Code.LIMIT, n + " " + what + ", expected fewer than 2^31");
        }
        return (int) n;
    }

    @Override
    public Shape modelShape() {
        int[] dims = new int[shape.size()];
        for (int i = 0; i < dims.length; i++) {
            long d = shape.get(i);
            if (d < 1 || d > Integer.MAX_VALUE) {
                throw error(Code.SHAPE, "an extent of " + d + ", expected 1 to " + Integer.MAX_VALUE);
            }
            dims[i] = (int) d;
        }
        try {
            return Shape.of(dims);
        } catch (ShapeException e) {
            throw error(Code.LIMIT, e.getMessage());
        }
    }

    /** {@code [2,3]}. */
    public String shapeText() {
        StringBuilder b = new StringBuilder("[");
        for (int i = 0; i < shape.size(); i++) {
            b.append(i == 0 ? "" : ",").append(shape.get(i).longValue());
        }
        return b.append(']').toString();
    }

    private ModelException error(Code code, String problem) {
        return new ModelException(code, source.name(), name, "", problem, "");
    }
}
