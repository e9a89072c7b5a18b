package loom.machine.parallel;

import java.util.Arrays;

/**
 * Products in tiles of {@link Vectors}. An array of a panel is a block of k, cut into slices of as many columns as a tile has, and what is
 * left, if little, into thin slices of a vector; a slice lies row by row. Columns and rows of tiles that the product does not have compute
 * what nobody reads.
 */
final class TileProduct extends Product {
    /** Columns of a strip at most: a block of its panel stays in the second-level cache, a slice of that in the first. */
    private static final int WIDTH = 512;

    private static final int COLUMNS = Vectors.COLUMNS;

    private static final int LANES = Vectors.LANES;

    /** Columns of a strip whose slices are used once. Its sums take less of the second-level cache; fewer columns pass the factors more often. */
    private static final int ONCE = 256;

    private static final float[][] NONE = new float[0][];

    private final int blocks;

    /** Whether a slice is packed when it is needed: it is used once, and in the first-level cache then. */
    private final boolean once;

    TileProduct(Operands of) {
        super(of, isOnce(of) ? ONCE : stripWidth(of.columns()));
        this.blocks = blocks(of.k());
        this.once = isOnce(of);
    }

    private static boolean isOnce(Operands of) {
        return of.right() instanceof Windows && of.rows() <= BAND;
    }

    private static int stripWidth(int columns) {
        return stripWidth(columns, WIDTH, COLUMNS);
    }

    private static int blocks(int k) {
        return (k + BLOCK - 1) / BLOCK;
    }

    /** Columns in whole slices, of {@code n}; others are in thin ones. */
    private static int wide(int n) {
        int rest = n % COLUMNS;
        return rest == 0 || rest > Vectors.THIN * LANES ? filled(n, COLUMNS) : n - rest;
    }

    /** Columns of all slices. */
    private static int filled(int n) {
        return Math.max(wide(n), filled(n, LANES));
    }

    private static int filled(int n, int multiple) {
        return (n + multiple - 1) / multiple * multiple;
    }

    static long panelFloats(int columns, int k) {
        // Strips but the last are of whole slices.
        return (long) filled(columns) * k;
    }

    @Override
    int arrays() {
        return blocks;
    }

    private int depth(int block) {
        return Math.min(BLOCK, of.k() - block * BLOCK);
    }

    private int length(int strip, int block) {
        return filled(widthOf(strip)) * depth(block);
    }

    @Override
    float[][] packAll(Frame frame, float[][] had) {
        float[][] all = had.length == strips * blocks ? had : new float[strips * blocks][0];
        frame.split(all.length, (long) width * BLOCK, (first, end, scratch) -> {
            for (int i = first; i < end; i++) {
                int length = length(i / blocks, i % blocks);
                if (all[i].length != length) {
                    all[i] = new float[length];
                }
                pack(0, i / blocks, i % blocks, all[i]);
            }
        });
        return all;
    }

    @Override
    float[][] pack(int group, int strip, Scratch scratch) {
        if (once) {
            return NONE;
        }
        float[][] panel = scratch.blocks(blocks, width * BLOCK);
        for (int b = 0; b < blocks; b++) {
            pack(group, strip, b, panel[b]);
        }
        return panel;
    }

    private void pack(int group, int strip, int block, float[] panel) {
        int n = widthOf(strip);
        for (int j = 0; j < n; ) {
            slice(group, strip, block, j, panel, j * depth(block));
            j += across(j, n);
        }
    }

    private static int across(int j, int n) {
        return j < wide(n) ? COLUMNS : LANES;
    }

    /** The slice from column {@code j} of the strip on, rounded. */
    private void slice(int group, int strip, int block, int j, float[] panel, int to) {
        int n = widthOf(strip);
        int depth = depth(block);
        int row = block * BLOCK;
        int column = strip * width + j;
        int across = across(j, n);
        switch (of.right()) {
            case Matrix m -> Slices.of(m, m.at(group, row, column), depth, Math.min(across, n - j), across, panel, to);
            case Windows w -> {
                for (int v = 0; v < across && j + v < n; v += LANES) {
                    Slices.vector(w, row, column + v, Math.min(LANES, n - j - v), depth, panel, to + v, across);
                }
            }
        }
        Rounding.of(of.factors(), panel, to, to + depth * across);
    }

