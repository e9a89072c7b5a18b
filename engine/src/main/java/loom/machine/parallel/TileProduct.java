package loom.machine.parallel;

import java.util.Arrays;

/**
 * Products in tiles of {@link Vectors}. An array of a panel is a block of k, cut into slices of as many columns as a tile has; a slice lies
 * row by row. Columns and rows of tiles that the product does not have compute what nobody reads.
 */
final class TileProduct extends Product {
    /** Columns of a strip at most: a block of its panel stays in the second-level cache, a slice of that in the first. */
    private static final int WIDTH = 512;

    private static final int COLUMNS = Vectors.COLUMNS;

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

    private static int slices(int n) {
        return (n + COLUMNS - 1) / COLUMNS;
    }

    static long panelFloats(int columns, int k) {
        return (long) slices(columns) * COLUMNS * k;
    }

    @Override
    int arrays() {
        return blocks;
    }

    private int depth(int block) {
        return Math.min(BLOCK, of.k() - block * BLOCK);
    }

    private int length(int strip, int block) {
        return slices(widthOf(strip)) * COLUMNS * depth(block);
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
        for (int j = 0; j < n; j += COLUMNS) {
            int from = of.right().at(group, block * BLOCK, strip * width + j);
            slice(from, depth, Math.min(COLUMNS, n - j), panel, j * depth);
        }
        Rounding.of(of.factors(), panel, 0, length(strip, block));
    }

    private void slice(int from, int depth, int n, float[] panel, int to) {
        float[] words = of.right().words();
        int down = of.right().rows();
        int along = of.right().columns();
        if (along == 1 && n == COLUMNS) {
            Vectors.slice(words, from, down, panel, to, depth);
            return;
        }
        if (along == 1) {
            for (int p = 0; p < depth; p++) {
                System.arraycopy(words, from + p * down, panel, to + p * COLUMNS, n);
            }
            return;
        }
        int p = 0;
        for (; p + 4 <= depth; p += 4) {
            int at = from + p * down;
            int into = to + p * COLUMNS;
            for (int j = 0; j < n; j++) {
                panel[into + j] = words[at];
                panel[into + j + COLUMNS] = words[at + down];
                panel[into + j + 2 * COLUMNS] = words[at + 2 * down];
                panel[into + j + 3 * COLUMNS] = words[at + 3 * down];
                at += along;
            }
        }
        for (; p < depth; p++) {
            for (int j = 0; j < n; j++) {
                panel[to + p * COLUMNS + j] = words[from + p * down + j * along];
            }
        }
    }

    @Override
    void sum(int group, int row, int count, int n, float[][] panel, int first, Scratch scratch) {
        float[][] sums = scratch.sums(BAND);
        float[] left = scratch.factors(BAND * BLOCK);
        int slices = slices(n);
        int rows = (count + Vectors.ROWS - 1) / Vectors.ROWS * Vectors.ROWS;
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums[r], 0, slices * COLUMNS, 0f);
        }
        for (int b = 0; b < blocks; b++) {
            int depth = depth(b);
            factors(of.left().at(group, row, b * BLOCK), count, depth, left);
            float[] right = panel[first + b];
            int s = 0;
            for (; count == 1 && s + Vectors.SLICES <= slices; s += Vectors.SLICES) {
                Vectors.row(left, right, s * COLUMNS * depth, depth, sums[0], s * COLUMNS);
            }
            for (; s < slices; s++) {
                for (int r = 0; r < rows; r += Vectors.ROWS) {
                    Vectors.tile(
                            left,
                            r * BLOCK,
                            right,
                            s * COLUMNS * depth,
                            depth,
                            sums[r],
                            sums[r + 1],
                            sums[r + 2],
                            sums[r + 3],
                            s * COLUMNS);
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
