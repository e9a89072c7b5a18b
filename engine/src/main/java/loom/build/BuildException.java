package loom.build;

/** Parts do not go together; the message says which, what was expected and what was found. */
public final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BuildException(String message) {
        super(message);
    }
}
