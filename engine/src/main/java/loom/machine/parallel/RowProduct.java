package loom.machine.parallel;

import java.util.Arrays;
import loom.numeric.Domain;

/**
 * Products in loops that HotSpot makes vector code of. k ascends in blocks of 128, within a block in steps of 4 for two rows of sums at once:
 * what HotSpot keeps in registers. An array of a panel is one of its rows.
 */
final class RowProduct extends Product {
    /**
     * Elements of a panel's row at most. With its header such an array is a multiple of 64 bytes long, so that arrays that are made one after
     * the other lie alike with respect to vectors and one loop over several is aligned for all.
     */
    static final int WIDTH = 764;

    /** Rows of sums at a time: with four rows of a panel they fit the first-level cache. */
    private static final int ROWS = 8;

    RowProduct(Operands of) {
        super(of, stripWidth(of.columns()));
    }

    private static int stripWidth(int columns) {
        return stripWidth(columns, WIDTH, 16);
    }

    static long panelFloats(int columns, int k) {
        int width = stripWidth(columns);
        return (long) WIDTH * ((columns + width - 1) / width) * k;
    }

    @Override
    int arrays() {
        return of.k();
    }

    @Override
    float[][] packAll(Frame frame, float[][] had) {
        int k = of.k();
        float[][] all = Scratch.grown(had, strips * k);
        int parts = (k + BLOCK - 1) / BLOCK;
        frame.split(strips * parts, (long) width * BLOCK, (first, end, scratch) -> {
            for (int i = first; i < end; i++) {
                int strip = i / parts;
                int from = i % parts * BLOCK;
                pack(0, strip, from, Math.min(k, from + BLOCK), all, strip * k);
            }
        });
        return all;
    }

    @Override
    float[][] pack(int group, int strip, Scratch scratch) {
        float[][] panel = scratch.panel(of.k());
        pack(group, strip, 0, of.k(), panel, 0);
        return panel;
    }

    /** Rows {@code from} to {@code end} of a strip; row 0 goes to {@code panel[to]}. */
    private void pack(int group, int strip, int from, int end, float[][] panel, int to) {
        int n = widthOf(strip);
        switch (of.right()) {
            case Matrix m -> copy(m, group, strip, from, end, panel, to, n);
            case Windows w -> copy(w, strip, from, end, panel, to, n);
        }
        for (int p = from; p < end; p++) {
            Rounding.of(of.factors(), panel[to + p], 0, n);
        }
    }

    private void copy(Windows right, int strip, int from, int end, float[][] panel, int to, int n) {
        float[] words = right.words();
        int column = strip * width;
        for (int j = 0; j < n; ) {
            int some = right.neighbours(column + j, n - j);
            int start = right.start(column + j) - j;
            for (int p = from; p < end; p++) {
                int at = start + right.taps()[p];
                float[] row = panel[to + p];
                for (int i = j; i < j + some; i++) {
                    row[i] = words[at + i];
                }
            }
            j += some;
        }
    }

    private void copy(Matrix right, int group, int strip, int from, int end, float[][] panel, int to, int n) {
        int step = right.columns();
        if (step == 1) {
            for (int p = from; p < end; p++) {
                System.arraycopy(right.words(), right.at(group, p, strip * width), panel[to + p], 0, n);
            }
            return;
        }
        int p = from;
        for (; p + 4 <= end; p += 4) {
            turn(right, right.at(group, p, strip * width), panel, to + p, n);
        }
        for (; p < end; p++) {
            int at = right.at(group, p, strip * width);
            for (int j = 0; j < n; j++) {
                panel[to + p][j] = right.words()[at + j * step];
            }
        }
    }

    /** Four rows at once, which are next to each other where they come from. */
    private void turn(Matrix right, int from, float[][] panel, int to, int n) {
        float[] words = right.words();
        int next = right.rows();
        float[] p0 = panel[to];
        float[] p1 = panel[to + 1];
        float[] p2 = panel[to + 2];
        float[] p3 = panel[to + 3];
        int at = from;
        for (int j = 0; j < n; j++) {
            p0[j] = words[at];
            p1[j] = words[at + next];
            p2[j] = words[at + 2 * next];
            p3[j] = words[at + 3 * next];
            at += right.columns();
        }
    }

    @Override
    boolean round(float[] sum, int n, float[] marks) {
        Lanes.roundD(sum, sum, n);
        Lanes.test(Domain.D, sum, marks, n);
        return false;
    }

    @Override
    void sum(int group, int strip, int row, int count, float[][] panel, int first, Scratch scratch) {
        int n = widthOf(strip);
        int k = of.k();
        float[][] sums = scratch.sums(BAND + ROWS);
        for (int start = 0; start == 0 || start < k; start += BLOCK) {
            int end = Math.min(k, start + BLOCK);
            for (int r = 0; r < count; r += ROWS) {
                int some = Math.min(ROWS, count - r);
                // A total is the first block's sum: +0 added to that is the same.
                int into = start == 0 ? r : BAND;
                for (int i = 0; i < some; i++) {
                    Arrays.fill(sums[into + i], 0, n, 0f);
                }
                block(group, row + r, some, start, end, panel, first, sums, into, n);
                for (int i = 0; i < some && start > 0; i++) {
                    Lanes.add(sums[r + i], sums[r + i], sums[BAND + i], n);
                }
            }
        }
    }

    private void block(
            int group,
            int row,
            int count,
            int from,
            int end,
            float[][] panel,
            int first,
            float[][] sums,
            int into,
            int n) {
        Matrix left = of.left();
        float[] x = left.words();
        int step = left.columns();
        int p = from;
        for (; p + 4 <= end; p += 4) {
            float[] b0 = panel[first + p];
            float[] b1 = panel[first + p + 1];
            float[] b2 = panel[first + p + 2];
            float[] b3 = panel[first + p + 3];
            int at = left.at(group, row, p);
            int r = 0;
            for (; r + 2 <= count; r += 2) {
                Products.add(sums[into + r], sums[into + r + 1], b0, b1, b2, b3, x, at, at + left.rows(), step, n);
                at += 2 * left.rows();
            }
            if (r < count) {
                Products.add(sums[into + r], b0, b1, b2, b3, x, at, step, n);
            }
        }
        for (; p < end; p++) {
            for (int r = 0; r < count; r++) {
                Products.add(sums[into + r], panel[first + p], x[left.at(group, row + r, p)], n);
            }
        }
    }
}
