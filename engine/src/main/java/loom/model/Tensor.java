package loom.model;

import java.util.Arrays;
import loom.graph.Shape;

/** Values outside a machine, row-major. The array is not copied: whoever makes a tensor gives it away. */
public record Tensor(Shape shape, float[] values) {
    public Tensor {
        if (shape.isBatched() || shape.elements(1) != values.length) {
            throw new IllegalArgumentException(values.length + " values for shape " + shape);
        }
    }

    /** Equal shapes and equal bits. */
    @Override
    public boolean equals(Object o) {
        return o instanceof Tensor t && shape.equals(t.shape) && Arrays.equals(values, t.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "f32" + shape;
    }
}
