package loom.numeric;

/**
 * Base64 with the standard alphabet and padding (RFC 4648, section 4). The decoder is strict: no line breaks or spaces,
 * padding to a multiple of four characters, unused bits zero; so every byte sequence has one text.
 */
public final class Base64 {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final byte[] VALUES = new byte[128];

    static {
        for (int i = 0; i < 128; i++) {
            VALUES[i] = -1;
        }
        for (int i = 0; i < 64; i++) {
            VALUES[ALPHABET.charAt(i)] = (byte) i;
        }
    }

    private Base64() {}

    public static String encode(byte[] data) {
        char[] text = new char[Math.toIntExact((data.length + 2L) / 3 * 4)];
        int at = 0;
        for (int i = 0; i < data.length; i += 3) {
            int left = data.length - i;
            int group = (data[i] & 255) << 16;
            group |= left > 1 ? (data[i + 1] & 255) << 8 : 0;
            group |= left > 2 ? data[i + 2] & 255 : 0;
            text[at++] = ALPHABET.charAt(group >> 18);
            text[at++] = ALPHABET.charAt(group >> 12 & 63);
            text[at++] = left > 1 ? ALPHABET.charAt(group >> 6 & 63) : '=';
            text[at++] = left > 2 ? ALPHABET.charAt(group & 63) : '=';
        }
        return new String(text);
    }

    /** @throws NumberFormatException naming the first character that is wrong and its position */
    public static byte[] decode(String text) {
        int n = text.length();
        if ((n & 3) != 0) {
            throw new NumberFormatException("base64 text has " + n + " characters, which is not a multiple of 4");
        }
        int padding = n == 0 || text.charAt(n - 1) != '=' ? 0 : text.charAt(n - 2) != '=' ? 1 : 2;
        byte[] data = new byte[n / 4 * 3 - padding];
        int at = 0;
        for (int i = 0; i < n; i += 4) {
            int given = i + 4 == n ? 4 - padding : 4;
            int group = 0;
            for (int j = 0; j < 4; j++) {
                group = group << 6 | (j < given ? value(text, i + j) : 0);
            }
            if (given == 3 && (group & 255) != 0 || given == 2 && (group & 0xffff) != 0) {
                throw new NumberFormatException(
                        "base64 text ends in '" + text.charAt(i + given - 1) + "', whose unused bits are not zero");
            }
            data[at++] = (byte) (group >> 16);
            if (given > 2) {
                data[at++] = (byte) (group >> 8);
            }
            if (given > 3) {
                data[at++] = (byte) group;
            }
        }
        return data;
    }

    private static int value(String text, int i) {
        char c = text.charAt(i);
        int value = c < 128 ? VALUES[c] : -1;
        if (value < 0) {
            throw new NumberFormatException("base64 text has the character '" + c + "' at position " + i);
        }
        return value;
    }
}
