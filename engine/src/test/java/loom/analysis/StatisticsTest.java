package loom.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.format.ModelException;
import loom.graph.Words;
import loom.numeric.Philox;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Against published examples, and against plain computations of the definitions. */
class StatisticsTest {
    private static final Offset<Double> CLOSE = within(1e-12);

    private static Table table(int columns, int rows, int step) {
        float[] values = new float[columns * rows];
        for (int i = 0; i < values.length; i++) {
            // Tenths, so that there are ties.
            values[i] = (float) (int) (10 * Philox.uniform(11, i, step, 0, 99)) / 10;
        }
        return Table.of(columns, values);
    }

    /** SciPy 1.11 documentation of scipy.stats.pearsonr and spearmanr, first examples. */
    @Test
    void correlationsOfScipysManual() {
        Table p = Table.of(2, 1, 10, 2, 9, 3, 2.5f, 4, 6, 5, 4);
        assertThat(Correlation.pearson(p).at(0, 1)).isCloseTo(-0.7426106572325057, CLOSE);
        Table s = Table.of(2, 1, 5, 2, 6, 3, 7, 4, 8, 5, 7);
        assertThat(Correlation.spearman(s).at(0, 1)).isCloseTo(0.8207826816681233, CLOSE);
        assertThat(Correlation.spearman(s).at(1, 0)).isCloseTo(0.8207826816681233, CLOSE);
        assertThat(Correlation.spearman(s).at(1, 1)).isEqualTo(1);
    }

    /** Anscombe's quartet (1973): four data sets, one correlation, 0.816 to three digits. */
    @Test
    void anscombe() {
        float[] x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
        float[] y = {8.04f, 6.95f, 7.58f, 8.81f, 8.33f, 9.96f, 7.24f, 4.26f, 10.84f, 4.82f, 5.68f};
        float[] both = new float[22];
        for (int i = 0; i < x.length; i++) {
            both[2 * i] = x[i];
            both[2 * i + 1] = y[i];
        }
        // 0.81642051634484 to all digits of R's cor(anscombe$x1, anscombe$y1); the values here are f32.
        assertThat(Correlation.pearson(Table.of(2, both)).at(0, 1)).isCloseTo(0.81642051634484, within(1e-7));
    }

    @Test
    void tiesShareTheMeanOfTheirRanks() {
        assertThat(Correlation.ranks(new double[] {3, 1, 3, -0.0, 0.0, 3})).containsExactly(5, 3, 5, 1.5, 1.5, 5);
    }

