package loom.format.tensors;

/**
 * DEFLATE (RFC 1951) into an array of the size that the file says; more or less is refused. Throws {@link NumberFormatException} with a
 * sentence for data that is not of that form.
 */
final class Inflate {
    private static final int MAX_BITS = 15;
    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCE_BASE = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577
    };
    private static final int[] DISTANCE_BITS = {
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13
    };
    /** In which order the lengths of the code of lengths stand. */
    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private final byte[] in;
    private final byte[] out;
    private int at;
    private int to;
    private int buffer;
    private int held;

    private Inflate(byte[] in, int size) {
        this.in = in;
        this.out = new byte[size];
    }

    static byte[] inflate(byte[] in, int size) {
        Inflate i = new Inflate(in, size);
        boolean last;
        do {
            last = i.bits(1) == 1;
            switch (i.bits(2)) {
                case 0 -> i.stored();
                case 1 -> i.block(Code.FIXED_LITERALS, Code.FIXED_DISTANCES);
                case 2 -> i.dynamic();
                default -> throw new NumberFormatException("a block of an unknown kind");
            }
        } while (!last);
        if (i.to != size) {
            throw new NumberFormatException(i.to + " bytes come out, expected " + size);
        }
        return i.out;
    }

    private int bits(int count) {
        while (held < count) {
            if (at == in.length) {
                throw new NumberFormatException("cut off");
            }
            buffer |= (in[at++] & 0xff) << held;
            held += 8;
        }
        int v = buffer & (1 << count) - 1;
        buffer >>>= count;
        held -= count;
        return v;
    }

    private void put(int b) {
        if (to == out.length) {
            throw new NumberFormatException("more than " + out.length + " bytes come out");
        }
        out[to++] = (byte) b;
    }

    private void stored() {
        buffer = 0;
        held = 0;
        int length = bits(16);
        if (length != (bits(16) ^ 0xffff)) {
            throw new NumberFormatException("the length of a stored block contradicts itself");
        }
        for (int i = 0; i < length; i++) {
            put(bits(8));
        }
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int count = bits(4) + 4;
        if (literals > 286 || distances > 30) {
            throw new NumberFormatException("a code for too many symbols");
        }
        int[] lengths = new int[19];
        for (int i = 0; i < count; i++) {
            lengths[ORDER[i]] = bits(3);
        }
        Code code = Code.of(lengths, 0, 19);
        int[] all = new int[literals + distances];
        int n = 0;
        while (n < all.length) {
            int symbol = symbol(code);
            if (symbol < 16) {
                all[n++] = symbol;
                continue;
            }
            if (symbol == 16 && n == 0) {
                throw new NumberFormatException("repeats a length before the first");
            }
            int value = symbol == 16 ? all[n - 1] : 0;
            int times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            if (n + times > all.length) {
                throw new NumberFormatException("more lengths than symbols");
            }
            for (int i = 0; i < times; i++) {
                all[n++] = value;
            }
        }
        block(Code.of(all, 0, literals), Code.of(all, literals, distances));
    }

    private void block(Code literals, Code distances) {
        while (true) {
            int s = symbol(literals);
            if (s < 256) {
                put(s);
            } else if (s == 256) {
                return;
            } else {
                copy(s - 257, distances);
            }
        }
    }

    private void copy(int s, Code distances) {
        if (s >= LENGTH_BASE.length) {
            throw new NumberFormatException("an unknown length");
        }
        int length = LENGTH_BASE[s] + bits(LENGTH_BITS[s]);
        int d = symbol(distances);
        if (d >= DISTANCE_BASE.length) {
            throw new NumberFormatException("an unknown distance");
        }
        int distance = DISTANCE_BASE[d] + bits(DISTANCE_BITS[d]);
        if (distance > to) {
            throw new NumberFormatException("copies from before the start");
        }
        for (int i = 0; i < length; i++) {
            put(out[to - distance]);
        }
    }

    /** Canonical code: of each length the codes ascend, so a symbol is found by counting down. */
    private int symbol(Code c) {
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= MAX_BITS; length++) {
            code |= bits(1);
            int count = c.counts[length];
            if (code - first < count) {
                return c.symbols[index + code - first];
            }
            index += count;
            first = first + count << 1;
            code <<= 1;
        }
        throw new NumberFormatException("an unknown code");
    }

    /** Symbols by length and then by number, and how many there are of each length. */
    private record Code(int[] counts, int[] symbols) {
        static final Code FIXED_LITERALS = fixedLiterals();
        static final Code FIXED_DISTANCES = fixedDistances();

        static Code of(int[] lengths, int from, int count) {
            int[] counts = new int[MAX_BITS + 1];
            for (int i = 0; i < count; i++) {
                counts[lengths[from + i]]++;
            }
            counts[0] = 0;
            int left = 1;
            int[] next = new int[MAX_BITS + 2];
            for (int length = 1; length <= MAX_BITS; length++) {
                left = 2 * left - counts[length];
                if (left < 0) {
                    throw new NumberFormatException("a code with more symbols than it has room for");
                }
                next[length + 1] = next[length] + counts[length];
            }
            int[] symbols = new int[count];
            for (int i = 0; i < count; i++) {
                int length = lengths[from + i];
                if (length > 0) {
                    symbols[next[length]++] = i;
                }
            }
            return new Code(counts, symbols);
        }

        private static Code fixedLiterals() {
            int[] lengths = new int[288];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
            }
            return of(lengths, 0, lengths.length);
        }

        private static Code fixedDistances() {
            int[] lengths = new int[32];
            java.util.Arrays.fill(lengths, 5);
            return of(lengths, 0, lengths.length);
        }
    }
}
