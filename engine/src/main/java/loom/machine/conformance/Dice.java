package loom.machine.conformance;

import loom.numeric.Domain;

/** Random choices from a seed, the same everywhere (xorshift). */
public final class Dice {
    /** Extents around the sizes that generators treat specially: lanes, tiles, panels. */
    private static final int[] EXTENTS = {1, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 23, 31, 32, 33, 48, 64, 65, 70};

    private int state;

    public Dice(int seed) {
        state = seed * 0x9e3779b9 + 0x7f4a7c15;
        if (state == 0) {
            state = 1;
        }
        for (int i = 0; i < 8; i++) {
            word();
        }
    }

    int word() {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return state;
    }

    /** 0 to {@code bound} − 1. */
    public int below(int bound) {
        return (word() >>> 8) % bound;
    }

    boolean chance(int percent) {
        return below(100) < percent;
    }

    public int between(int low, int high) {
        return low + below(high - low + 1);
    }

    int extent() {
        return EXTENTS[below(EXTENTS.length)];
    }

    int extent(int limit) {
        int e = extent();
        while (e > limit) {
            e = extent();
        }
        return e;
    }

    /** How values of one tensor are drawn. */
    public enum Values {
        /** Multiples of 2^-23 within ±1. */
        UNIT,
        /** Small integers, for ties and equal elements. */
        SMALL_INTEGERS,
        /** Every exponent from 2^-60 to 2^12. */
        WIDE,
        /** Neighbours cancel but for their last bits. */
        CANCELLING,
        /** Zeros, the smallest and large values. */
        EXTREME
    }

    Values values() {
        return chance(50) ? Values.UNIT : Values.values()[below(Values.values().length)];
    }

    /** Bits of f32 values in domain D. */
    public int[] floats(int count, Values kind) {
        int[] bits = new int[count];
        for (int i = 0; i < count; i++) {
            bits[i] = switch (kind) {
                case UNIT -> d(((word() >> 8) + 0.5f) * 0x1p-23f);
                case SMALL_INTEGERS -> d(below(9) - 4);
                case WIDE -> wide(-60, 12);
                case CANCELLING -> i % 2 == 0 ? wide(-8, 8) : (bits[i - 1] ^ 0x80000000) + below(3) - 1;
                case EXTREME ->
                    switch (below(5)) {
                        case 0 -> 0;
                        case 1 -> 0x21800000 | word() & 0x80000000; // ±2^-60
                        case 2 -> 0x58800000 - below(3) | word() & 0x80000000; // ±2^50 or a little less
                        case 3 -> wide(-60, -30);
                        default -> wide(-2, 2);
                    };
            };
        }
        return bits;
    }

    private int wide(int low, int high) {
        return d(Float.intBitsToFloat((127 + between(low, high)) << 23 | word() & 0x807fffff));
    }

    private static int d(float x) {
        return Float.floatToRawIntBits(Domain.roundD(x));
    }

    /** Bits of f32 values in domain W that are not negative. */
    int[] wideDomain(int count) {
        int[] bits = new int[count];
        for (int i = 0; i < count; i++) {
            bits[i] = chance(20) ? 0 : (127 + between(-124, 40)) << 23 | word() & 0x7fffff;
        }
        return bits;
    }

    int[] integers(int count) {
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = chance(70) ? below(21) - 10 : word();
        }
        return words;
    }
}
