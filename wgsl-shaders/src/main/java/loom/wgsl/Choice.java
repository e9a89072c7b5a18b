package loom.wgsl;

import java.util.List;

/** The ways of a kernel; where the batch decides one for each of {@link #BATCHES}. */
record Choice(List<Way> ways) {
    /** A batch uses the way of the largest of these that is not above it. */
    static final int[] BATCHES = {1, 2, 8, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192};

    Choice {
        ways = List.copyOf(ways);
    }

    static Choice always(Way way) {
        return new Choice(List.of(way));
    }

    static Choice always(Stage stage) {
        return always(Way.of(stage));
    }

    Way at(int batch) {
        int i = BATCHES.length - 1;
        while (i > 0 && BATCHES[i] > batch) {
            i--;
        }
        return ways.get(Math.min(ways.size() - 1, i));
    }
}
