package loom.model;

/** A layer that cannot take the shape it is given, where it stands in a network. */
public final class LayerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String layer;
    private final String problem;

    public LayerException(String layer, String message) {
        super(layer + ": " + message);
        this.layer = layer;
        this.problem = message;
    }

    /** As in {@code cell 0,1 layer 2 dense}. */
    public String layer() {
        return layer;
    }

    /** What is wrong, without where. */
    public String problem() {
        return problem;
    }
}
