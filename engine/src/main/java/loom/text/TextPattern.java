package loom.text;

import loom.format.Cursor;
import loom.format.ModelException.Code;

/** What a text is cut or replaced at: {@code {"String": "…"}} or {@code {"Regex": "…"}}. */
interface TextPattern {
    void split(String text, Regex.Segments to);

    static TextPattern read(Cursor c) {
        if (c.has("Regex")) {
            Cursor at = c.member("Regex");
            try {
                return Regex.of(at.string())::split;
            } catch (NumberFormatException e) {
                throw at.error(Code.UNSUPPORTED, e.getMessage(), "");
            }
        }
        return literal(c.member("String").string());
    }

    static TextPattern literal(String literal) {
        return (text, to) -> {
            int from = 0;
            int at = literal.isEmpty() ? -1 : text.indexOf(literal);
            while (at >= 0) {
                if (from < at) {
                    to.take(text.substring(from, at), false);
                }
                to.take(literal, true);
                from = at + literal.length();
                at = text.indexOf(literal, from);
            }
            if (from < text.length()) {
                to.take(text.substring(from), false);
            }
        };
    }
}
