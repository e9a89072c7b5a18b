package loom.format;

/** Words and floats as little-endian bytes, the way weights travel. */
public final class FloatBytes {
    private FloatBytes() {}

    /** {@code bytes} holds whole words. */
    public static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(word(bytes, 4 * i));
        }
        return values;
    }

    public static byte[] bytes(float[] values) {
        byte[] bytes = new byte[Math.multiplyExact(4, values.length)];
        for (int i = 0; i < values.length; i++) {
            put(bytes, 4 * i, Float.floatToRawIntBits(values[i]));
        }
        return bytes;
    }

    /** {@code bytes} holds whole words. */
    public static int[] words(byte[] bytes) {
        int[] words = new int[bytes.length / 4];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(bytes, 4 * i);
        }
        return words;
    }

    public static byte[] bytesOfWords(int[] words) {
        byte[] bytes = new byte[Math.multiplyExact(4, words.length)];
        for (int i = 0; i < words.length; i++) {
            put(bytes, 4 * i, words[i]);
        }
        return bytes;
    }

    private static int word(byte[] b, int at) {
        return (b[at] & 0xff) | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff) << 16 | (b[at + 3] & 0xff) << 24;
    }

    private static void put(byte[] b, int at, int word) {
        b[at] = (byte) word;
        b[at + 1] = (byte) (word >> 8);
        b[at + 2] = (byte) (word >> 16);
        b[at + 3] = (byte) (word >> 24);
    }
}
