package loom.machine.parallel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of products in vector instructions: sums of a block of k stay in registers. Multiplications and additions are separate,
 * each rounded once. The only class that needs the module {@code jdk.incubator.vector}, so it is compiled by itself, before all others,
 * and knows nothing of them.
 */
final class Vectors {
    /** Elements of k that make one sum, and so the distance of rows of {@code left}. */
    static final int BLOCK = 128;

    /** Rows of a tile. */
    static final int ROWS = 4;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Columns of a tile: 8 sums, 2 vectors of the panel, a factor and a product fit 16 registers. */
    static final int COLUMNS = 2 * LANES;

    private Vectors() {}

    /** Whether the processor has vectors worth the name. */
    static boolean present() {
        return LANES >= 4;
    }

    /**
     * Adds sums of {@code depth} products to columns {@code j} to {@code j + COLUMNS} − 1 of four rows.
     *
     * @param left factors: of row r at {@code x + r · BLOCK}
     * @param panel factors: element (p, column) at {@code from + p · COLUMNS + column}
     */
    static void tile(
            float[] left,
            int x,
            float[] panel,
            int from,
            int depth,
            float[] sum0,
            float[] sum1,
            float[] sum2,
            float[] sum3,
            int j) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        for (int p = 0; p < depth; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, panel, from + p * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(SPECIES, panel, from + p * COLUMNS + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[x + p]);
            s00 = s00.add(x0.mul(b0));
            s01 = s01.add(x0.mul(b1));
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[x + p + BLOCK]);
            s10 = s10.add(x1.mul(b0));
            s11 = s11.add(x1.mul(b1));
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[x + p + 2 * BLOCK]);
            s20 = s20.add(x2.mul(b0));
            s21 = s21.add(x2.mul(b1));
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[x + p + 3 * BLOCK]);
            s30 = s30.add(x3.mul(b0));
            s31 = s31.add(x3.mul(b1));
        }
        add(sum0, j, s00, s01);
        add(sum1, j, s10, s11);
        add(sum2, j, s20, s21);
        add(sum3, j, s30, s31);
    }

    /** The same for one row and two panels next to each other, so {@code 2 · COLUMNS} columns. */
    static void row(float[] left, float[] panel, int from, int depth, float[] sum, int j) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int second = from + depth * COLUMNS;
        for (int p = 0; p < depth; p++) {
            FloatVector x = FloatVector.broadcast(SPECIES, left[p]);
            s0 = s0.add(x.mul(FloatVector.fromArray(SPECIES, panel, from + p * COLUMNS)));
            s1 = s1.add(x.mul(FloatVector.fromArray(SPECIES, panel, from + p * COLUMNS + LANES)));
            s2 = s2.add(x.mul(FloatVector.fromArray(SPECIES, panel, second + p * COLUMNS)));
            s3 = s3.add(x.mul(FloatVector.fromArray(SPECIES, panel, second + p * COLUMNS + LANES)));
        }
        add(sum, j, s0, s1);
        add(sum, j + COLUMNS, s2, s3);
    }

    private static void add(float[] sum, int j, FloatVector first, FloatVector second) {
        FloatVector.fromArray(SPECIES, sum, j).add(first).intoArray(sum, j);
        FloatVector.fromArray(SPECIES, sum, j + LANES).add(second).intoArray(sum, j + LANES);
    }
}
