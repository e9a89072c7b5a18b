package loom.format;

/** Words and floats as little-endian bytes, the way weights travel. */
public final class FloatBytes {
    private FloatBytes() {}

    /** {@code bytes} holds whole words. */
    public static float[] floats(byte[] bytes) {
        int[] words = words(bytes);
        float[] values = new float[words.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(words[i]);
        }
        return values;
    }

    public static byte[] bytes(float[] values) {
        int[] words = new int[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Float.floatToRawIntBits(values[i]);
        }
        return bytesOfWords(words);
    }

    /** {@code bytes} holds whole words. */
    public static int[] words(byte[] bytes) {
        int[] words = new int[bytes.length / 4];
        for (int i = 0; i < words.length; i++) {
            int o = 4 * i;
            words[i] = (bytes[o] & 0xff)
                    | (bytes[o + 1] & 0xff) << 8
                    | (bytes[o + 2] & 0xff) << 16
                    | (bytes[o + 3] & 0xff) << 24;
        }
        return words;
    }

    public static byte[] bytesOfWords(int[] words) {
        byte[] bytes = new byte[Math.multiplyExact(4, words.length)];
        for (int i = 0; i < words.length; i++) {
            bytes[4 * i] = (byte) words[i];
            bytes[4 * i + 1] = (byte) (words[i] >> 8);
            bytes[4 * i + 2] = (byte) (words[i] >> 16);
            bytes[4 * i + 3] = (byte) (words[i] >> 24);
        }
        return bytes;
    }
}
