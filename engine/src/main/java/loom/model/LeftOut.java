package loom.model;

/** A model needs something that this program was built without, in order to be small. */
public final class LeftOut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeftOut(String message) {
        super(message);
    }
}
