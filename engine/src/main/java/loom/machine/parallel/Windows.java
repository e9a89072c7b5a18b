package loom.machine.parallel;

/**
 * Patches of pictures that are never made, those of all pictures side by side: of picture s, element (tap, position) is at
 * {@code base + s · sample + taps[tap] + starts[position]} of {@code words}, which has {@link Convolution#SLACK} more. Starts ascend.
 */
record Windows(float[] words, int base, int sample, int[] taps, int[] starts) implements Right {
    @Override
    public int groups() {
        return 0;
    }

    /** Where tap 0 of a column is, so to say: taps are added. */
    int start(int column) {
        return base + column / starts.length * sample + starts[column % starts.length];
    }

    /** How many columns from {@code column} on, at most {@code most}, are neighbours in the pictures. */
    int neighbours(int column, int most) {
        int start = start(column);
        int count = 1;
        while (count < most && start(column + count) == start + count) {
            count++;
        }
        return count;
    }
}
