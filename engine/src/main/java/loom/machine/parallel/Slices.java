package loom.machine.parallel;

/** Numbers of a right operand for slices of {@link TileProduct}'s panels. */
final class Slices {
    private static final int COLUMNS = Vectors.COLUMNS;
    private static final int LANES = Vectors.LANES;

    private Slices() {}

    /** Columns {@code column} to {@code column + n} − 1, at most a vector of them: one or two pieces of neighbours as vectors. */
    static void vector(Windows right, int row, int column, int n, int depth, float[] panel, int to, int across) {
        int lane = right.neighbours(column, n);
        if (lane < n && lane + right.neighbours(column + lane, n - lane) < n) {
            scattered(right, row, column, n, depth, panel, to, across);
            return;
        }
        int first = right.start(column);
        int second = lane < n ? right.start(column + lane) - lane : first;
        VectorPanels.window(
                right.words(), first, second, lane < n ? lane : LANES, right.taps(), row, panel, to, across, depth);
    }

    private static void scattered(
            Windows right, int row, int column, int n, int depth, float[] panel, int to, int across) {
        int[] starts = new int[n];
        for (int j = 0; j < n; j++) {
            starts[j] = right.start(column + j);
        }
        float[] words = right.words();
        for (int p = 0; p < depth; p++) {
            int tap = right.taps()[row + p];
            for (int j = 0; j < n; j++) {
                panel[to + p * across + j] = words[tap + starts[j]];
            }
        }
    }

    /** {@code n} columns and {@code depth} rows from element {@code from} on; rows of the panel are {@code across} long. */
    static void of(Matrix right, int from, int depth, int n, int across, float[] panel, int to) {
        float[] words = right.words();
        int down = right.rows();
        int along = right.columns();
        if (along == 1 && n == COLUMNS) {
            VectorPanels.slice(words, from, down, panel, to, depth);
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
}
