package loom.numeric;

/**
 * Base64 with the standard alphabet and padding (RFC 4648, section 4). The decoder is strict: no line breaks or spaces,
 * padding to a multiple of four characters, unused bits zero; so every byte sequence has one text.
 */
public final class Base64 {
    // Arrays, not strings: a checked call a character made weights slow to load in a browser.
    private static final char[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray();
    private static final byte[] VALUES = new byte[256];

    static {
        for (int i = 0; i < 256; i++) {
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

    /**
     * How many bytes a text stands for, if it is right.
     *
     * @param text holds it, as ASCII
     * @param start where it begins
     * @param n characters
     * @throws NumberFormatException if no text has so many characters, or if it has others than ASCII, which are several bytes
     */
    public static int size(byte[] text, int start, int n) {
        if ((n & 3) != 0) {
            for (int i = start; i < start + n; i++) {
                if (text[i] < 0) {
                    value(text, i, start); // n counts bytes then, not characters
                }
            }
            throw new NumberFormatException("base64 text has " + n + " characters, which is not a multiple of 4");
        }
        return n / 4 * 3 - padding(text, start, n);
    }

    /**
     * The bytes of the {@code n} characters from {@code start} on.
     *
     * @throws NumberFormatException naming the first character that is wrong and its position
     */
    public static byte[] decode(byte[] text, int start, int n) {
        return decode(text, start, 0, n);
    }

    /** Leaves the first {@code skip} characters out. */
    private static byte[] decode(byte[] text, int start, int skip, int n) {
        byte[] data = new byte[size(text, start + skip, n - skip)];
        int groups = data.length / 3;
        Pieces.each(0, groups, (from, to) -> {
            for (int g = from; g < to; g++) {
                int group = group(text, start, start + skip + 4 * g);
                data[3 * g] = (byte) (group >> 16);
                data[3 * g + 1] = (byte) (group >> 8);
                data[3 * g + 2] = (byte) group;
            }
            return to;
        });
        if (3 * groups < data.length) {
            last(text, start, skip + 4 * groups, data, 3 * groups);
        }
        return data;
    }

    /** The last group, of which one or two bytes are there. */
    private static void last(byte[] text, int start, int from, byte[] data, int at) {
        int given = 1 + data.length - at;
        int i = start + from;
        int group = value(text, i, start) << 18
                | value(text, i + 1, start) << 12
                | (given > 2 ? value(text, i + 2, start) << 6 : 0);
        if ((group & (given == 3 ? 255 : 0xffff)) != 0) {
            throw new NumberFormatException(
                    "base64 text ends in '" + (char) text[i + given - 1] + "', whose unused bits are not zero");
        }
        data[at] = (byte) (group >> 16);
        if (given > 2) {
            data[at + 1] = (byte) (group >> 8);
        }
    }

    /** The f32 whose little-endian bytes the {@code n} characters from {@code start} on are: {@link #size} is a multiple of 4. */
    public static float[] decodeFloats(byte[] text, int start, int n) {
        float[] values = new float[size(text, start, n) / 4];
        int triples = values.length / 3;
        Pieces.each(0, triples, (from, to) -> {
            for (int t = from; t < to; t++) {
                int i = start + 16 * t;
                int a = group(text, start, i);
                int b = group(text, start, i + 4);
                int c = group(text, start, i + 8);
                int d = group(text, start, i + 12);
                values[3 * t] = Float.intBitsToFloat(Integer.reverseBytes(a << 8 | b >> 16));
                values[3 * t + 1] = Float.intBitsToFloat(Integer.reverseBytes(b << 16 | c >> 8));
                values[3 * t + 2] = Float.intBitsToFloat(Integer.reverseBytes(c << 24 | d));
            }
            return to;
        });
        byte[] rest = decode(text, start, 16 * triples, n);
        for (int i = 0; i < rest.length; i += 4) {
            int word = (rest[i] & 255) << 24 | (rest[i + 1] & 255) << 16 | (rest[i + 2] & 255) << 8 | rest[i + 3] & 255;
            values[3 * triples + i / 4] = Float.intBitsToFloat(Integer.reverseBytes(word));
        }
        return values;
    }

    private static int padding(byte[] text, int start, int n) {
        int end = start + n;
        return n == 0 || text[end - 1] != '=' ? 0 : text[end - 2] != '=' ? 1 : 2;
    }

    /** The 24 bits of four characters. */
    private static int group(byte[] text, int start, int i) {
        int group = VALUES[text[i] & 255] << 18
                | VALUES[text[i + 1] & 255] << 12
                | VALUES[text[i + 2] & 255] << 6
                | VALUES[text[i + 3] & 255];
        return group >= 0
                ? group
                : value(text, i, start)
                        | value(text, i + 1, start)
                        | value(text, i + 2, start)
                        | value(text, i + 3, start);
    }

    private static int value(byte[] text, int i, int start) {
        int value = VALUES[text[i] & 255];
        if (value < 0) {
            String what = text[i] < 0 ? "a character that is not ASCII" : "the character '" + (char) text[i] + "'";
            throw new NumberFormatException("base64 text has " + what + " at position " + (i - start));
        }
        return value;
    }
}