    @Override
    boolean round(float[] sum, int n, float[] marks) {
        return Vectors.round(sum, n);
    }

    @Override
    void sum(int group, int strip, int row, int count, float[][] panel, int first, Scratch scratch) {
        float[][] sums = scratch.sums(BAND);
        float[] left = scratch.factors(BAND * BLOCK);
        int n = widthOf(strip);
        int rows = filled(count, filled(n) > wide(n) ? Vectors.THIN_ROWS : Vectors.ROWS);
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0, filled(n), 0f);
        }
        if (once) {
            once(strip, scratch.blocks(blocks, BAND * BLOCK), left, sums);
            return;
        }
        for (int b = 0; b < blocks; b++) {
            int depth = depth(b);
            factors(of.left().at(group, row, b * BLOCK), count, depth, left);
            block(left, panel[first + b], depth, count, n, sums);
        }
    }

    @Override
    void begin(Scratch scratch) {
        float[][] left = scratch.blocks(once ? blocks : 0, BAND * BLOCK);
        for (int b = 0; once && b < blocks; b++) {
            factors(of.left().at(0, 0, b * BLOCK), of.rows(), depth(b), left[b]);
        }
    }

    /** All rows of a strip, whose panel is only a slice at a time. {@code left}: what {@link #begin} left. */
    private void once(int strip, float[][] left, float[] slice, float[][] sums) {
        int n = widthOf(strip);
        for (int b = 0; b < blocks; b++) {
            for (int j = 0; j < n; j += across(j, n)) {
                slice(0, strip, b, j, slice, 0);
                if (j < wide(n)) {
                    tiles(left[b], slice, 0, depth(b), of.rows(), sums, j);
                } else {
                    thin(left[b], slice, 0, depth(b), of.rows(), sums, j);
                }
            }
        }
    }

    /** Adds the products of a block of k. */
    private static void block(float[] left, float[] panel, int depth, int count, int n, float[][] sums) {
        int wide = wide(n);
        int all = filled(n);
        int j = 0;
        for (; count == 1 && j + Vectors.SLICES * COLUMNS <= wide; j += Vectors.SLICES * COLUMNS) {
            Vectors.row(left, panel, j * depth, depth, sums[0], j);
        }
        for (; j < wide; j += COLUMNS) {
            tiles(left, panel, j * depth, depth, count, sums, j);
        }
        if (count == 1 && all - j == 2 * LANES) {
            Vectors.thinRow(left, panel, j * depth, depth, sums[0], j);
            return;
        }
        for (; j < all; j += LANES) {
            thin(left, panel, j * depth, depth, count, sums, j);
        }
    }

    private static void tiles(float[] left, float[] panel, int from, int depth, int count, float[][] sums, int j) {
        for (int r = 0; r < count; r += Vectors.ROWS) {
            Vectors.tile(left, r * BLOCK, panel, from, depth, sums[r], sums[r + 1], sums[r + 2], sums[r + 3], j);
        }
    }

    private static void thin(float[] left, float[] panel, int from, int depth, int count, float[][] sums, int j) {
        for (int r = 0; r < count; r += Vectors.THIN_ROWS) {
            Vectors.thin(left, r * BLOCK, panel, from, depth, sums, r, j);
        }
    }

    /** Rows of the left operand, {@link #BLOCK} apart. */
    private void factors(int from, int count, int depth, float[] left) {
        float[] words = of.left().words();
        int down = of.left().rows();
        int along = of.left().columns();
        for (int r = 0; r < count; r++) {
            int at = from + r * down;
            if (along == 1) {
                System.arraycopy(words, at, left, r * BLOCK, depth);
                continue;
            }
            for (int p = 0; p < depth; p++) {
                left[r * BLOCK + p] = words[at + p * along];
            }
        }
    }
}
