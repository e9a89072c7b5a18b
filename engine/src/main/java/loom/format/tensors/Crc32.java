package loom.format.tensors;

/** The checksum of zip files: polynomial 0xedb88320, bits from the lowest. */
final class Crc32 {
    private static final int[] TABLE = table();

    private Crc32() {}

    static int of(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc = TABLE[(crc ^ b) & 0xff] ^ crc >>> 8;
        }
        return ~crc;
    }

    private static int[] table() {
        int[] t = new int[256];
        for (int i = 0; i < t.length; i++) {
            int c = i;
            for (int k = 0; k < 8; k++) {
                c = (c & 1) == 0 ? c >>> 1 : c >>> 1 ^ 0xedb88320;
            }
            t[i] = c;
        }
        return t;
    }
}
