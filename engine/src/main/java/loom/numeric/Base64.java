package loom.numeric;

/**
 * Base64 with the standard alphabet and padding (RFC 4648, section 4). The decoder is strict: no line breaks or spaces,
 * padding to a multiple of four characters, unused bits zero; so every byte sequence has one text.
 */
public final class Base64 {
    // Arrays, not strings: a checked call a character made weights slow to load in a browser.
    private static final char[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray();
    private static final byte[] VALUES = new byte[128];

    static {
        for (int i = 0; i < 128; i++) {
            VALUES[i] = -1;
        }
        for (int i = 0; i < 64; i++) {
            VALUES[ALPHABET[i]] = (byte) i;
        }
    }

    private Base64() {}

    public static String encode(byte[] data) {
        char[] text = new char[Math.toIntExact((data.length + 2L) / 3 * 4)];
        int at = 0;
        int whole = data.length - data.length % 3;
        for (int i = 0; i < whole; i += 3) {
            int group = (data[i] & 255) << 16 | (data[i + 1] & 255) << 8 | data[i + 2] & 255;
            text[at++] = ALPHABET[group >> 18];
            text[at++] = ALPHABET[group >> 12 & 63];
            text[at++] = ALPHABET[group >> 6 & 63];
            text[at++] = ALPHABET[group & 63];
        }
        int left = data.length - whole;
        if (left > 0) {
            int group = (data[whole] & 255) << 16 | (left > 1 ? (data[whole + 1] & 255) << 8 : 0);
            text[at++] = ALPHABET[group >> 18];
            text[at++] = ALPHABET[group >> 12 & 63];
            text[at++] = left > 1 ? ALPHABET[group >> 6 & 63] : '=';
            text[at] = '=';
        }
        return new String(text);
    }

    /** @throws NumberFormatException naming the first character that is wrong and its position */
    public static byte[] decode(String text) {
        return decode(text.toCharArray(), 0, text.length());
    }

    /** The bytes of the {@code n} characters from {@code start} on, without a copy of them. */
    public static byte[] decode(char[] c, int start, int n) {
        if ((n & 3) != 0) {
            throw new NumberFormatException("base64 text has " + n + " characters, which is not a multiple of 4");
        }
        int end = start + n;
        int padding = n == 0 || c[end - 1] != '=' ? 0 : c[end - 2] != '=' ? 1 : 2;
        byte[] data = new byte[n / 4 * 3 - padding];
        int at = 0;
        int whole = padding == 0 ? end : end - 4;
        for (int i = start; i < whole; i += 4) {
            int group = value(c, i, start) << 18
                    | value(c, i + 1, start) << 12
                    | value(c, i + 2, start) << 6
                    | value(c, i + 3, start);
            data[at++] = (byte) (group >> 16);
            data[at++] = (byte) (group >> 8);
            data[at++] = (byte) group;
        }
        if (padding > 0) {
            int given = 4 - padding;
            int group = value(c, whole, start) << 18
                    | value(c, whole + 1, start) << 12
                    | (given > 2 ? value(c, whole + 2, start) << 6 : 0);
            if ((group & (given == 3 ? 255 : 0xffff)) != 0) {
                throw new NumberFormatException(
                        "base64 text ends in '" + c[whole + given - 1] + "', whose unused bits are not zero");
            }
            data[at++] = (byte) (group >> 16);
            if (given > 2) {
                data[at] = (byte) (group >> 8);
            }
        }
        return data;
    }

    private static int value(char[] text, int i, int start) {
        char c = text[i];
        int value = c < 128 ? VALUES[c] : -1;
        if (value < 0) {
            throw new NumberFormatException("base64 text has the character '" + c + "' at position " + (i - start));
        }
        return value;
    }
}
