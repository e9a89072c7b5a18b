package loom.model;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import loom.graph.Shape;

/** Values outside a machine, row-major: held, or kept somewhere else and read from there whenever they are asked for. */
public final class Tensor {
    private final Shape shape;
    private final boolean held;
    private final Supplier<float[]> source;

    private Tensor(Shape shape, boolean held, Supplier<float[]> source) {
        this.shape = shape;
        this.held = held;
        this.source = source;
    }

    /** Values that are held. The array is not copied: whoever makes a tensor gives it away. */
    public Tensor(Shape shape, float[] values) {
        this(shape, true, () -> values);
        checked(shape, values);
    }

    /** Values that {@code source} reads, into a new array each time and always the same ones. */
    public static Tensor kept(Shape shape, Supplier<float[]> source) {
        return new Tensor(shape, false, () -> checked(shape, source.get()));
    }

    private static float[] checked(Shape shape, float... values) {
        if (shape.isBatched() || shape.elements(1) != values.length) {
            throw new IllegalArgumentException(values.length + " values for shape " + shape);
        }
        return values;
    }

    public Shape shape() {
        return shape;
    }

    /** Whether {@link #values} is there and takes no reading. */
    public boolean isHeld() {
        return held;
    }

    public float[] values() {
        return source.get();
    }

    /** What {@code make} makes of the values: held if they are, else made whenever it is asked for. */
    public Tensor made(Shape other, UnaryOperator<float[]> make) {
        return held ? new Tensor(other, make.apply(values())) : kept(other, () -> make.apply(values()));
    }

    /** A matrix with rows and columns exchanged. */
    public Tensor transposed() {
        int rows = shape.dim(0);
        int columns = shape.dim(1);
        return made(Shape.of(columns, rows), from -> {
            float[] to = new float[from.length];
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    to[c * rows + r] = from[r * columns + c];
                }
            }
            return to;
        });
    }

    /** Equal shapes and equal bits. */
    @Override
    public boolean equals(Object o) {
        return o instanceof Tensor t && shape.equals(t.shape) && Arrays.equals(values(), t.values());
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values());
    }

    @Override
    public String toString() {
        return "f32" + shape;
    }
}
