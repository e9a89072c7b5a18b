package loom.format;

/** Floats as little-endian bytes, the way weights travel. */
public final class FloatBytes {
    private FloatBytes() {}

    /** {@code bytes} holds whole words. */
    public static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / 4];
        for (int i = 0; i < values.length; i++) {
            int o = 4 * i;
            int word = (bytes[o] & 0xff)
                    | (bytes[o + 1] & 0xff) << 8
                    | (bytes[o + 2] & 0xff) << 16
                    | (bytes[o + 3] & 0xff) << 24;
            values[i] = Float.intBitsToFloat(word);
        }
        return values;
    }

    public static byte[] bytes(float[] values) {
        byte[] bytes = new byte[Math.multiplyExact(4, values.length)];
        for (int i = 0; i < values.length; i++) {
            int word = Float.floatToRawIntBits(values[i]);
            bytes[4 * i] = (byte) word;
            bytes[4 * i + 1] = (byte) (word >> 8);
            bytes[4 * i + 2] = (byte) (word >> 16);
            bytes[4 * i + 3] = (byte) (word >> 24);
        }
        return bytes;
    }
}
