package loom.server;

import loom.format.JsonWriter;
import loom.format.ModelException;

/** A request that the native endpoint refuses. Texts that do not apply are empty. */
final class NativeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** As in {@code loom.d.ts} where it knows the mistake too. */
    enum Code {
        /** Not the JSON that this endpoint takes. */
        REQUEST(400),
        /** The model is refused. */
        MODEL(422),
        /** The input is refused. */
        INPUT(422),
        /** The input's shape is not the model's. */
        SHAPE(422),
        /** A result left its domain while the model ran. */
        TRAP(422),
        /** More than this server takes. */
        LIMIT(413),
        /** Too many runs at once. */
        BUSY(503),
        /** The engine itself failed. */
        ENGINE(500);

        private final int status;

        Code(int status) {
            this.status = status;
        }
    }

    private final Code code;
    private final String file;
    private final String path;
    private final String layer;
    private final String hint;

    NativeException(Code code, String problem, String file, String path, String layer, String hint) {
        super(problem);
        this.code = code;
        this.file = file;
        this.path = path;
        this.layer = layer;
        this.hint = hint;
    }

    NativeException(Code code, String problem, String hint) {
        this(code, problem, "", "", "", hint);
    }

    static NativeException of(Code code, ModelException e) {
        return new NativeException(code, e.problem(), e.file(), e.path(), e.layer(), e.hint());
    }

    int status() {
        return code.status;
    }

    String json() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("code").text(code.name());
        w.key("message").text(getMessage());
        w.key("file").text(file);
        w.key("path").text(path);
        w.key("layer").text(layer);
        w.key("hint").text(hint);
        return w.endObject().finish();
    }
}
