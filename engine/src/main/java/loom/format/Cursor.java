package loom.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import loom.format.JsonValue.JsonArray;
import loom.format.JsonValue.JsonBoolean;
import loom.format.JsonValue.JsonNumber;
import loom.format.JsonValue.JsonObject;
import loom.format.JsonValue.JsonString;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.numeric.Base64;
import loom.numeric.DoubleText;
import loom.numeric.FloatText;

/** A value of a file together with where it stands, so that every error can say so. */
public final class Cursor {
    /** Above this a browser cannot hold text and tree. */
    private static final int MAX_BYTES = 1 << 30;

    private final String file;
    private final String path;
    private final String layer;
    private final JsonValue value;

    private Cursor(String file, String path, String layer, JsonValue value) {
        this.file = file;
        this.path = path;
        this.layer = layer;
        this.value = value;
    }

    /** A whole file. */
    public static Cursor parse(String file, String text) {
        return new Cursor(file, "$", "", JsonParser.parse(file, "$", Utf8.encode(file, text)));
    }

    /** A whole file. */
    public static Cursor parse(String file, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new ModelException(
                    Code.LIMIT, file, "", "", bytes.length + " bytes, expected at most " + MAX_BYTES, "");
        }
        return new Cursor(file, "$", "", JsonParser.parse(file, "$", bytes));
    }

    /** Whether a file is a JSON object whose {@code "format"} is this one. */
    public static boolean says(String file, byte[] bytes, String format) {
        if (bytes.length == 0 || bytes[0] != '{') {
            return false;
        }
        Optional<Cursor> found = parse(file, bytes).optional("format");
        return found.isPresent()
                && found.get().value instanceof JsonString s
                && s.text().equals(format);
    }

    /** The same place, known to belong to a layer. */
    public Cursor in(String label) {
        return new Cursor(file, path, label, value);
    }

    /** JSON that stands inside this value in another encoding. */
    Cursor inside(byte[] text) {
        String inner = path + " > $";
        return new Cursor(file, inner, layer, JsonParser.parse(file, inner, text));
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

    JsonValue value() {
        return value;
    }

    // ---- objects and lists ----

    public boolean isObject() {
        return value instanceof JsonObject;
    }

    public boolean isNull() {
        return value == JsonValue.JsonNull.NULL;
    }

    public boolean isList() {
        return value instanceof JsonArray;
    }

    public List<String> keys() {
        return new ArrayList<>(object().keySet());
    }

    /** Refuses every key that is not among these. */
    public void allow(List<String> keys) {
        for (Map.Entry<String, JsonValue> e : object().entrySet()) {
            if (!keys.contains(e.getKey())) {
                throw error(Code.KEY, Names.unknown("key", e.getKey(), keys), "");
            }
        }
    }

    public boolean has(String key) {
        return object().containsKey(key);
    }

    public Cursor member(String key) {
        JsonValue v = object().get(key);
        if (v == null) {
            throw error(Code.KEY, "missing key \"" + key + "\"", "");
        }
        return new Cursor(file, path + "." + key, layer, v);
    }

    public Optional<Cursor> optional(String key) {
        return has(key) ? Optional.of(member(key)) : Optional.empty();
    }

    public List<Cursor> elements() {
        if (!(value instanceof JsonArray a)) {
            throw expected("a list");
        }
        List<Cursor> r = new ArrayList<>(a.elements().size());
        for (int i = 0; i < a.elements().size(); i++) {
            r.add(new Cursor(file, path + "[" + i + "]", layer, a.elements().get(i)));
        }
        return r;
    }

    private Map<String, JsonValue> object() {
        if (!(value instanceof JsonObject o)) {
            throw expected("an object");
        }
        return o.members();
    }

    // ---- values ----

    public String string() {
        if (!(value instanceof JsonString s)) {
            throw expected("a text");
        }
        return s.text();
    }

    public boolean isString() {
        return value instanceof JsonString;
    }

    public boolean flag() {
        if (!(value instanceof JsonBoolean b)) {
            throw expected("true or false");
        }
        return b == JsonBoolean.TRUE;
    }

    public int whole(int min, int max) {
        return (int) whole((long) min, max);
    }

    public long whole(long min, long max) {
        String expected = "a whole number from " + min + " to " + max;
        if (!(value instanceof JsonNumber n)) {
            throw expected(expected);
        }
        String t = n.text();
        boolean negative = t.startsWith("-");
        String digits = negative ? t.substring(1) : t;
        // 18 digits fit a long; whatever is longer is out of every range we have.
        if (digits.length() > 18) {
            throw expected(expected);
        }
        long v = 0;
        for (int i = 0; i < digits.length(); i++) {
            int d = digits.charAt(i) - '0';
            if (d < 0 || d > 9) {
                throw expected(expected);
            }
            v = 10 * v + d;
        }
        v = negative ? -v : v;
        if (v < min || v > max) {
            throw expected(expected);
        }
        return v;
    }

    public float real() {
        if (!(value instanceof JsonNumber n)) {
            throw expected("a number");
        }
        return FloatText.parse(n.text());
    }

    /** A number with the precision of f64. */
    public double wide() {
        double d = value instanceof JsonNumber n ? DoubleText.parse(n.text()) : Double.NaN;
        if (!(Math.abs(d) <= Double.MAX_VALUE)) {
            throw expected("a finite number");
        }
        return d;
    }

    /** A list of numbers. */
    public float[] reals() {
        if (!(value instanceof JsonArray a)) {
            throw expected("a list of numbers");
        }
        float[] r = new float[a.elements().size()];
        for (int i = 0; i < r.length; i++) {
            if (!(a.elements().get(i) instanceof JsonNumber n)) {
                throw elements().get(i).expected("a number");
            }
            r[i] = FloatText.parse(n.text());
        }
        return r;
    }

    /** Bytes written as base64. */
    public byte[] base64() {
        return inBase64(s -> Base64.decode(s.utf8(), s.start(), s.length()));
    }

    /** Values of a shape, written as base64 of their little-endian bytes. */
    public float[] base64(Shape shape) {
        long expected = 4L * shape.elements(1);
        int found = inBase64(s -> Base64.size(s.utf8(), s.start(), s.length()));
        if (found != expected) {
            throw error(Code.DATA, "expected " + expected + " bytes for " + shape + " of f32, found " + found, "");
        }
        return inBase64(s -> Base64.decodeFloats(s.utf8(), s.start(), s.length()));
    }

    private <T> T inBase64(Function<JsonString, T> read) {
        if (!(value instanceof JsonString s)) {
            throw expected("a text in base64");
        }
        try {
            return read.apply(s);
        } catch (NumberFormatException e) {
            throw error(Code.DATA, e.getMessage(), "");
        }
    }

    /** A list of extents, without the batch. */
    public Shape shape() {
        List<Cursor> extents = elements();
        if (extents.size() > Shape.MAX_RANK) {
            throw error(Code.LIMIT, "rank " + extents.size() + " is more than " + Shape.MAX_RANK, "");
        }
        int[] dims = new int[extents.size()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = extents.get(i).whole(1, Integer.MAX_VALUE);
        }
        try {
            return Shape.of(dims);
        } catch (ShapeException e) {
            throw error(Code.LIMIT, e.getMessage(), "");
        }
    }

    // ---- errors ----

    public ModelException expected(String what) {
        return error(Code.VALUE, "expected " + what + ", found " + value.describe(), "");
    }

    public ModelException error(Code code, String problem, String hint) {
        return new ModelException(code, file, path, layer, problem, hint);
    }
}
