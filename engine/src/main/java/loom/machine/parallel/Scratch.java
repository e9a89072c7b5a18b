package loom.machine.parallel;

import java.util.Arrays;

/** Arrays of one thread at work, grown as needed and kept. Those of a strip hold {@link Lanes#STRIP} elements. */
final class Scratch {
    private float[][] floats = new float[0][];
    private int[][] ints = new int[0][];
    private float[][] panel = new float[0][];
    private float[][] blocks = new float[0][];
    private float[][] sums = new float[0][];
    private float[] factors = new float[0];

    /** Strip number {@code register} of floats. */
    float[] floats(int register) {
        if (register >= floats.length) {
            int had = floats.length;
            floats = Arrays.copyOf(floats, register + 1);
            for (int r = had; r <= register; r++) {
                floats[r] = new float[Lanes.STRIP];
            }
        }
        return floats[register];
    }

    int[] ints(int register) {
        if (register >= ints.length) {
            int had = ints.length;
            ints = Arrays.copyOf(ints, register + 1);
            for (int r = had; r <= register; r++) {
                ints[r] = new int[Lanes.STRIP];
            }
        }
        return ints[register];
    }

    /** At least {@code count} arrays of at least {@code length} floats each, for a panel. */
    float[][] blocks(int count, int length) {
        if (blocks.length < count) {
            int had = blocks.length;
            blocks = Arrays.copyOf(blocks, count);
            Arrays.fill(blocks, had, count, new float[0]);
        }
        for (int b = 0; b < count; b++) {
            if (blocks[b].length < length) {
                blocks[b] = new float[length];
            }
        }
        return blocks;
    }

    float[] factors(int length) {
        if (factors.length < length) {
            factors = new float[length];
        }
        return factors;
    }

    /** Rows of {@link RowProduct#WIDTH} floats for a panel of an operand. */
    float[][] panel(int rows) {
        panel = grown(panel, rows);
        return panel;
    }

    /** The same for sums. */
    float[][] sums(int rows) {
        sums = grown(sums, rows);
        return sums;
    }

    static float[][] grown(float[][] rows, int count) {
        if (count <= rows.length) {
            return rows;
        }
        float[][] more = Arrays.copyOf(rows, count);
        for (int r = rows.length; r < count; r++) {
            more[r] = new float[RowProduct.WIDTH];
        }
        return more;
    }
}
