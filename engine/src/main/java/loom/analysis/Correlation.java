package loom.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * How columns go together, a number from −1 to 1 for every two of them; {@code NaN} where a column is constant, for which it is not
 * defined.
 *
 * <p>Pearson: {@code r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)²·Σ(y − ȳ)²)}, every sum over the rows in order, means first; what rounding
 * puts beyond ±1 is ±1. Spearman (1904): Pearson's of the ranks, where equal values have the mean of the ranks they share.
 *
 * @param names of the columns
 * @param values symmetric, row-major
 */
public record Correlation(List<String> names, double[] values) {
    public Correlation {
        names = List.copyOf(names);
    }

    public static Correlation pearson(Table table) {
        double[][] columns = new double[table.columns()][];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = table.column(i);
        }
        return of(table, columns);
    }

    public static Correlation spearman(Table table) {
        double[][] columns = new double[table.columns()][];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = ranks(table.column(i));
        }
        return of(table, columns);
    }

    public double at(int i, int j) {
        return values[i * names.size() + j];
    }

    private static Correlation of(Table table, double[][] columns) {
        if (table.rows() < 2) {
            throw new AnalysisException("correlation needs at least 2 rows, found " + table.rows());
        }
        int n = columns.length;
        double[] squares = new double[n];
        for (int i = 0; i < n; i++) {
            center(columns[i]);
            squares[i] = dot(columns[i], columns[i]);
        }
        double[] values = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                double r = squares[i] == 0 || squares[j] == 0 ? Double.NaN : i == j ? 1 : share(columns, squares, i, j);
                values[i * n + j] = r;
                values[j * n + i] = r;
            }
        }
        return new Correlation(table.names(), values);
    }

    private static double share(double[][] columns, double[] squares, int i, int j) {
        double r = dot(columns[i], columns[j]) / Math.sqrt(squares[i] * squares[j]);
        return r > 1 ? 1 : r < -1 ? -1 : r;
    }

    /** Takes the mean away; what does not vary becomes zeros, whatever the mean was rounded to. */
    private static void center(double[] x) {
        double sum = 0;
        boolean constant = true;
        for (double v : x) {
            sum += v;
            constant &= v == x[0];
        }
        double mean = constant ? x[0] : sum / x.length;
        for (int i = 0; i < x.length; i++) {
            x[i] -= mean;
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** From 1; equal values, −0 and 0 among them, share the mean of their ranks. */
    static double[] ranks(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        double[] ranks = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int below = count(sorted, x[i], false);
            int upTo = count(sorted, x[i], true);
            ranks[i] = (below + 1 + upTo) / 2.0;
        }
        return ranks;
    }

    /** How many of the sorted values are less than {@code v}, or equal to it too. */
    private static int count(double[] sorted, double v, boolean orEqual) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < v || orEqual && sorted[middle] == v) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
