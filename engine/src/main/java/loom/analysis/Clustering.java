package loom.analysis;

import loom.graph.Words;
import loom.numeric.Philox;

/**
 * Rows in k groups around their means (Lloyd 1982), begun by k-means++ (Arthur and Vassilvitskii 2007): the first centre is a row
 * drawn uniformly, each further one a row drawn in proportion to its squared distance to the nearest centre so far.
 *
 * <p>Distances are Euclidean, sums over columns and rows in order. Of equally near centres the first counts; a cluster that loses all
 * its rows keeps its centre. It ends when no row changes its cluster. Of several starts the one with the least inertia counts, of equal ones
 * the first.
 *
 * @param columns of a centre
 * @param centres {@code [k, columns]}
 * @param clusters of every row
 * @param inertia sum of the squared distances of the rows to their centres
 * @param iterations until nothing changed
 */
public record Clustering(int columns, double[] centres, Words clusters, double inertia, int iterations) {
    /** Lloyd's iteration always ends, but may take long. */
    public static final int MAX_ITERATIONS = 300;

    public int k() {
        return centres.length / columns;
    }

    /**
     * @param k number of clusters
     * @param seed of the draws
     * @param starts how often to begin anew
     */
    public static Clustering of(Table table, int k, long seed, int starts) {
        if (k < 1 || k > table.rows()) {
            throw new AnalysisException(k + " clusters of " + table.rows() + " rows, expected 1 to " + table.rows());
        }
        if (starts < 1) {
            throw new AnalysisException(starts + " starts, expected at least 1");
        }
        Clustering best = new Run(table, k).from(seed, 0);
        for (int start = 1; start < starts; start++) {
            Clustering next = new Run(table, k).from(seed, start);
            best = next.inertia() < best.inertia() ? next : best;
        }
        return best;
    }

    private static final class Run {
        private final Table table;
        private final int k;
        private final double[] centres;
        private final int[] clusters;
        private final double[] distances;

        Run(Table table, int k) {
            this.table = table;
            this.k = k;
            centres = new double[k * table.columns()];
            clusters = new int[table.rows()];
            distances = new double[table.rows()];
        }

        Clustering from(long seed, int start) {
            seed(seed, start);
            assign(k);
            int iterations = 0;
            do {
                move();
                iterations++;
            } while (assign(k) && iterations < MAX_ITERATIONS);
            double inertia = 0;
            for (double d : distances) {
                inertia += d;
            }
            return new Clustering(table.columns(), centres, Words.of(clusters), inertia, iterations);
        }

        private void seed(long seed, int start) {
            take(0, (int) (uniform(seed, 0, start) * table.rows()));
            for (int c = 1; c < k; c++) {
                assign(c);
                double total = 0;
                for (double d : distances) {
                    total += d;
                }
                if (total == 0) {
                    throw new AnalysisException(k + " clusters of rows of which only " + c + " differ");
                }
                take(c, drawn(uniform(seed, c, start) * total));
            }
        }

        /** The first row at which the running sum of distances is above {@code target}; the last one with a distance if rounding hides it. */
        private int drawn(double target) {
            double sum = 0;
            int last = 0;
            for (int row = 0; row < distances.length; row++) {
                sum += distances[row];
                last = distances[row] > 0 ? row : last;
                if (sum > target) {
                    return row;
                }
            }
            return last;
        }

        /** In [0, 1), with 53 bits of two words. */
        private static double uniform(long seed, int centre, int start) {
            long high = Philox.word(seed, 2 * centre, start, 0, Philox.ANALYSIS) >>> 5;
            long low = Philox.word(seed, 2 * centre + 1, start, 0, Philox.ANALYSIS) >>> 6;
            return (high * 0x1p26 + low) * 0x1p-53;
        }

        private void take(int centre, int row) {
            for (int i = 0; i < table.columns(); i++) {
                centres[centre * table.columns() + i] = table.at(row, i);
            }
        }

        /** Gives every row the nearest of the first {@code count} centres; answers whether one has changed. */
        private boolean assign(int count) {
            boolean changed = false;
            for (int row = 0; row < clusters.length; row++) {
                int nearest = 0;
                double least = distance(row, 0);
                for (int c = 1; c < count; c++) {
                    double d = distance(row, c);
                    if (d < least) {
                        least = d;
                        nearest = c;
                    }
                }
                changed |= clusters[row] != nearest;
                clusters[row] = nearest;
                distances[row] = least;
            }
            return changed;
        }

        private double distance(int row, int centre) {
            double sum = 0;
            for (int i = 0; i < table.columns(); i++) {
                double d = table.at(row, i) - centres[centre * table.columns() + i];
                sum += d * d;
            }
            return sum;
        }

        private void move() {
            int columns = table.columns();
            double[] sums = new double[centres.length];
            int[] counts = new int[k];
            for (int row = 0; row < clusters.length; row++) {
                counts[clusters[row]]++;
                for (int i = 0; i < columns; i++) {
                    sums[clusters[row] * columns + i] += table.at(row, i);
                }
            }
            for (int i = 0; i < sums.length; i++) {
                if (counts[i / columns] > 0) {
                    centres[i] = sums[i] / counts[i / columns];
                }
            }
        }
    }
}
