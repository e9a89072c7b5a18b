package loom.machine.parallel;

import java.util.Arrays;
import loom.graph.Factors;
import loom.numeric.Domain;
import loom.program.Kernel;

/**
 * Products whose lanes run along the columns of the result, or along its rows where those are more and columns few. The operand that has
 * the lanes, the right one, is packed into rows of a panel; the other gives single numbers. k ascends in blocks of 128, within a block in
 * steps of 4 for two rows of sums at once: what HotSpot keeps in registers.
 */
final class MatMulParallel implements Step {
    /**
     * Elements of a panel's row at most. With its header such an array is a multiple of 64 bytes long, so that arrays that are made one after
     * the other lie alike with respect to vectors and one loop over several is aligned for all.
     */
    static final int WIDTH = 764;

    private static final int BLOCK = 128;
    /** Rows of sums at a time: with four rows of a panel they fit the first-level cache. */
    private static final int ROWS = 8;
    /** Rows that a block of a panel is used for before the next one: they and the block fit the second-level cache. */
    private static final int BAND = 64;
    /** Columns from which on lanes run along them in any case. */
    private static final int ENOUGH = 64;
    /** Numbers that are rounded at a time. */
    private static final int PART = 1 << 14;
    /** Products that cost as much as one operation on an element elsewhere. */
    private static final int PRODUCTS = 8;

    private final Kernel.MatMul kernel;
    private float[][] panels = new float[0][];
    private long packed = Store.CHANGING;

    MatMulParallel(Kernel.MatMul kernel) {
        this.kernel = kernel;
    }

    /** Element (row, column) of a matrix in {@code words}: at {@code base + group · groups + row · rows + column · columns}. */
    private record Matrix(float[] words, int base, int groups, int rows, int columns) {
        static Matrix of(Frame frame, int buffer, boolean transposed, boolean shared, int rows, int columns) {
            int group = shared ? 0 : rows * columns;
            return transposed
                    ? new Matrix(frame.floats(buffer), frame.offset(buffer), group, 1, rows)
                    : new Matrix(frame.floats(buffer), frame.offset(buffer), group, columns, 1);
        }

        /** All groups' numbers, {@code each} of them in a group, as factors: a copy, unless they are factors already. */
        Matrix rounded(Frame frame, Factors factors, int each, int count) {
            if (factors == Factors.F32) {
                return this;
            }
            int all = each * (groups == 0 ? 1 : count);
            float[] copy = Arrays.copyOfRange(words, base, base + all);
            frame.split(
                    (all + PART - 1) / PART,
                    PART,
                    (first, end, scratch) -> Rounding.of(factors, copy, first * PART, Math.min(all, end * PART)));
            return new Matrix(copy, 0, groups, rows, columns);
        }

        Matrix turned() {
            return new Matrix(words, base, groups, columns, rows);
        }

        int at(int group, int row, int column) {
            return base + group * groups + row * rows + column * columns;
        }
    }

    @Override
    public void run(Frame frame) {
        int m = frame.at(kernel.m());
        int n = frame.at(kernel.n());
        int k = frame.at(kernel.k());
        Matrix a = Matrix.of(frame, kernel.a(), kernel.transposeA(), kernel.sharedA(), m, k);
        Matrix b = Matrix.of(frame, kernel.b(), kernel.transposeB(), kernel.sharedB(), k, n);
        Matrix out = Matrix.of(frame, kernel.out(), false, false, m, n);
        int groups = frame.at(kernel.groups());
        boolean alongRows = alongRows(m, n);
        Factors factors = kernel.factors();
        Product product = alongRows
                ? new Product(
                        factors,
                        b.rounded(frame, factors, n * k, groups).turned(),
                        a.turned(),
                        out.turned(),
                        n,
                        m,
                        k,
                        groups)
                : new Product(factors, a.rounded(frame, factors, m * k, groups), b, out, m, n, k, groups);
        if (groups == 1 || product.right.groups == 0) {
            long version = frame.version(alongRows ? kernel.a() : kernel.b());
            if (version == Store.CHANGING || version != packed) {
                panels = product.packAll(frame, panels);
                packed = version;
            }
            product.run(frame, panels);
        } else {
            product.run(frame, null);
        }
    }

    private static boolean alongRows(int m, int n) {
        return n < ENOUGH && n < m;
    }

    private static int stripWidth(int columns) {
        int least = (columns + WIDTH - 1) / WIDTH;
        return Math.min(WIDTH, ((columns + least - 1) / least + 15) & -16);
    }

    /** Of the panels. */
    @Override
    public long heldBytes() {
        return 4L * WIDTH * panels.length;
    }

    /** Bytes of the panels that it will hold once it has run with a batch. */
    static long heldBytes(Kernel.MatMul kernel, int batch) {
        int m = kernel.m().at(batch);
        int n = kernel.n().at(batch);
        boolean turned = alongRows(m, n);
        if (kernel.groups().at(batch) > 1 && !(turned ? kernel.sharedA() : kernel.sharedB())) {
            return 0;
        }
        int columns = turned ? m : n;
        int strips = (columns + stripWidth(columns) - 1) / stripWidth(columns);
        return 4L * WIDTH * strips * kernel.k().at(batch);
    }

