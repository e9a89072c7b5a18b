package loom.graph;

/** Shapes, element types or domains that do not fit. Thrown while a graph is built; the message names the layer. */
public final class ShapeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}
