package loom.train;

import loom.numeric.Philox;

/** Seeded order of samples: Fisher–Yates, one Philox word a position, so an epoch's order depends on seed and epoch alone. */
final class Shuffle {
    private Shuffle() {}

    static int[] order(int size, long seed, int epoch) {
        int[] order = inOrder(size);
        for (int i = size - 1; i > 0; i--) {
            // The word scaled to 0 … i by its high product; the bias is below 2^-32 · size.
            long word = Philox.word(seed, i, epoch, 0, Philox.SHUFFLE) & 0xffffffffL;
            int j = (int) ((word * (i + 1)) >>> 32);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    /** 0, 1, … size − 1. */
    static int[] inOrder(int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        return order;
    }
}
