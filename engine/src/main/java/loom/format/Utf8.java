package loom.format;

import java.nio.charset.StandardCharsets;
import loom.format.ModelException.Code;

/** Text to bytes and back. The library's coders put a question mark where something is wrong; a file that lies is refused instead. */
final class Utf8 {
    private Utf8() {}

    /** Refuses bytes that are not UTF-8. */
    static void check(String file, byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            int n = length(bytes, i);
            if (n == 0) {
                throw new ModelException(
                        Code.SYNTAX,
                        file,
                        "",
                        "",
                        "byte " + i + " (0x" + Hex.of(bytes[i], 2) + ") is not UTF-8",
                        "is this a JSON file?");
            }
            i += n;
        }
    }

    /** The text of bytes that are UTF-8. */
    static String decode(byte[] bytes, int from, int to) {
        char[] text = new char[to - from];
        int n = 0;
        int i = from;
        while (i < to) {
            if (bytes[i] >= 0) {
                text[n++] = (char) bytes[i++];
            } else {
                n += Character.toChars(code(bytes, i), text, n);
                i += length(bytes, i);
            }
        }
        return new String(text, 0, n);
    }

    static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses text that has half a character. */
    static byte[] encode(String file, String text) {
        if (hasHalfAPair(text)) {
            throw new ModelException(Code.SYNTAX, file, "", "", "half a surrogate pair in a string", "");
        }
        return encode(text);
    }

    /** Whether a surrogate stands without its other half. */
    static boolean hasHalfAPair(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** The character that the bytes from i on are; {@link #length} is not 0. */
    static int code(byte[] b, int i) {
        int n = length(b, i);
        int code = n == 1 ? b[i] : b[i] & (0x7f >> n);
        for (int k = 1; k < n; k++) {
            code = code << 6 | b[i + k] & 0x3f;
        }
        return code;
    }

    /** Bytes of the character at i, or 0 if there is none: too long, a surrogate, above U+10FFFF, or cut off. */
    static int length(byte[] b, int i) {
        int lead = b[i] & 0xff;
        if (lead < 0x80) {
            return 1;
        }
        int n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || i + n > b.length) {
            return 0;
        }
        for (int k = 1; k < n; k++) {
            if ((b[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = b[i + 1] & 0xff;
        boolean bad = lead == 0xe0 && second < 0xa0
                || lead == 0xed && second > 0x9f
                || lead == 0xf0 && second < 0x90
                || lead == 0xf4 && second > 0x8f;
        return bad ? 0 : n;
    }
}
