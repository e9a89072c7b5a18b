package loom.machine.parallel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of products in vector instructions: sums of a block of k stay in registers. Multiplications and additions are separate,
 * each rounded once. Needs the module {@code jdk.incubator.vector}, so it is compiled apart, before all other classes, and knows nothing of
 * them. No helpers: where HotSpot does not put one in place of its call, vectors become objects, also in the loop before it.
 */
final class Vectors {
    /** Elements of k that make one sum, and so the distance of rows of {@code left}. */
    static final int BLOCK = 128;

    /** Rows of a tile. */
    static final int ROWS = 4;

    /**
     * 32 registers, as every processor has whose vectors are of 16 lanes. 16 sums of 8 lanes fit them, and were faster (Zen 4) than any tile
     * of 16 lanes: at least 92 % of what the processor can do, against 68 to 81 %.
     */
    private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.length() == 16;

    static final VectorSpecies<Float> SPECIES = WIDE ? FloatVector.SPECIES_256 : FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = WIDE ? IntVector.SPECIES_256 : IntVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    private static final int SIGN = 0x80000000;
    private static final int MAGNITUDE = 0x7fffffff;

    /** Bits of 2^-37 and of 2^50, see {@code Domain}. */
    private static final int GRID = 0x2d000000;

    private static final int LIMIT = 0x58800000;

    /** Vectors in a row of a tile. With two, 8 sums, 2 vectors of the panel, a factor and a product fit 16 registers. */
    private static final int ACROSS = WIDE ? 4 : 2;

    /** Columns of a tile. */
    static final int COLUMNS = ACROSS * LANES;

    /** Rows of a thin tile, which is one vector across. */
    static final int THIN_ROWS = 8;

    /** Vectors up to which what is left of a row is cut into thin slices rather than a whole one. */
    static final int THIN = ACROSS / 2;

