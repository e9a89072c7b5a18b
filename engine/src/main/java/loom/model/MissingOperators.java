package loom.model;

/** A graph of ONNX operators in a program that does not have them. */
public final class MissingOperators extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MissingOperators() {
        super("this program has no ONNX operators");
    }
}
