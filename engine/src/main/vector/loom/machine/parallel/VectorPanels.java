package loom.machine.parallel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** What goes into the panels of {@link Vectors}, vector by vector. */
final class VectorPanels {
    private static final VectorSpecies<Float> SPECIES = Vectors.SPECIES;

    private VectorPanels() {}

    /** A slice of a panel: {@code depth} rows of {@code COLUMNS} words, {@code down} apart where they come from. */
    static void slice(float[] words, int from, int down, float[] panel, int to, int depth) {
        for (int p = 0; p < depth; p++) {
            for (int c = 0; c < Vectors.COLUMNS; c += SPECIES.length()) {
                FloatVector.fromArray(SPECIES, words, from + p * down + c)
                        .intoArray(panel, to + p * Vectors.COLUMNS + c);
            }
        }
    }

    /**
     * A column of a panel that is one vector wide. Row p is at {@code to + p · across} and takes what is at {@code first + taps[tap + p]} of
     * {@code words}, from lane {@code lane} on what is at {@code second + taps[tap + p]}; of both, a whole vector is read.
     */
    static void window(
            float[] words,
            int first,
            int second,
            int lane,
            int[] taps,
            int tap,
            float[] panel,
            int to,
            int across,
            int depth) {
        if (lane == SPECIES.length()) {
            for (int p = 0; p < depth; p++) {
                FloatVector.fromArray(SPECIES, words, first + taps[tap + p]).intoArray(panel, to + p * across);
            }
            return;
        }
        VectorMask<Float> mask = VectorMask.fromLong(SPECIES, -1L << lane);
        for (int p = 0; p < depth; p++) {
            int at = taps[tap + p];
            FloatVector.fromArray(SPECIES, words, first + at)
                    .blend(FloatVector.fromArray(SPECIES, words, second + at), mask)
                    .intoArray(panel, to + p * across);
        }
    }
}