    /** The textbook's other formula, and ranks by counting pairs. */
    @Test
    void correlationByDefinition() {
        Table t = table(5, 40, 1);
        Correlation pearson = Correlation.pearson(t);
        Correlation spearman = Correlation.spearman(t);
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                assertThat(pearson.at(i, j)).isCloseTo(byMoments(t.column(i), t.column(j)), CLOSE);
                assertThat(spearman.at(i, j)).isCloseTo(byMoments(ranks(t, i), ranks(t, j)), CLOSE);
            }
        }
    }

    private static double byMoments(double[] x, double[] y) {
        int n = x.length;
        double sx = Arrays.stream(x).sum();
        double sy = Arrays.stream(y).sum();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < n; i++) {
            xy += x[i] * y[i];
            xx += x[i] * x[i];
            yy += y[i] * y[i];
        }
        return (n * xy - sx * sy) / (Math.sqrt(n * xx - sx * sx) * Math.sqrt(n * yy - sy * sy));
    }

    private static double[] ranks(Table t, int column) {
        double[] ranks = new double[t.rows()];
        for (int a = 0; a < ranks.length; a++) {
            for (int b = 0; b < ranks.length; b++) {
                double d = t.at(b, column) - t.at(a, column);
                ranks[a] += d < 0 ? 1 : d == 0 ? 0.5 : 0;
            }
            ranks[a] += 0.5;
        }
        return ranks;
    }

    @Test
    void aConstantColumnHasNoCorrelation() {
        Table t = Table.of(2, 0.1f, 1, 0.1f, 2, 0.1f, 4);
        for (Correlation c : List.of(Correlation.pearson(t), Correlation.spearman(t))) {
            assertThat(c.at(0, 1)).isNaN();
            assertThat(c.at(0, 0)).isNaN();
            assertThat(c.at(1, 1)).isEqualTo(1);
        }
        assertThat(AnalysisJson.write(Correlation.pearson(t))).contains("[null, null]", "[null, 1]");
    }

    /** scikit-learn 1.3 documentation of sklearn.cluster.KMeans: centres [10, 2] and [1, 2]. */
    @Test
    void clustersOfScikitLearnsManual() {
        Table t = Table.of(2, 1, 2, 1, 4, 1, 0, 10, 2, 10, 4, 10, 0);
        for (long seed = 0; seed < 20; seed++) {
            Clustering c = Clustering.of(t, 2, seed, 4);
            List<List<Double>> centres = new ArrayList<>();
            centres.add(List.of(c.centres()[0], c.centres()[1]));
            centres.add(List.of(c.centres()[2], c.centres()[3]));
            assertThat(centres).containsExactlyInAnyOrder(List.of(10.0, 2.0), List.of(1.0, 2.0));
            assertThat(c.inertia()).isEqualTo(16);
        }
        Silhouette s = Silhouette.of(t, Words.of(1, 1, 1, 0, 0, 0));
        // (b − a)/max(a, b) by hand: for (1, 2) a = 2, b = (9 + 2√85)/3; for (1, 4) a = 3, b = (√85 + 9 + √97)/3.
        double b = (9 + 2 * Math.sqrt(85)) / 3;
        double corner = (Math.sqrt(85) + 9 + Math.sqrt(97)) / 3;
        assertThat(s.rows()[0]).isCloseTo((b - 2) / b, CLOSE);
        assertThat(s.rows()[1]).isCloseTo((corner - 3) / corner, CLOSE);
        assertThat(s.mean()).isCloseTo(((b - 2) / b + 2 * (corner - 3) / corner) / 3, CLOSE);
    }

    /** Every small case by trying all assignments: some start finds the least inertia, and none is below it. */
    @Test
    void theLeastInertiaOfAll() {
        Table t = table(2, 9, 3);
        double least = Double.POSITIVE_INFINITY;
        for (int code = 0; code < 19683; code++) {
            least = Math.min(least, inertia(t, code));
        }
        assertThat(Clustering.of(t, 3, 5, 50).inertia()).isCloseTo(least, CLOSE);
        assertThat(Clustering.of(t, 3, 5, 1).inertia()).isGreaterThanOrEqualTo(least - 1e-12);
    }

    private static double inertia(Table t, int code) {
        double total = 0;
        for (int c = 0; c < 3; c++) {
            double n = 0;
            double[] sum = new double[2];
            double squares = 0;
            for (int row = 0, rest = code; row < t.rows(); row++, rest /= 3) {
                if (rest % 3 == c) {
                    n++;
                    for (int i = 0; i < 2; i++) {
                        sum[i] += t.at(row, i);
                        squares += (double) t.at(row, i) * t.at(row, i);
                    }
                }
            }
            total += n == 0 ? 0 : squares - (sum[0] * sum[0] + sum[1] * sum[1]) / n;
        }
        return total;
    }

    @Test
    void theSeedDecides() {
        Table t = table(3, 60, 4);
        Clustering c = Clustering.of(t, 7, 1, 1);
        Clustering again = Clustering.of(t, 7, 1, 1);
        assertThat(c.centres()).containsExactly(again.centres());
        assertThat(c.clusters()).isEqualTo(again.clusters());
        assertThat(Clustering.of(t, 7, 2, 1).centres()).isNotEqualTo(c.centres());
        assertThat(Clustering.of(t, 7, 1, 10).inertia()).isLessThanOrEqualTo(c.inertia());
    }

    @Test
    void silhouetteOfOneIsZero() {
        Silhouette s = Silhouette.of(Table.of(1, 0, 1, 9), Words.of(0, 0, 2));
        assertThat(s.rows()[2]).isZero();
        assertThat(s.rows()[0]).isCloseTo((9 - 1) / 9.0, CLOSE);
        assertThat(Silhouette.of(Table.of(1, 4, 4, 4), Words.of(0, 1, 0)).mean())
                .isZero();
    }

    @Test
    void saysWhatCannotBe() {
        refused(() -> Table.of(2), "a table without rows");
        refused(() -> Table.of(2, 1, 2, 3), "3 values do not fill rows of 2 columns");
        refused(() -> Table.of(1, 1, Float.NaN), "row 1, column 0: expected a finite number");
        refused(() -> Table.csv("t.csv", "a,b\n"), "t.csv: a table without rows");
        refused(() -> Table.csv("t.csv", "a,b\n1,2\n\n3\n"), "t.csv line 4: expected 2 values, found 1");
        Table three = Table.of(1, 1, 2, 2);
        refused(() -> Correlation.pearson(Table.of(2, 1, 2)), "correlation needs at least 2 rows, found 1");
        refused(() -> Clustering.of(three, 4, 1, 1), "4 clusters of 3 rows, expected 1 to 3");
        refused(() -> Clustering.of(three, 0, 1, 1), "0 clusters of 3 rows, expected 1 to 3");
        refused(() -> Clustering.of(three, 3, 1, 1), "3 clusters of rows of which only 2 differ");
        refused(() -> Clustering.of(three, 2, 1, 0), "0 starts, expected at least 1");
        refused(
                () -> Silhouette.of(three, Words.of(1, 1, 1)),
                "a silhouette needs rows in at least 2 clusters, found 1");
        refused(() -> Silhouette.of(three, Words.of(1, 1)), "2 clusters given for 3 rows");
        refused(() -> Silhouette.of(three, Words.of(1, 1, 3)), "row 2 is in cluster 3, expected 0 to 2");
        assertThatThrownBy(() -> Table.csv("t.csv", "1,2\n3,x\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("t.csv line 2: value 2 is not a number: \"x\"");
        assertThatThrownBy(() -> Table.csv("t.csv", "1e30\n")).isInstanceOf(ModelException.class);
    }

    static void refused(Runnable work, String message) {
        assertThatThrownBy(work::run).isInstanceOf(AnalysisException.class).hasMessage(message);
    }

    @Test
    void tablesOfText() {
        Table t = Table.csv("t.csv", "height;width\n1;2\n3;4\n");
        assertThat(t).isEqualTo(new Table(List.of("height", "width"), t.values()));
        assertThat(t.values()).containsExactly(1, 2, 3, 4);
        assertThat(Table.csv("t.csv", "1\t2\n").names()).containsExactly("0", "1");
    }
}