    /** Slices of as many columns that {@link #row} takes. */
    static final int SLICES = 4 / ACROSS;

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
        if (WIDE) {
            wide(left, x, panel, from, depth, sum0, sum1, sum2, sum3, j);
        } else {
            narrow(left, x, panel, from, depth, sum0, sum1, sum2, sum3, j);
        }
    }

    private static void narrow(
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
            int at = from + p * COLUMNS;
            FloatVector b0 = FloatVector.fromArray(SPECIES, panel, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, panel, at + LANES);
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
        FloatVector.fromArray(SPECIES, sum0, j).add(s00).intoArray(sum0, j);
        FloatVector.fromArray(SPECIES, sum0, j + LANES).add(s01).intoArray(sum0, j + LANES);
        FloatVector.fromArray(SPECIES, sum1, j).add(s10).intoArray(sum1, j);
        FloatVector.fromArray(SPECIES, sum1, j + LANES).add(s11).intoArray(sum1, j + LANES);
        FloatVector.fromArray(SPECIES, sum2, j).add(s20).intoArray(sum2, j);
        FloatVector.fromArray(SPECIES, sum2, j + LANES).add(s21).intoArray(sum2, j + LANES);
        FloatVector.fromArray(SPECIES, sum3, j).add(s30).intoArray(sum3, j);
        FloatVector.fromArray(SPECIES, sum3, j + LANES).add(s31).intoArray(sum3, j + LANES);
    }

    private static void wide(
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
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s12 = s00;
        FloatVector s13 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s22 = s00;
        FloatVector s23 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        FloatVector s32 = s00;
        FloatVector s33 = s00;
        for (int p = 0; p < depth; p++) {
            int at = from + p * COLUMNS;
            FloatVector b0 = FloatVector.fromArray(SPECIES, panel, at);
            FloatVector b1 = FloatVector.fromArray(SPECIES, panel, at + LANES);
            FloatVector b2 = FloatVector.fromArray(SPECIES, panel, at + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(SPECIES, panel, at + 3 * LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, left[x + p]);
            s00 = s00.add(x0.mul(b0));
            s01 = s01.add(x0.mul(b1));
            s02 = s02.add(x0.mul(b2));
            s03 = s03.add(x0.mul(b3));
            FloatVector x1 = FloatVector.broadcast(SPECIES, left[x + p + BLOCK]);
            s10 = s10.add(x1.mul(b0));
            s11 = s11.add(x1.mul(b1));
            s12 = s12.add(x1.mul(b2));
            s13 = s13.add(x1.mul(b3));
            FloatVector x2 = FloatVector.broadcast(SPECIES, left[x + p + 2 * BLOCK]);
            s20 = s20.add(x2.mul(b0));
            s21 = s21.add(x2.mul(b1));
            s22 = s22.add(x2.mul(b2));
            s23 = s23.add(x2.mul(b3));
            FloatVector x3 = FloatVector.broadcast(SPECIES, left[x + p + 3 * BLOCK]);
            s30 = s30.add(x3.mul(b0));
            s31 = s31.add(x3.mul(b1));
            s32 = s32.add(x3.mul(b2));
            s33 = s33.add(x3.mul(b3));
        }
        FloatVector.fromArray(SPECIES, sum0, j).add(s00).intoArray(sum0, j);
        FloatVector.fromArray(SPECIES, sum0, j + LANES).add(s01).intoArray(sum0, j + LANES);
        FloatVector.fromArray(SPECIES, sum0, j + 2 * LANES).add(s02).intoArray(sum0, j + 2 * LANES);
        FloatVector.fromArray(SPECIES, sum0, j + 3 * LANES).add(s03).intoArray(sum0, j + 3 * LANES);
        FloatVector.fromArray(SPECIES, sum1, j).add(s10).intoArray(sum1, j);
        FloatVector.fromArray(SPECIES, sum1, j + LANES).add(s11).intoArray(sum1, j + LANES);
        FloatVector.fromArray(SPECIES, sum1, j + 2 * LANES).add(s12).intoArray(sum1, j + 2 * LANES);
        FloatVector.fromArray(SPECIES, sum1, j + 3 * LANES).add(s13).intoArray(sum1, j + 3 * LANES);
        FloatVector.fromArray(SPECIES, sum2, j).add(s20).intoArray(sum2, j);
        FloatVector.fromArray(SPECIES, sum2, j + LANES).add(s21).intoArray(sum2, j + LANES);
        FloatVector.fromArray(SPECIES, sum2, j + 2 * LANES).add(s22).intoArray(sum2, j + 2 * LANES);
        FloatVector.fromArray(SPECIES, sum2, j + 3 * LANES).add(s23).intoArray(sum2, j + 3 * LANES);
        FloatVector.fromArray(SPECIES, sum3, j).add(s30).intoArray(sum3, j);
        FloatVector.fromArray(SPECIES, sum3, j + LANES).add(s31).intoArray(sum3, j + LANES);
        FloatVector.fromArray(SPECIES, sum3, j + 2 * LANES).add(s32).intoArray(sum3, j + 2 * LANES);
        FloatVector.fromArray(SPECIES, sum3, j + 3 * LANES).add(s33).intoArray(sum3, j + 3 * LANES);
    }

    /**
     * The same for eight rows, {@code r} to {@code r + 7}, and {@code LANES} columns, of which element (p, column) of the panel is at
     * {@code from + p · LANES + column}.
     */
    static void thin(float[] left, int x, float[] panel, int from, int depth, float[][] sums, int r, int j) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int p = 0; p < depth; p++) {
            FloatVector b = FloatVector.fromArray(SPECIES, panel, from + p * LANES);
            s0 = s0.add(b.mul(left[x + p]));
            s1 = s1.add(b.mul(left[x + p + BLOCK]));
            s2 = s2.add(b.mul(left[x + p + 2 * BLOCK]));
            s3 = s3.add(b.mul(left[x + p + 3 * BLOCK]));
            s4 = s4.add(b.mul(left[x + p + 4 * BLOCK]));
            s5 = s5.add(b.mul(left[x + p + 5 * BLOCK]));
            s6 = s6.add(b.mul(left[x + p + 6 * BLOCK]));
            s7 = s7.add(b.mul(left[x + p + 7 * BLOCK]));
        }
        FloatVector.fromArray(SPECIES, sums[r], j).add(s0).intoArray(sums[r], j);
        FloatVector.fromArray(SPECIES, sums[r + 1], j).add(s1).intoArray(sums[r + 1], j);
        FloatVector.fromArray(SPECIES, sums[r + 2], j).add(s2).intoArray(sums[r + 2], j);
        FloatVector.fromArray(SPECIES, sums[r + 3], j).add(s3).intoArray(sums[r + 3], j);
        FloatVector.fromArray(SPECIES, sums[r + 4], j).add(s4).intoArray(sums[r + 4], j);
        FloatVector.fromArray(SPECIES, sums[r + 5], j).add(s5).intoArray(sums[r + 5], j);
        FloatVector.fromArray(SPECIES, sums[r + 6], j).add(s6).intoArray(sums[r + 6], j);
        FloatVector.fromArray(SPECIES, sums[r + 7], j).add(s7).intoArray(sums[r + 7], j);
    }

    /** The same for one row, whose factors begin {@code left}, and {@link #SLICES} slices of {@code COLUMNS}, one after the other. */
    static void row(float[] left, float[] panel, int from, int depth, float[] sum, int j) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int second = WIDE ? from + 2 * LANES : from + depth * COLUMNS;
        for (int p = 0; p < depth; p++) {
            FloatVector x = FloatVector.broadcast(SPECIES, left[p]);
            s0 = s0.add(x.mul(FloatVector.fromArray(SPECIES, panel, from + p * COLUMNS)));
            s1 = s1.add(x.mul(FloatVector.fromArray(SPECIES, panel, from + p * COLUMNS + LANES)));
            s2 = s2.add(x.mul(FloatVector.fromArray(SPECIES, panel, second + p * COLUMNS)));
            s3 = s3.add(x.mul(FloatVector.fromArray(SPECIES, panel, second + p * COLUMNS + LANES)));
        }
        FloatVector.fromArray(SPECIES, sum, j).add(s0).intoArray(sum, j);
        FloatVector.fromArray(SPECIES, sum, j + LANES).add(s1).intoArray(sum, j + LANES);
        FloatVector.fromArray(SPECIES, sum, j + 2 * LANES).add(s2).intoArray(sum, j + 2 * LANES);
        FloatVector.fromArray(SPECIES, sum, j + 3 * LANES).add(s3).intoArray(sum, j + 3 * LANES);
    }

    /** The same for one row and two thin slices, one after the other. */
    static void thinRow(float[] left, float[] panel, int from, int depth, float[] sum, int j) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        int second = from + depth * LANES;
        for (int p = 0; p < depth; p++) {
            FloatVector x = FloatVector.broadcast(SPECIES, left[p]);
            s0 = s0.add(x.mul(FloatVector.fromArray(SPECIES, panel, from + p * LANES)));
            s1 = s1.add(x.mul(FloatVector.fromArray(SPECIES, panel, second + p * LANES)));
        }
        FloatVector.fromArray(SPECIES, sum, j).add(s0).intoArray(sum, j);
        FloatVector.fromArray(SPECIES, sum, j + LANES).add(s1).intoArray(sum, j + LANES);
    }

    /**
     * Rule D on {@code n} sums, in place.
     *
     * @return whether one of the {@code n} violates rule T
     */
    static boolean round(float[] sums, int n) {
        IntVector worst = IntVector.zero(INTS);
        int last = n - LANES;
        int i = 0;
        for (; i <= last; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, sums, i);
            IntVector bits = x.reinterpretAsInts();
            IntVector magnitude = bits.and(MAGNITUDE);
            IntVector grid = bits.and(SIGN).or(GRID);
            FloatVector c = IntVector.zero(INTS)
                    .blend(grid, magnitude.compare(VectorOperators.LT, GRID))
                    .reinterpretAsFloats();
            x.add(c).sub(c).intoArray(sums, i);
            worst = worst.max(magnitude);
        }
        boolean trapped = worst.reduceLanes(VectorOperators.MAX) > LIMIT;
        for (; i < n; i++) {
            int bits = Float.floatToRawIntBits(sums[i]);
            float c = (bits & MAGNITUDE) < GRID ? Float.intBitsToFloat(bits & SIGN | GRID) : 0f;
            sums[i] = (sums[i] + c) - c;
            trapped |= (bits & MAGNITUDE) > LIMIT;
        }
        return trapped;
    }
}
