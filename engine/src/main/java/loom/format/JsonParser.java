package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.JsonValue.JsonArray;
import loom.format.JsonValue.JsonBoolean;
import loom.format.JsonValue.JsonNull;
import loom.format.JsonValue.JsonNumber;
import loom.format.JsonValue.JsonObject;
import loom.format.JsonValue.JsonString;
import loom.format.ModelException.Code;
import loom.numeric.Pieces;

/**
 * RFC 8259 and nothing more: no comments, no trailing commas, no NaN. Refuses duplicate keys, deep nesting, lone surrogates and
 * anything after the value.
 */
final class JsonParser {
    /** Deeper than any model; keeps the recursion far from the end of a browser's stack. */
    static final int MAX_DEPTH = 64;

    /** No format of ours has a longer key; whole files of one key are an attack. */
    static final int MAX_KEY = 256;

    /** A float needs 112 digits at most; more only costs time. */
    static final int MAX_NUMBER = 512;

    /** Values of one file: a bound on the memory of the tree. */
    static final int MAX_VALUES = 1 << 26;

    private final String file;
    private final byte[] text;
    private final int end;
    private final StringBuilder path;
    private int at;
    private int values;

    private JsonParser(String file, String path, byte[] text) {
        this.file = file;
        this.path = new StringBuilder(path);
        this.text = text;
        this.end = text.length;
    }

    /** {@code path} is what paths in errors start with: {@code $} for a file of its own. */
    static JsonValue parse(String file, String path, byte[] text) {
        JsonParser p = new JsonParser(file, path, text);
        if (p.startsWithMark()) {
            throw p.syntax("starts with a byte order mark", "save the file as UTF-8 without one");
        }
        p.space();
        JsonValue v = p.value(1);
        p.space();
        if (p.at < p.end) {
            throw p.syntax("expected nothing after the JSON value, found " + p.found(), "");
        }
        return v;
    }

    /** U+FEFF. */
    private boolean startsWithMark() {
        return end >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf;
    }

    private JsonValue value(int depth) {
        if (++values > MAX_VALUES) {
            throw error(Code.LIMIT, "more than " + MAX_VALUES + " values", "");
        }
        if (at == end) {
            throw expected("a value");
        }
        return switch (text[at]) {
            case '{' -> object(deeper(depth));
            case '[' -> array(deeper(depth));
            case '"' -> string();
            case 't' -> word("true", JsonBoolean.TRUE);
            case 'f' -> word("false", JsonBoolean.FALSE);
            case 'n' -> word("null", JsonNull.NULL);
            default -> number();
        };
    }

    private int deeper(int depth) {
        if (depth > MAX_DEPTH) {
            throw error(Code.LIMIT, "nested more than " + MAX_DEPTH + " deep", "");
        }
        return depth + 1;
    }

    private JsonObject object(int depth) {
        at++;
        LinkedHashMap<String, JsonValue> members = new LinkedHashMap<>();
        space();
        if (take('}')) {
            return new JsonObject(members);
        }
        int length = path.length();
        do {
            space();
            if (at == end || text[at] != '"') {
                throw expected("a key in double quotes");
            }
            String key = string().text();
            if (key.length() > MAX_KEY) {
                throw error(Code.LIMIT, "a key longer than " + MAX_KEY + " characters", "");
            }
            path.append('.').append(key);
            if (members.containsKey(key)) {
                throw error(Code.KEY, "the key is there twice", "");
            }
            space();
            if (!take(':')) {
                throw expected("':'");
            }
            space();
            members.put(key, value(depth));
            path.setLength(length);
            space();
        } while (take(','));
        if (!take('}')) {
            throw expected("',' or '}'");
        }
        return new JsonObject(members);
    }

    private JsonArray array(int depth) {
        at++;
        List<JsonValue> elements = new ArrayList<>();
        space();
        if (take(']')) {
            return new JsonArray(elements);
        }
        int length = path.length();
        do {
            space();
            path.append('[').append(elements.size()).append(']');
            elements.add(value(depth));
            path.setLength(length);
            space();
        } while (take(','));
        if (!take(']')) {
            throw expected("',' or ']'");
        }
        return new JsonArray(elements);
    }

