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
    private final char[] text;
    private final int end;
    private final StringBuilder path;
    private int at;
    private int values;

    private JsonParser(String file, String path, Utf8.Text text) {
        this.file = file;
        this.path = new StringBuilder(path);
        this.text = text.chars();
        this.end = text.length();
    }

    /** {@code path} is what paths in errors start with: {@code $} for a file of its own. */
    static JsonValue parse(String file, String path, Utf8.Text text) {
        JsonParser p = new JsonParser(file, path, text);
        if (p.end > 0 && p.text[0] == '\ufeff') {
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

    private JsonValue value(int depth) {
        if (++values > MAX_VALUES) {
            throw error(Code.LIMIT, "more than " + MAX_VALUES + " values", "");
        }
        if (at == end) {
            throw expected("a value");
        }
        char c = text[at];
        return switch (c) {
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
        return new JsonNumber(new String(text, start, at - start));
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
        while (at < end && plain(text[at])) {
            at++;
        }
        if (at < end && text[at] == '"') {
            return new JsonString(text, start, at++ - start);
        }
        return escaped(new StringBuilder().append(text, start, at - start));
    }

    /** Characters that need no look: weights are millions of them. */
    private static boolean plain(char c) {
        return c >= ' ' && c != '"' && c != '\\' && (c < '\ud800' || c > '\udfff');
    }

    private JsonString escaped(StringBuilder b) {
        while (true) {
            if (at == end) {
                throw expected("'\"' at the end of a string");
            }
            char c = text[at++];
            if (c == '"') {
                break;
            }
            if (c < ' ') {
                at--;
                throw syntax("a control character in a string", "write it as \\n or \\u0000");
            }
            b.append(c == '\\' ? escape() : c);
        }
        for (int i = 0; i < b.length(); i++) {
            char c = b.charAt(i);
            boolean pair =
                    Character.isHighSurrogate(c) && i + 1 < b.length() && Character.isLowSurrogate(b.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw syntax("half a surrogate pair in a string", "");
            }
        }
        return JsonString.of(b.toString());
    }

    private char escape() {
        if (at == end) {
            throw expected("a character after '\\'");
        }
        char c = text[at++];
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw syntax("unknown escape '\\" + c + "'", "");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int d = at < end ? Hex.digit(text[at]) : -1;
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

    private static boolean isSpace(char c) {
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
        char c = text[at];
        return c > ' ' && c < 127 ? "'" + c + "'" : "character U+" + Hex.of(c, 4);
    }

    private ModelException syntax(String problem, String hint) {
        return error(Code.SYNTAX, problem, hint);
    }

    private ModelException error(Code code, String problem, String hint) {
        int line = 1;
        int start = 0;
        int stop = Math.min(at, end);
        for (int i = 0; i < stop; i++) {
            if (text[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        String where = " (line " + line + ", column " + (stop - start + 1) + ")";
        return new ModelException(code, file, path.toString(), "", problem + where, hint);
    }
}
