package loom.format;

/** A file that is refused. The message says what is wrong, where, what was expected and what was found. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of mistake it is. */
    public enum Code {
        /** Not well-formed JSON or UTF-8. */
        SYNTAX,
        /** Larger or deeper than a reader takes. */
        LIMIT,
        /** Not a file we know, or another version of it. */
        FORMAT,
        /** A key that is unknown, missing or there twice. */
        KEY,
        /** A value of the wrong type or outside its range, or a name that is not known. */
        VALUE,
        /** Shapes that do not fit. */
        SHAPE,
        /** Weights that cannot be decoded. */
        DATA,
        /** NaN, infinite or too large. */
        NUMBER,
        /** Known, but not supported yet. */
        UNSUPPORTED
    }

    private final Code code;
    private final String file;
    private final String path;
    private final String layer;
    private final String problem;
    private final String hint;

    /**
     * @param file name of the file; empty if there is none
     * @param path JSON path as in {@code $.cells[0].layers[1].units}; empty if there is none
     * @param layer as in {@code cell 0,0 layer 1 dense}; empty if none is concerned
     * @param hint what to do; may be empty
     */
    public ModelException(Code code, String file, String path, String layer, String problem, String hint) {
        super(text(file, path, layer, problem, hint));
        this.code = code;
        this.file = file;
        this.path = path;
        this.layer = layer;
        this.problem = problem;
        this.hint = hint;
    }

    private static String text(String file, String path, String layer, String problem, String hint) {
        StringBuilder b = new StringBuilder();
        for (String part : new String[] {file, path, layer}) {
            if (!part.isEmpty()) {
                b.append(part).append(": ");
            }
        }
        b.append(problem);
        if (!hint.isEmpty()) {
            b.append("; ").append(hint);
        }
        return b.toString();
    }

    public Code code() {
        return code;
    }

    public String file() {
        return file;
    }

    public String path() {
        return path;
    }

    public String layer() {
        return layer;
    }

    /** The message without file, path, layer and hint. */
    public String problem() {
        return problem;
    }

    public String hint() {
        return hint;
    }
}
