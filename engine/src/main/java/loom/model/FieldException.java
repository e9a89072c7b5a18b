package loom.model;

/** A field with a value outside its range, or that does not go with the others. File readers add where it stands. */
public final class FieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String problem;

    public FieldException(String field, String message) {
        super(field + ": " + message);
        this.field = field;
        this.problem = message;
    }

    public String field() {
        return field;
    }

    /** The message without the field's name. */
    public String problem() {
        return problem;
    }
}
