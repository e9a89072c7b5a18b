package loom.format;

import java.nio.charset.StandardCharsets;
import loom.format.ModelException.Code;

/** Bytes to text and back. The library's decoder puts a question mark where bytes are wrong; a file that lies is refused instead. */
final class Utf8 {
    private Utf8() {}

    /** Characters of the text: the first {@code length} of {@code chars}. Not copied into a string, for files are large. */
    record Text(char[] chars, int length) {
        static Text of(String text) {
            return new Text(text.toCharArray(), text.length());
        }

        @Override
        public String toString() {
            return new String(chars, 0, length);
        }
    }

    static Text decode(String file, byte[] bytes) {
        char[] text = new char[bytes.length];
        int at = 0;
        int i = 0;
        while (i < bytes.length) {
            int lead = bytes[i];
            if (lead >= 0) {
                text[at++] = (char) lead;
                i++;
                continue;
            }
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
            int code = lead & (0x7f >> n);
            for (int k = 1; k < n; k++) {
                code = code << 6 | bytes[i + k] & 0x3f;
            }
            if (n == 4) {
                text[at++] = (char) (0xd7c0 + (code >> 10)); // 0xd800 - (0x10000 >> 10)
                text[at++] = (char) (0xdc00 | code & 0x3ff);
            } else {
                text[at++] = (char) code;
            }
            i += n;
        }
        return new Text(text, at);
    }

    static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Bytes of the character at i, which is not ASCII, or 0 if it is not one: too long, a surrogate, above U+10FFFF, or cut off. */
    private static int length(byte[] b, int i) {
        int lead = b[i] & 0xff;
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
