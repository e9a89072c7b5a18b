package loom.wgsl;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Dispatches, in order; where the batch decides one list for each of {@link #BATCHES}.
 *
 * @param scratch words of the scratch slot, for a batch whose stages use it
 */
record Choice(List<List<Stage>> stages, IntUnaryOperator scratch) {
    /** A batch uses the stages of the largest of these that is not above it. */
    static final int[] BATCHES = {1, 2, 8, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192};

    Choice {
        stages = List.copyOf(stages);
    }

    static Choice always(Stage stage) {
        return new Choice(List.of(List.of(stage)), batch -> 0);
    }

    List<Stage> at(int batch) {
        return stages.get(Math.min(stages.size() - 1, place(batch)));
    }

    /** The one of {@link #BATCHES} whose stages a batch uses. */
    static int floor(int batch) {
        return BATCHES[place(batch)];
    }

    private static int place(int batch) {
        int i = BATCHES.length - 1;
        while (i > 0 && BATCHES[i] > batch) {
            i--;
        }
        return i;
    }
}
