package loom.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/** What happens to a text before it is cut: {@code normalizer} of a tokenizer.json. */
interface Normalizer {
    String apply(String text);

    /** Nothing happens. */
    Normalizer NONE = text -> text;

    static Normalizer read(Cursor c) {
        String type = c.member("type").string();
        return switch (type) {
            case "Sequence" -> sequence(c.member("normalizers"));
            case "NFC" -> text -> UnicodeForms.compose(text, false);
            case "NFD" -> text -> UnicodeForms.decompose(text, false);
            case "NFKC" -> text -> UnicodeForms.compose(text, true);
            case "NFKD" -> text -> UnicodeForms.decompose(text, true);
            case "Lowercase" -> UnicodeForms::lower;
            case "StripAccents" -> text -> without(Unicode.MARKS, text);
            case "Strip" -> {
                boolean left = c.member("strip_left").flag();
                boolean right = c.member("strip_right").flag();
                yield text -> stripped(text, left, right);
            }
            case "Prepend" -> {
                String prefix = c.member("prepend").string();
                yield text -> text.isEmpty() ? text : prefix + text;
            }
            case "Replace" -> replacement(c);
            case "BertNormalizer" -> bert(c);
            case "Precompiled" -> CharacterMap.read(c.member("precompiled_charsmap"));
            default ->
                throw c.member("type").error(Code.UNSUPPORTED, "the normalizer \"" + type + "\" is not known here", "");
        };
    }

    private static Normalizer sequence(Cursor list) {
        List<Normalizer> all = new ArrayList<>();
        for (Cursor c : list.elements()) {
            all.add(read(c));
        }
        return text -> {
            String t = text;
            for (Normalizer n : all) {
                t = n.apply(t);
            }
            return t;
        };
    }

    static Normalizer replacement(Cursor c) {
        TextPattern pattern = TextPattern.read(c.member("pattern"));
        String content = c.member("content").string();
        return text -> {
            StringBuilder b = new StringBuilder();
            pattern.split(text, (part, isMatch) -> b.append(isMatch ? content : part));
            return b.toString();
        };
    }

    private static Normalizer bert(Cursor c) {
        boolean clean = flag(c, "clean_text", true);
        boolean chinese = flag(c, "handle_chinese_chars", true);
        boolean lower = flag(c, "lowercase", true);
        boolean strip = flag(c, "strip_accents", lower);
        return text -> {
            String t = clean ? cleaned(text) : text;
            t = chinese ? ideographsApart(t) : t;
            t = strip ? without(Unicode.BERT_MARKS, UnicodeForms.decompose(t, false)) : t;
            return lower ? UnicodeForms.lower(t) : t;
        };
    }

    private static boolean flag(Cursor c, String key, boolean usual) {
        Optional<Cursor> value = c.optional(key).filter(v -> !v.isNull());
        return value.map(Cursor::flag).orElse(usual);
    }

    /** Without control characters; every kind of space becomes one. */
    private static String cleaned(String text) {
        StringBuilder b = new StringBuilder(text.length());
        for (int c : Unicode.codePoints(without(Unicode.CLEANED, text))) {
            b.appendCodePoint(Unicode.isSpace(c) ? ' ' : c);
        }
        return b.toString();
    }

    private static String ideographsApart(String text) {
        StringBuilder b = new StringBuilder(text.length());
        for (int c : Unicode.codePoints(text)) {
            if (isIdeograph(c)) {
                b.append(' ').appendCodePoint(c).append(' ');
            } else {
                b.appendCodePoint(c);
            }
        }
        return b.toString();
    }

    private static boolean isIdeograph(int c) {
        return c >= 0x4e00 && c <= 0x9fff
                || c >= 0x3400 && c <= 0x4dbf
                || c >= 0x20000 && c <= 0x2a6df
                || c >= 0x2a700 && c <= 0x2b73f
                || c >= 0x2b740 && c <= 0x2b81f
                || c >= 0x2b920 && c <= 0x2ceaf
                || c >= 0xf900 && c <= 0xfaff
                || c >= 0x2f800 && c <= 0x2fa1f;
    }

    private static String without(Unicode.CharSet set, String text) {
        StringBuilder b = new StringBuilder(text.length());
        for (int c : Unicode.codePoints(text)) {
            if (!set.has(c)) {
                b.appendCodePoint(c);
            }
        }
        return b.toString();
    }

    static String stripped(String text, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && Unicode.isSpace(text.charAt(from))) {
            from++;
        }
        while (right && from < to && Unicode.isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }
}
