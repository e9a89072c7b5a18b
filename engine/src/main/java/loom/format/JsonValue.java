package loom.format;

import java.util.LinkedHashMap;
import java.util.List;

/** A parsed JSON value. Numbers keep their text: who reads one knows whether it must be whole, and rounds it once. */
sealed interface JsonValue {
    /** For messages: what was found. */
    String describe();

    /** Members in the order of the file. */
    record JsonObject(LinkedHashMap<String, JsonValue> members) implements JsonValue {
        @Override
        public String describe() {
            return "an object";
        }
    }

    record JsonArray(List<JsonValue> elements) implements JsonValue {
        @Override
        public String describe() {
            return "a list of " + elements.size();
        }
    }

    /** Bytes of the file, or such as stand for its escapes: weights are strings of megabytes, and each is decoded once. */
    record JsonString(byte[] utf8, int start, int length) implements JsonValue {
        static JsonString of(String text) {
            byte[] utf8 = Utf8.encode(text);
            return new JsonString(utf8, 0, utf8.length);
        }

        String text() {
            return Utf8.decode(utf8, start, start + length);
        }

        @Override
        public String describe() {
            return quoted(text());
        }
    }

    record JsonNumber(String text) implements JsonValue {
        @Override
        public String describe() {
            return clipped(text);
        }
    }

    enum JsonBoolean implements JsonValue {
        TRUE,
        FALSE;

        @Override
        public String describe() {
            return this == TRUE ? "true" : "false";
        }
    }

    enum JsonNull implements JsonValue {
        NULL;

        @Override
        public String describe() {
            return "null";
        }
    }

    static String quoted(String text) {
        return "\"" + clipped(text) + "\"";
    }

    /** Messages stay readable when somebody's weights end up in them. */
    private static String clipped(String text) {
        return text.length() <= 48 ? text : text.substring(0, 45) + "...";
    }
}
