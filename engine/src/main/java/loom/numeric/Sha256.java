package loom.numeric;

/** SHA-256 (FIPS 180-4) of a sequence of bytes, fed in pieces of any size. */
public final class Sha256 {
    private static final int[] ROUND = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
    };

    private final int[] state = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };
    private final int[] schedule = new int[64];
    private long bytes;

    /** The digest of some bytes. */
    public static byte[] of(byte[] data) {
        return new Sha256().update(data, 0, data.length).digest();
    }

    /** The digest of some bytes as 64 lower case hexadecimal digits. */
    public static String hexOf(byte[] data) {
        return hex(of(data));
    }

    /** Bytes as lower case hexadecimal digits. */
    public static String hex(byte[] data) {
        char[] digits = new char[2 * data.length];
        for (int i = 0; i < data.length; i++) {
            digits[2 * i] = Character.forDigit(data[i] >> 4 & 15, 16);
            digits[2 * i + 1] = Character.forDigit(data[i] & 15, 16);
        }
        return new String(digits);
    }

    /** Appends {@code length} bytes from {@code offset} on. */
    public Sha256 update(byte[] data, int offset, int length) {
        if (offset < 0 || length < 0 || offset > data.length - length) {
            throw new IndexOutOfBoundsException(
                    "bytes " + offset + " to " + (offset + (long) length) + " of " + data.length);
        }
        int i = offset;
        int end = offset + length;
        while (i < end && (bytes & 63) != 0) {
            append(data[i++]);
        }
        while (end - i >= 64) {
            for (int j = 0; j < 16; j++, i += 4) {
                schedule[j] = data[i] << 24 | (data[i + 1] & 255) << 16 | (data[i + 2] & 255) << 8 | data[i + 3] & 255;
            }
            bytes += 64;
            compress();
        }
        while (i < end) {
            append(data[i++]);
        }
        return this;
    }

    /** Appends all bytes. */
    public Sha256 update(byte[] data) {
        return update(data, 0, data.length);
    }

    /** Appends a word as four bytes, the lowest first. */
    public Sha256 updateLittleEndian(int word) {
        append(word);
        append(word >> 8);
        append(word >> 16);
        append(word >> 24);
        return this;
    }

    /** Ends the message and returns its digest. The object must not be used afterwards. */
    public byte[] digest() {
        long bits = bytes * 8;
        append(0x80);
        while ((bytes & 63) != 56) {
            append(0);
        }
        for (int shift = 56; shift >= 0; shift -= 8) {
            append((int) (bits >>> shift));
        }
        byte[] digest = new byte[32];
        for (int i = 0; i < 32; i++) {
            digest[i] = (byte) (state[i >> 2] >>> (24 - 8 * (i & 3)));
        }
        return digest;
    }

    /** The block is collected in the first 16 words of the schedule, big-endian. */
    private void append(int value) {
        int at = (int) bytes >> 2 & 15;
        schedule[at] = schedule[at] << 8 | value & 255;
        if ((++bytes & 63) == 0) {
            compress();
        }
    }

    private void compress() {
        int[] w = schedule;
        for (int i = 16; i < 64; i++) {
            int x = w[i - 15];
            int y = w[i - 2];
            int s0 = Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ x >>> 3;
            int s1 = Integer.rotateRight(y, 17) ^ Integer.rotateRight(y, 19) ^ y >>> 10;
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        int f = state[5];
        int g = state[6];
        int h = state[7];
        for (int i = 0; i < 64; i++) {
            int s1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
            int t1 = h + s1 + (e & f ^ ~e & g) + ROUND[i] + w[i];
            int s0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
            int t2 = s0 + (a & b ^ a & c ^ b & c);
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
