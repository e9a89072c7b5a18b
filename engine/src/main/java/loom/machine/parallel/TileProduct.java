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

    private final int blocks;

    TileProduct(Operands of) {
        super(of, stripWidth(of.columns()));
        this.blocks = blocks(of.k());
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
        float[][] panel = scratch.blocks(blocks, width * BLOCK);
        for (int b = 0; b < blocks; b++) {
            pack(group, strip, b, panel[b]);
        }
        return panel;
    }

    private void pack(int group, int strip, int block, float[] panel) {
        int n = widthOf(strip);
        int depth = depth(block);
        int wide = wide(n);
        for (int j = 0; j < n; ) {
            int across = j < wide ? COLUMNS : LANES;
            slice(group, block * BLOCK, strip * width + j, depth, Math.min(across, n - j), across, panel, j * depth);
            j += across;
        }
        Rounding.of(of.factors(), panel, 0, length(strip, block));
    }

    /** {@code n} columns from {@code column} on of rows from {@code row} on; the panel's rows are {@code across} long. */
    private void slice(int group, int row, int column, int depth, int n, int across, float[] panel, int to) {
        switch (of.right()) {
            case Matrix m -> slice(m, m.at(group, row, column), depth, n, across, panel, to);
            case Windows w -> {
                Windows.Pieces pieces = w.pieces();
                int end = pieces.first()[filled(column + n, LANES) / LANES];
                for (int i = pieces.first()[column / LANES]; i < end; i++) {
                    int lane = pieces.columns()[i] % LANES;
                    int from = w.at(group) + pieces.starts()[i] - lane;
                    int into = to + pieces.columns()[i] - lane - column;
                    Vectors.window(w.words(), from, w.taps(), row, lane, panel, into, across, depth);
                }
            }
        }
    }

    private static void slice(Matrix right, int from, int depth, int n, int across, float[] panel, int to) {
        float[] words = right.words();
        int down = right.rows();
        int along = right.columns();
        if (along == 1 && n == COLUMNS) {
            Vectors.slice(words, from, down, panel, to, depth);
            return;
        }
        if (along == 1) {
            for (int p = 0; p < depth; p++) {
                System.arraycopy(words, from + p * down, panel, to + p * across, n);
            }
            return;
        }
        int p = 0;
        for (; p + 4 <= depth; p += 4) {
            int at = from + p * down;
            int into = to + p * across;
            for (int j = 0; j < n; j++) {
                panel[into + j] = words[at];
                panel[into + j + across] = words[at + down];
                panel[into + j + 2 * across] = words[at + 2 * down];
                panel[into + j + 3 * across] = words[at + 3 * down];
                at += along;
            }
        }
        for (; p < depth; p++) {
            for (int j = 0; j < n; j++) {
                panel[to + p * across + j] = words[from + p * down + j * along];
            }
        }
    }

    @Override
    boolean round(float[] sum, int n, float[] marks) {
        return Vectors.round(sum, n);
    }

    @Override
    void sum(int group, int row, int count, int n, float[][] panel, int first, Scratch scratch) {
        float[][] sums = scratch.sums(BAND);
        float[] left = scratch.factors(BAND * BLOCK);
        int wide = wide(n);
        int all = filled(n);
        int rows = filled(count, all > wide ? Vectors.THIN_ROWS : Vectors.ROWS);
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0, all, 0f);
        }
        for (int b = 0; b < blocks; b++) {
            int depth = depth(b);
            factors(of.left().at(group, row, b * BLOCK), count, depth, left);
            float[] right = panel[first + b];
            int j = 0;
            for (; count == 1 && j + Vectors.SLICES * COLUMNS <= wide; j += Vectors.SLICES * COLUMNS) {
                Vectors.row(left, right, j * depth, depth, sums[0], j);
            }
            for (; j < wide; j += COLUMNS) {
                for (int r = 0; r < count; r += Vectors.ROWS) {
                    Vectors.tile(
                            left,
                            r * BLOCK,
                            right,
                            j * depth,
                            depth,
                            sums[r],
                            sums[r + 1],
                            sums[r + 2],
                            sums[r + 3],
                            j);
                }
            }
            for (; j < all; j += LANES) {
                for (int r = 0; r < count; r += Vectors.THIN_ROWS) {
                    Vectors.thin(left, r * BLOCK, right, j * depth, depth, sums, r, j);
                }
            }
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
