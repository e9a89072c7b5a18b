package loom.graph;

/**
 * Size that is known once the batch is: {@code coefficient}, times the run-time batch if {@code batched}.
 *
 * <p>Programs are compiled once and run with any batch, so sizes and strides inside them are of this form.
 */
public record Extent(int coefficient, boolean batched) {
    public static final Extent ONE = new Extent(1, false);

    public Extent {
        if (coefficient < 0) {
            throw new ShapeException("negative extent " + coefficient);
        }
    }

    public static Extent of(int size) {
        return new Extent(size, false);
    }

    public int at(int batch) {
        return batched ? Math.multiplyExact(coefficient, batch) : coefficient;
    }

    public Extent times(Extent other) {
        if (batched && other.batched) {
            throw new ShapeException("a product of two batched extents");
        }
        return new Extent(Math.multiplyExact(coefficient, other.coefficient), batched || other.batched);
    }

    public boolean isOne() {
        return coefficient == 1 && !batched;
    }

    @Override
    public String toString() {
        return batched ? (coefficient == 1 ? "N" : coefficient + "N") : Integer.toString(coefficient);
    }
}
