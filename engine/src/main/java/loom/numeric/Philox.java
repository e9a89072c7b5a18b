package loom.numeric;

/**
 * The counter-based random number generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy
 * as 1, 2, 3", 2011) and the distributions made of its words.
 *
 * <p>A draw is a pure function of a 64-bit key, the seed, and four counters. For element e of a tensor they are (e / 4,
 * step, tensor, purpose), and the element takes word e mod 4 of the block; so a draw depends on nothing else, whatever the
 * order, the machine or the number of threads.
 */
public final class Philox {
    public static final int MULTIPLIER_0 = 0xd2511f53;
    public static final int MULTIPLIER_1 = 0xcd9e8d57;
    public static final int WEYL_0 = 0x9e3779b9;
    public static final int WEYL_1 = 0xbb67ae85;
    public static final int ROUNDS = 10;

    /** Purposes: the last counter word, so that different uses of one seed never meet. Part of the format. */
    public static final int INITIALISER = 1;

    public static final int SHUFFLE = 2;
    public static final int DROPOUT = 3;
    public static final int NOISE = 4;
    public static final int SAMPLING = 5;
    public static final int ANALYSIS = 6;
    public static final int EVOLUTION = 7;

    /** 2 pi to the nearest f32. */
    public static final float TURN = 6.2831855f;

    private Philox() {}

    /** Writes the four words of a block into {@code words}. */
    public static void block(int keyLow, int keyHigh, int c0, int c1, int c2, int c3, int[] words) {
        int k0 = keyLow;
        int k1 = keyHigh;
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = (c0 & 0xffffffffL) * (MULTIPLIER_0 & 0xffffffffL);
            long p1 = (c2 & 0xffffffffL) * (MULTIPLIER_1 & 0xffffffffL);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** The word of one element. */
    public static int word(long seed, int element, int step, int tensor, int purpose) {
        int[] words = new int[4];
        block((int) seed, (int) (seed >>> 32), element >>> 2, step, tensor, purpose, words);
        return words[element & 3];
    }

    /** Uniform on [0, 1): a multiple of 2^-24. */
    public static float uniform(int word) {
        return (float) (word >>> 8) * 0x1p-24f;
    }

    /** Uniform number of an element: [0, 1) with 24 bits. */
    public static float uniform(long seed, int element, int step, int tensor, int purpose) {
        return uniform(word(seed, element, step, tensor, purpose));
    }

    /** Uniform on (0, 1), never an end: an odd multiple of 2^-24. For use under a logarithm. */
    public static float openUniform(int word) {
        return (float) ((word >>> 9) * 2 + 1) * 0x1p-24f;
    }

    /**
     * Standard normal by Box and Muller: sqrt(-2 log u) times cos(2 pi v) for even, sin(2 pi v) for odd elements. Each
     * operation is the virtual machine's, with rule D.
     */
    public static float normal(int radiusWord, int angleWord, boolean odd) {
        float radius = F32.sqrt(F32.mul(F32.log(openUniform(radiusWord)), -2f));
        float angle = F32.mul(uniform(angleWord), TURN);
        return F32.mul(radius, odd ? F32.sin(angle) : F32.cos(angle));
    }

    /** The standard normal of one element: elements 2i and 2i + 1 share words 0 and 1, or 2 and 3, of their block. */
    public static float normal(long seed, int element, int step, int tensor, int purpose) {
        int[] words = new int[4];
        block((int) seed, (int) (seed >>> 32), element >>> 2, step, tensor, purpose, words);
        int pair = element & 2;
        return normal(words[pair], words[pair + 1], (element & 1) == 1);
    }
}
