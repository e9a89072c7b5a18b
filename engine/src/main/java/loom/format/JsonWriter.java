package loom.format;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.numeric.FloatText;

/** Writes JSON for people: two spaces a level, short lists on one line, always the same bytes for the same calls. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final List<Boolean> inLine = new ArrayList<>();
    private boolean first = true;
    private boolean afterKey;

    /** A file: the value and a newline. */
    public String finish() {
        return out.append('\n').toString();
    }

    public JsonWriter beginObject() {
        return open('{', false);
    }

    /** An object on one line. */
    public JsonWriter beginLine() {
        return open('{', true);
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter beginList() {
        return open('[', false);
    }

    /** A list on one line. */
    public JsonWriter beginRow() {
        return open('[', true);
    }

    public JsonWriter endList() {
        return close(']');
    }

    public JsonWriter key(String key) {
        next();
        quote(key);
        out.append(": ");
        afterKey = true;
        return this;
    }

    public JsonWriter text(String value) {
        next();
        quote(value);
        return this;
    }

    public JsonWriter whole(long value) {
        next();
        out.append(value);
        return this;
    }

    public JsonWriter real(float value) {
        next();
        out.append(FloatText.print(value));
        return this;
    }

    public JsonWriter flag(boolean value) {
        next();
        out.append(value);
        return this;
    }

    /** Rounded to f32; {@code null} for NaN: not defined. */
    public JsonWriter rounded(double value) {
        if (Double.isNaN(value)) {
            next();
            out.append("null");
            return this;
        }
        return real((float) value);
    }

    /** Extents without the batch. */
    public JsonWriter shape(Shape shape) {
        beginRow();
        for (int d : shape.dims()) {
            whole(d);
        }
        return endList();
    }

    /** A value that is JSON already, indented to where it stands. */
    public JsonWriter json(String value) {
        next();
        String indent = "\n" + "  ".repeat(inLine.size());
        int from = 0;
        String body = value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
        for (int nl = body.indexOf('\n'); nl >= 0; nl = body.indexOf('\n', from)) {
            out.append(body, from, nl).append(indent);
            from = nl + 1;
        }
        out.append(body, from, body.length());
        return this;
    }

    private boolean isInLine() {
        return !inLine.isEmpty() && inLine.get(inLine.size() - 1);
    }

    private JsonWriter open(char c, boolean line) {
        next();
        out.append(c);
        inLine.add(line || isInLine());
        first = true;
        return this;
    }

    private JsonWriter close(char c) {
        boolean line = inLine.remove(inLine.size() - 1);
        if (!line && !first) {
            newLine();
        }
        out.append(c);
        first = false;
        return this;
    }

    private void next() {
        if (afterKey) {
            afterKey = false;
            return;
        }
        if (inLine.isEmpty()) {
            return;
        }
        if (!first) {
            out.append(isInLine() ? ", " : ",");
        }
        if (!isInLine()) {
            newLine();
        }
        first = false;
    }

    private void newLine() {
        out.append('\n');
        for (int i = 0; i < inLine.size(); i++) {
            out.append("  ");
        }
    }

    private void quote(String s) {
        out.append('"');
        int from = 0;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == 127) {
                out.append(s, from, i);
                escape(c);
                from = i + 1;
            }
        }
        out.append(s, from, s.length()).append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u").append(Hex.of(c, 4));
        }
    }
}
