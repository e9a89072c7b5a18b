package loom.analysis;

/** What is asked for cannot be computed from what was given; the message says what was expected and what was found. */
public final class AnalysisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AnalysisException(String message) {
        super(message);
    }
}
