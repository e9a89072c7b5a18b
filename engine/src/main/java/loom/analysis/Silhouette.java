package loom.analysis;

import loom.graph.Words;

/**
 * How well rows lie in their clusters (Rousseeuw 1987): {@code s = (b − a)/max(a, b)}, a the mean distance to the other rows of the
 * row's cluster, b the least of the mean distances to the rows of each other cluster. 0 for a row alone in its cluster, and where a and b
 * are both 0. From −1, in the wrong cluster, to 1. Takes rows² distances.
 *
 * @param rows s of every row
 * @param mean of them
 */
public record Silhouette(double[] rows, double mean) {
    /** {@code clusters}: of every row, from 0; at least two different ones. */
    public static Silhouette of(Table table, Words clusters) {
        int n = table.rows();
        if (clusters.size() != n) {
            throw new AnalysisException(clusters.size() + " clusters given for " + n + " rows");
        }
        int[] counts = new int[count(clusters)];
        int occupied = 0;
        for (int row = 0; row < n; row++) {
            occupied += counts[clusters.get(row)]++ == 0 ? 1 : 0;
        }
        if (occupied < 2) {
            throw new AnalysisException("a silhouette needs rows in at least 2 clusters, found " + occupied);
        }
        double[] rows = new double[n];
        double sum = 0;
        for (int row = 0; row < n; row++) {
            rows[row] = counts[clusters.get(row)] == 1 ? 0 : of(table, clusters, counts, row);
            sum += rows[row];
        }
        return new Silhouette(rows, sum / n);
    }

    private static int count(Words clusters) {
        int most = 0;
        for (int i = 0; i < clusters.size(); i++) {
            if (clusters.get(i) < 0 || clusters.get(i) >= clusters.size()) {
                throw new AnalysisException(
                        "row " + i + " is in cluster " + clusters.get(i) + ", expected 0 to " + (clusters.size() - 1));
            }
            most = Math.max(most, clusters.get(i));
        }
        return most + 1;
    }

    private static double of(Table table, Words clusters, int[] counts, int row) {
        double[] sums = new double[counts.length];
        for (int other = 0; other < table.rows(); other++) {
            sums[clusters.get(other)] += distance(table, row, other);
        }
        int own = clusters.get(row);
        double a = sums[own] / (counts[own] - 1);
        double b = Double.POSITIVE_INFINITY;
        for (int c = 0; c < counts.length; c++) {
            if (c != own && counts[c] > 0) {
                b = Math.min(b, sums[c] / counts[c]);
            }
        }
        double larger = Math.max(a, b);
        return larger == 0 ? 0 : (b - a) / larger;
    }

    private static double distance(Table table, int row, int other) {
        double sum = 0;
        for (int i = 0; i < table.columns(); i++) {
            double d = (double) table.at(row, i) - table.at(other, i);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }
}
