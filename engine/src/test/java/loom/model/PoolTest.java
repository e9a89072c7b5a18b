package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Compiler;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling of images against loops written out. */
class PoolTest {
    private static final Words ONE = Words.of(1);

    /** Windows of one axis: everything a pooling layer can be given. */
    private record Axis(int size, int kernel, int stride, int before, int after, int dilation) {
        static Axis random(Random r) {
            int kernel = 1 + r.nextInt(3);
            int padding = kernel / 2;
            return new Axis(
                    4 + r.nextInt(5),
                    kernel,
                    1 + r.nextInt(3),
                    r.nextInt(padding + 1),
                    r.nextInt(padding + 1),
                    1 + r.nextInt(2));
        }

        int span() {
            return dilation * (kernel - 1) + 1;
        }

        int windows(boolean ceil) {
            int room = size + before + after - span();
            int n = room / stride + 1;
            boolean more = ceil && room % stride != 0 && n * stride < size + before;
            return more ? n + 1 : n;
        }

        int at(int o, int k) {
            return o * stride + k * dilation - before;
        }

        boolean fits() {
            if (size + before + after < span()) {
                return false;
            }
            for (int o = 0; o < windows(true); o++) {
                boolean some = false;
                for (int k = 0; k < kernel; k++) {
                    some |= at(o, k) >= 0 && at(o, k) < size;
                }
                if (!some) {
                    return false;
                }
            }
            return true;
        }
    }

    private record Pool(Axis rows, Axis columns, boolean ceil, boolean countPadding) {
        static Pool random(Random r) {
            Pool p;
            do {
                p = new Pool(Axis.random(r), Axis.random(r), r.nextBoolean(), r.nextBoolean());
            } while (!p.rows.fits() || !p.columns.fits());
            return p;
        }

        private interface Of {
            int get(Axis a);
        }

        private Words both(Of of) {
            return Words.of(of.get(rows), of.get(columns));
        }

        Padding padding() {
            return new Padding.Explicit(Words.of(rows.before, columns.before, rows.after, columns.after));
        }

        MaxPool max() {
            return new MaxPool(
                    both(Axis::kernel), Optional.of(both(Axis::stride)), padding(), both(Axis::dilation), ceil);
        }

        AvgPool avg() {
            return new AvgPool(
                    both(Axis::kernel),
                    Optional.of(both(Axis::stride)),
                    padding(),
                    both(Axis::dilation),
                    countPadding,
                    ceil);
        }

        Shape input() {
            return Shape.of(2, rows.size, columns.size);
        }

        Shape output() {
            return Shape.of(2, rows.windows(ceil), columns.windows(ceil));
        }
    }

    private interface Visit {
        /** Tap at position (r, c), maybe outside, of output element {@code out} of channel {@code channel}. */
        void tap(int channel, int out, int r, int c);
    }

    private static void taps(Pool p, Visit v) {
        int out = 0;
        for (int ch = 0; ch < 2; ch++) {
            for (int i = 0; i < p.output().dim(1); i++) {
                for (int j = 0; j < p.output().dim(2); j++, out++) {
                    for (int k = 0; k < p.rows.kernel; k++) {
                        for (int l = 0; l < p.columns.kernel; l++) {
                            v.tap(ch, out, p.rows.at(i, k), p.columns.at(j, l));
                        }
                    }
                }
            }
        }
    }

