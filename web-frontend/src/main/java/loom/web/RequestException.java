package loom.web;

/** A request that cannot be met as it was made. */
final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String hint;

    RequestException(String code, String message, String hint) {
        super(message);
        this.code = code;
        this.hint = hint;
    }

    /** As in loom.d.ts. */
    String code() {
        return code;
    }

    String hint() {
        return hint;
    }
}
