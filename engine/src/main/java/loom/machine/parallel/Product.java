package loom.machine.parallel;

import java.util.Arrays;

/**
 * How a product is cut: its columns into strips, for which the right operand is packed into panels, its rows into bands. A band of a strip
 * is a piece of work.
 */
abstract class Product {
    /** Elements of k that make one sum. */
    static final int BLOCK = 128;

    /** Rows that a block of a panel is used for before the next one: they and the block fit the second-level cache. */
    static final int BAND = 64;

    /** Products that cost as much as one operation on an element elsewhere. */
    private static final int PRODUCTS = 8;

    final Operands of;
    final int strips;
    final int width;
    final int bands;

    Product(Operands of, int width) {
        this.of = of;
        this.width = width;
        this.strips = (of.columns() + width - 1) / width;
        this.bands = (of.rows() + BAND - 1) / BAND;
    }

    /** Columns of a strip: at most {@code most}, and alike for all but the last. */
    static int stripWidth(int columns, int most, int multiple) {
        int least = (columns + most - 1) / most;
        int each = (columns + least - 1) / least;
        return Math.min(most, (each + multiple - 1) / multiple * multiple);
    }

    final int widthOf(int strip) {
        return Math.min(width, of.columns() - strip * width);
    }

    /** Arrays that make the panel of a strip. */
    abstract int arrays();

    /** Before the first sums of a task. */
    void begin(Scratch scratch) {}

    /** The right operand that all groups share: array i of strip s is number {@code s · arrays() + i}. */
    abstract float[][] packAll(Frame frame, float[][] had);

    /** The panel of one strip of a group; empty if {@link #sum} packs what it needs. */
    abstract float[][] pack(int group, int strip, Scratch scratch);

    /**
     * Some rows of a strip of the result: leaves their sums in {@code scratch.sums}.
     *
     * @param first the panel's first array
     */
    abstract void sum(int group, int strip, int row, int count, float[][] panel, int first, Scratch scratch);

    /** {@code panels}: all of the right operand, or none if each group has its own. */
    final void run(Frame frame, float[][] panels) {
        boolean own = panels.length == 0;
        int units = of.groups() * strips * bands;
        long cost = (long) of.rows() * of.columns() * of.groups() * of.k() / PRODUCTS;
        int tasks = frame.tasks(cost, own ? of.groups() * strips : units);
        frame.share(tasks, (t, scratch) -> {
            begin(scratch);
            float[] marks = scratch.floats(0);
            Arrays.fill(marks, 0, width, 0f);
            float[][] panel = panels;
            int present = -1;
            boolean trapped = false;
            int end = (int) ((long) units * (t + 1) / tasks);
            for (int u = (int) ((long) units * t / tasks); u < end; u++) {
                int strip = u / bands % strips;
                int group = u / bands / strips;
                if (own && present != u / bands) {
                    present = u / bands;
                    panel = pack(group, strip, scratch);
                }
                int row = u % bands * BAND;
                int count = Math.min(BAND, of.rows() - row);
                sum(group, strip, row, count, panel, own ? 0 : strip * arrays(), scratch);
                float[][] sums = scratch.sums(count);
                for (int r = 0; r < count; r++) {
                    trapped |= round(sums[r], widthOf(strip), marks);
                    store(sums[r], widthOf(strip), group, row + r, strip * width);
                }
            }
            if (trapped || Lanes.marked(marks, width)) {
                frame.trap();
            }
        });
    }

    /** Rule D in place, and rule T: true, or {@code marks} by {@link Lanes#test}, where a sum violates that. */
    abstract boolean round(float[] sum, int n, float[] marks);

    /** To where it belongs. */
    private void store(float[] sum, int n, int group, int row, int column) {
        int step = of.out().columns();
        for (int j = 0; j < n; ) {
            int within = (column + j) % of.span();
            int some = Math.min(n - j, of.span() - within);
            int to = of.out().at(group + (column + j) / of.span(), row, within);
            if (step == 1) {
                System.arraycopy(sum, j, of.out().words(), to, some);
            } else {
                for (int i = 0; i < some; i++) {
                    of.out().words()[to + i * step] = sum[j + i];
                }
            }
            j += some;
        }
    }
}
