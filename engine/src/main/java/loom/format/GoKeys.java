package loom.format;

import java.util.List;
import loom.format.JsonValue.JsonArray;
import loom.format.JsonValue.JsonBoolean;
import loom.format.JsonValue.JsonNull;
import loom.format.JsonValue.JsonNumber;
import loom.format.JsonValue.JsonObject;
import loom.format.JsonValue.JsonString;
import loom.format.ModelException.Code;

/** Keys and sizes of the Go engine's layers. */
final class GoKeys {
    static final int MAX_SIZE = 1 << 24;

    private GoKeys() {}

    /** A key of the schema that means nothing to this layer may only hold nothing. */
    static void others(Cursor c, List<String> general, List<String> own) {
        for (String key : c.keys()) {
            Cursor value = c.member(key);
            if (!general.contains(key) && !own.contains(key) && !empty(value)) {
                throw value.error(
                        Code.KEY,
                        "\"" + key + "\" means nothing here, expected it to be empty, found "
                                + value.value().describe(),
                        "");
            }
        }
    }

    static boolean empty(Cursor c) {
        return switch (c.value()) {
            case JsonNull n -> true;
            case JsonBoolean b -> b == JsonBoolean.FALSE;
            case JsonString s -> s.text().isEmpty();
            case JsonArray a -> a.elements().isEmpty();
            case JsonObject o -> o.members().isEmpty();
            case JsonNumber n -> c.real() == 0;
        };
    }

    static int size(Cursor c, String key) {
        return c.optional(key).map(x -> x.whole(0, MAX_SIZE)).orElse(0);
    }

    /** The one size that these keys give; 0 says nothing. */
    static int agree(Cursor c, String what, List<String> keys) {
        int size = 0;
        String from = "";
        for (String key : keys) {
            int s = size(c, key);
            if (s != 0 && size != 0 && s != size) {
                throw c.error(
                        Code.VALUE, "\"" + from + "\" is " + size + " but \"" + key + "\" is " + s, "keep one of them");
            }
            if (s != 0 && size == 0) {
                size = s;
                from = key;
            }
        }
        if (size == 0) {
            throw c.error(Code.KEY, "missing " + what + " size, expected one of " + String.join(", ", keys), "");
        }
        return size;
    }
}
