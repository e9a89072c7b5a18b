package loom.text;

import java.util.List;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/**
 * A mark that stands for a space.
 *
 * @param scheme where a text gets one in front: {@code always} at each of its parts, {@code first} only at its start, or {@code never}
 */
record Metaspace(String mark, String scheme) {
    private static final List<String> SCHEMES = List.of("always", "first", "never");

    static Metaspace read(Cursor c) {
        Cursor replacement = c.member("replacement");
        String mark = replacement.string();
        if (mark.codePointCount(0, mark.length()) != 1) {
            throw replacement.expected("one character");
        }
        // Old files have this instead of the scheme.
        boolean prefix = c.optional("add_prefix_space").map(Cursor::flag).orElse(true);
        if (!c.has("prepend_scheme")) {
            return new Metaspace(mark, prefix ? "always" : "never");
        }
        Cursor at = c.member("prepend_scheme");
        String scheme = at.string();
        if (!SCHEMES.contains(scheme)) {
            throw at.expected("always, first or never");
        }
        if (!prefix && !scheme.equals("never")) {
            throw at.error(Code.VALUE, "\"" + scheme + "\" contradicts add_prefix_space", "");
        }
        return new Metaspace(mark, scheme);
    }
}