    /** One product, {@code out = left · right}: its sizes, and how it is cut. */
    private static final class Product {
        private final Matrix left;
        private final Matrix right;
        private final Matrix out;
        private final int rows;
        private final int columns;
        private final int k;
        private final int groups;
        private final int strips;
        private final int width;
        private final int bands;
        private final Factors factors;

        Product(Factors factors, Matrix left, Matrix right, Matrix out, int rows, int columns, int k, int groups) {
            this.factors = factors;
            this.left = left;
            this.right = right;
            this.out = out;
            this.rows = rows;
            this.columns = columns;
            this.k = k;
            this.groups = groups;
            this.width = stripWidth(columns);
            this.strips = (columns + width - 1) / width;
            this.bands = (rows + BAND - 1) / BAND;
        }

        private int widthOf(int strip) {
            return Math.min(width, columns - strip * width);
        }

        /** The right operand that all groups share: row p of strip s is row s · k + p of the panels. */
        float[][] packAll(Frame frame, float[][] panels) {
            float[][] all = Scratch.grown(panels, strips * k);
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

        /** Rows {@code from} to {@code end} of a strip; row 0 goes to {@code panel[to]}. */
        private void pack(int group, int strip, int from, int end, float[][] panel, int to) {
            int n = widthOf(strip);
            copy(group, strip, from, end, panel, to, n);
            for (int p = from; p < end; p++) {
                Rounding.of(factors, panel[to + p], 0, n);
            }
        }

        private void copy(int group, int strip, int from, int end, float[][] panel, int to, int n) {
            int step = right.columns;
            if (step == 1) {
                for (int p = from; p < end; p++) {
                    System.arraycopy(right.words, right.at(group, p, strip * width), panel[to + p], 0, n);
                }
                return;
            }
            int p = from;
            for (; p + 4 <= end; p += 4) {
                turn(right.at(group, p, strip * width), panel, to + p, n);
            }
            for (; p < end; p++) {
                int at = right.at(group, p, strip * width);
                for (int j = 0; j < n; j++) {
                    panel[to + p][j] = right.words[at + j * step];
                }
            }
        }

        /** Four rows at once, which are next to each other where they come from. */
        private void turn(int from, float[][] panel, int to, int n) {
            float[] words = right.words;
            int next = right.rows;
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
                at += right.columns;
            }
        }

        /** {@code panels}: all of the right operand, or null if each group has its own. */
        void run(Frame frame, float[][] panels) {
            int units = groups * strips * bands;
            long cost = (long) rows * columns * groups * k / PRODUCTS;
            int tasks = frame.tasks(cost, panels == null ? groups * strips : units);
            frame.share(tasks, (t, scratch) -> {
                float[] marks = scratch.floats(0);
                Arrays.fill(marks, 0, width, 0f);
                int present = -1;
                int end = (int) ((long) units * (t + 1) / tasks);
                for (int u = (int) ((long) units * t / tasks); u < end; u++) {
                    int strip = u / bands % strips;
                    int group = u / bands / strips;
                    float[][] panel = panels;
                    int first = strip * k;
                    if (panels == null) {
                        panel = scratch.panel(k);
                        first = 0;
                        if (present != u / bands) {
                            present = u / bands;
                            pack(group, strip, 0, k, panel, 0);
                        }
                    }
                    band(group, strip, u % bands * BAND, panel, first, scratch, marks);
                }
                if (Lanes.marked(marks, width)) {
                    frame.trap();
                }
            });
        }

        /** Some rows of a strip of the result. */
        private void band(int group, int strip, int row, float[][] panel, int first, Scratch scratch, float[] marks) {
            int count = Math.min(BAND, rows - row);
            int n = widthOf(strip);
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
            for (int r = 0; r < count; r++) {
                finish(sums[r], n, out.at(group, row + r, strip * width), marks);
            }
        }

        /** Rules D and T, then to where it belongs. */
        private void finish(float[] sum, int n, int to, float[] marks) {
            Lanes.roundD(sum, sum, n);
            Lanes.test(Domain.D, sum, marks, n);
            if (out.columns == 1) {
                System.arraycopy(sum, 0, out.words, to, n);
                return;
            }
            for (int j = 0; j < n; j++) {
                out.words[to + j * out.columns] = sum[j];
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
            float[] x = left.words;
            int step = left.columns;
            int p = from;
            for (; p + 4 <= end; p += 4) {
                float[] b0 = panel[first + p];
                float[] b1 = panel[first + p + 1];
                float[] b2 = panel[first + p + 2];
                float[] b3 = panel[first + p + 3];
                int at = left.at(group, row, p);
                int r = 0;
                for (; r + 2 <= count; r += 2) {
                    Products.add(sums[into + r], sums[into + r + 1], b0, b1, b2, b3, x, at, at + left.rows, step, n);
                    at += 2 * left.rows;
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
}