    private static float[] input(Random r, int n, int values) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = r.nextInt(values) - values;
        }
        return x;
    }

    static float[] answer(Layer layer, Shape input, float... x) {
        Model m = Model.initialise(Network.of("", input, layer), 1);
        return ModelRunner.open(new ReferenceMachine(), m)
                .get()
                .run(x, x.length / input.elements(1))
                .get();
    }

    /** Gradient of the sum of all outputs, each weighted by its index + 1. */
    private static float[] gradient(Layer layer, Shape input, float... x) {
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered l = NetworkLowering.into(g, Network.of("", input, layer), Mode.TRAINING);
        Node seed = g.input("seed", TensorType.f32(l.output().shape()));
        g.output(
                "gradient",
                Autodiff.gradients(g, l.output(), seed, List.of(l.input())).get(0));
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        e.batch(1);
        float[] weights = new float[layer.outputShape(input).elements(1)];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i + 1;
        }
        e.write(e.program().source("seed"), weights);
        e.write(e.program().source(NetworkLowering.INPUT), x);
        e.run();
        e.finish().get();
        return e.readFloats(e.program().output("gradient")).get();
    }

    @Test
    void maximumAndWhereItsGradientGoes() {
        for (int n = 0; n < 200; n++) {
            Random r = new Random(n);
            Pool p = Pool.random(r);
            // Few values, so that there are ties; all negative, so that zeros would win.
            float[] x = input(r, p.input().elements(1), 4);
            float[] y = new float[p.output().elements(1)];
            int[] from = new int[y.length];
            java.util.Arrays.fill(from, -1);
            taps(p, (ch, out, row, column) -> {
                if (row >= 0 && row < p.rows.size && column >= 0 && column < p.columns.size) {
                    int at = (ch * p.rows.size + row) * p.columns.size + column;
                    if (from[out] < 0 || x[at] > y[out]) {
                        from[out] = at;
                        y[out] = x[at];
                    }
                }
            });
            float[] dx = new float[x.length];
            for (int i = 0; i < y.length; i++) {
                dx[from[i]] += i + 1;
            }
            assertEquals(p.output(), p.max().outputShape(p.input()), p.toString());
            assertArrayEquals(y, answer(p.max(), p.input(), x), p.toString());
            assertArrayEquals(dx, gradient(p.max(), p.input(), x), p.toString());
        }
    }

    @Test
    void mean() {
        for (int n = 0; n < 200; n++) {
            Random r = new Random(n);
            Pool p = Pool.random(r);
            float[] x = input(r, p.input().elements(1), 100);
            double[] y = new double[p.output().elements(1)];
            int[] count = new int[y.length];
            taps(p, (ch, out, row, column) -> {
                if (row >= 0 && row < p.rows.size && column >= 0 && column < p.columns.size) {
                    y[out] += x[(ch * p.rows.size + row) * p.columns.size + column];
                    count[out]++;
                } else if (p.countPadding
                        && row < p.rows.size + p.rows.after
                        && column < p.columns.size + p.columns.after) {
                    count[out]++;
                }
            });
            assertEquals(p.output(), p.avg().outputShape(p.input()), p.toString());
            float[] found = answer(p.avg(), p.input(), x);
            assertThat(found).hasSameSizeAs(y);
            for (int i = 0; i < y.length; i++) {
                assertThat((double) found[i]).as(p.toString()).isCloseTo(y[i] / count[i], within(1e-5));
            }
        }
    }

    @Test
    void ofSequencesAndVolumes() {
        assertArrayEquals(new float[] {3, 5, 9}, answer(new MaxPool(Words.of(2)), Shape.of(1, 6), 1, 3, 5, 4, 9, 2));
        assertArrayEquals(
                new float[] {4.5f}, answer(new AvgPool(Words.of(2)), Shape.of(1, 2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8));
        assertArrayEquals(
                new float[] {8}, answer(new MaxPool(Words.of(2)), Shape.of(1, 2, 2, 2), 1, 2, 3, 4, 5, 6, 8, 7));
    }

    @Test
    void ofWholeChannels() {
        assertArrayEquals(
                new float[] {4, -1}, answer(new GlobalMaxPool(), Shape.of(2, 2, 2), 1, 4, 3, 4, -5, -1, -2, -1));
        assertArrayEquals(
                new float[] {0, 1, 0, 0, 0, 2, 0, 0},
                gradient(new GlobalMaxPool(), Shape.of(2, 2, 2), 1, 4, 3, 4, -5, -1, -2, -1));
        assertArrayEquals(
                new float[] {2.5f, -2}, answer(new GlobalAvgPool(), Shape.of(2, 2, 2), 1, 2, 3, 4, -5, -1, -2, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\": \"max_pool\", \"kernel\": 2, \"padding\": 2, \"stride\": 1"
                        + " | max_pool of [4,6,6]: window 0 of spatial axis 0 sees nothing but padding",
                "\"type\": \"avg_pool\", \"kernel\": 2, \"padding\": [0, 0, 0, 3], \"stride\": 1"
                        + " | avg_pool of [4,6,6]: window 7 of spatial axis 1 sees nothing but padding",
                "\"type\": \"max_pool\", \"kernel\": 2, \"padding\": [0, 1], \"dilation\": 8"
                        + " | a kernel spanning 9 positions does not fit the 6 of spatial axis 0",
                "\"type\": \"avg_pool\", \"kernel\": [2, 2, 2] | kernel has 3 numbers for 2 axes",
                "\"type\": \"max_pool\" | missing key \"kernel\"",
            })
    void errors(String fields, String message) {
        assertThatThrownBy(() -> ModelReader.read("f", ConvTest.file(fields)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void needsSpatialAxes() {
        for (Layer layer : List.of(new MaxPool(ONE), new AvgPool(ONE), new GlobalAvgPool(), new GlobalMaxPool())) {
            assertThatThrownBy(() -> Network.of("", Shape.of(5), layer))
                    .isInstanceOf(LayerException.class)
                    .hasMessageContaining("needs [channels, ...]");
        }
    }
}