    private JsonValue word(String word, JsonValue value) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || text[at + i] != word.charAt(i)) {
                throw expected("a value");
            }
        }
        at += word.length();
        return value;
    }

    /** {@code -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?}. */
    private JsonNumber number() {
        int start = at;
        take('-');
        if (!digit()) {
            at = start;
            throw expected("a value");
        }
        if (!take('0')) {
            digits();
        } else if (digit()) {
            throw syntax("a number starts with 0", "");
        }
        if (take('.')) {
            needDigits();
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            needDigits();
        }
        if (at - start > MAX_NUMBER) {
            throw error(Code.LIMIT, "a number longer than " + MAX_NUMBER + " characters", "");
        }
        return new JsonNumber(Utf8.decode(text, start, at));
    }

    private void needDigits() {
        if (!digit()) {
            throw expected("a digit");
        }
        digits();
    }

    private boolean digit() {
        return at < end && text[at] >= '0' && text[at] <= '9';
    }

    private void digits() {
        while (digit()) {
            at++;
        }
    }

    private JsonString string() {
        int start = ++at;
        at = Pieces.each(start, end, (from, to) -> {
            int i = from;
            while (i < to && plain(text[i])) {
                i++;
            }
            return i;
        });
        if (at < end && text[at] == '"') {
            return new JsonString(text, start, at++ - start);
        }
        return escaped(new StringBuilder(Utf8.decode(text, start, at)));
    }

    /** ASCII that needs no look: weights are millions of such characters. */
    private static boolean plain(byte c) {
        return c >= ' ' && c != '"' && c != '\\';
    }

    private JsonString escaped(StringBuilder b) {
        while (true) {
            if (at == end) {
                throw expected("'\"' at the end of a string");
            }
            byte c = text[at];
            if (c == '"') {
                at++;
                break;
            }
            if (c >= 0 && c < ' ') {
                throw syntax("a control character in a string", "write it as \\n or \\u0000");
            }
            if (c == '\\') {
                at++;
                b.append(escape());
            } else {
                b.appendCodePoint(character());
            }
        }
        if (Utf8.hasHalfAPair(b)) {
            throw syntax("half a surrogate pair in a string", "");
        }
        return JsonString.of(b.toString());
    }

    private int character() {
        int n = Utf8.length(text, at);
        if (n == 0) {
            throw expected("a character"); // what is there is told as bytes that are not UTF-8
        }
        int code = Utf8.code(text, at);
        at += n;
        return code;
    }

    private char escape() {
        if (at == end) {
            throw expected("a character after '\\'");
        }
        byte c = text[at++];
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw syntax("unknown escape '\\" + String.valueOf(Character.toChars(Utf8.code(text, at))) + "'", "");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int d = at < end && text[at] >= 0 ? Hex.digit((char) text[at]) : -1;
            if (d < 0) {
                throw expected("four hexadecimal digits after '\\u'");
            }
            code = code << 4 | d;
            at++;
        }
        return (char) code;
    }

    private void space() {
        while (at < end && isSpace(text[at])) {
            at++;
        }
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private boolean take(char c) {
        if (at < end && text[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    // ---- errors ----

    private ModelException expected(String what) {
        return syntax("expected " + what + ", found " + found(), at == end ? "the file seems to be cut off" : "");
    }

    private String found() {
        if (at >= end) {
            return "the end of the file";
        }
        int c = text[at];
        if (c > ' ' && c < 127) {
            return "'" + (char) c + "'";
        }
        int code = Utf8.code(text, at);
        return "character U+" + Hex.of(code, code > 0xfffff ? 6 : code > 0xffff ? 5 : 4);
    }

    private ModelException syntax(String problem, String hint) {
        return error(Code.SYNTAX, problem, hint);
    }

    /** Or that these are no characters at all: then that is what is wrong, wherever it is. */
    private ModelException error(Code code, String problem, String hint) {
        Utf8.check(file, text);
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(at, end); i += Utf8.length(text, i)) {
            boolean ends = text[i] == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        String where = " (line " + line + ", column " + column + ")";
        return new ModelException(code, file, path.toString(), "", problem + where, hint);
    }
}
