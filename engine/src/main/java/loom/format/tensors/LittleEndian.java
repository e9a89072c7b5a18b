package loom.format.tensors;

/** Words of files. */
final class LittleEndian {
    private LittleEndian() {}

    static int half(byte[] b, int at) {
        return b[at] & 0xff | (b[at + 1] & 0xff) << 8;
    }

    static long word(byte[] b, int at) {
        return half(b, at) | (long) half(b, at + 2) << 16;
    }

    static long number(byte[] b, int at) {
        return word(b, at) | word(b, at + 4) << 32;
    }

    static void put(byte[] b, int at, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            b[at + i] = (byte) (value >>> 8 * i);
        }
    }
}
