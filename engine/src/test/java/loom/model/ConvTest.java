package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Random;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions and their transposes against sums written out, in double precision. */
class ConvTest {
    private static final int BATCH = 2;

    /** A convolution of three axes, of which the first ones may be of extent 1: what the others are special cases of. */
    private record Case(
            int axes,
            int groups,
            int channels,
            int filters,
            int[] size,
            int[] kernel,
            int[] stride,
            int[] dilation,
            int[] before,
            int[] after,
            int[] more) {
        static Case random(Random r, int axes) {
            int groups = 1 + r.nextInt(3);
            Case c = new Case(
                    axes,
                    groups,
                    groups * (1 + r.nextInt(2)),
                    groups * (1 + r.nextInt(3)),
                    new int[] {1, 1, 1},
                    new int[] {1, 1, 1},
                    new int[] {1, 1, 1},
                    new int[] {1, 1, 1},
                    new int[3],
                    new int[3],
                    new int[3]);
            for (int i = 3 - axes; i < 3; i++) {
                c.size[i] = 4 + r.nextInt(4);
                c.kernel[i] = 1 + r.nextInt(3);
                c.stride[i] = 1 + r.nextInt(3);
                c.dilation[i] = 1 + r.nextInt(2);
                c.before[i] = r.nextInt(2);
                c.after[i] = r.nextInt(2);
                c.more[i] = r.nextInt(2);
            }
            return c;
        }

        Words last(int[] all) {
            return Words.of(java.util.Arrays.copyOfRange(all, 3 - axes, 3));
        }

        Padding padding() {
            int[] around = new int[2 * axes];
            for (int i = 0; i < axes; i++) {
                around[i] = before[3 - axes + i];
                around[axes + i] = after[3 - axes + i];
            }
            return new Padding.Explicit(Words.of(around));
        }

        Shape sample() {
            return Windows.sample(channels, last(size).toArray());
        }

        int windows(int i) {
            return (size[i] + before[i] + after[i] - dilation[i] * (kernel[i] - 1) - 1) / stride[i] + 1;
        }

        int transposed(int i) {
            return (size[i] - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 - before[i] - after[i] + more[i];
        }
    }

    private interface Tap {
        /** Position s of the larger side is tap k of position o of the smaller one. */
        void visit(int[] s, int[] o, int[] k);
    }

    private static void taps(Case c, int[] large, int[] small, Tap tap) {
        int[] k = new int[3];
        int[] o = new int[3];
        int[] s = new int[3];
        for (o[0] = 0; o[0] < small[0]; o[0]++) {
            for (o[1] = 0; o[1] < small[1]; o[1]++) {
                for (o[2] = 0; o[2] < small[2]; o[2]++) {
                    for (k[0] = 0; k[0] < c.kernel[0]; k[0]++) {
                        for (k[1] = 0; k[1] < c.kernel[1]; k[1]++) {
                            for (k[2] = 0; k[2] < c.kernel[2]; k[2]++) {
                                boolean inside = true;
                                for (int i = 0; i < 3; i++) {
                                    s[i] = c.stride[i] * o[i] + c.dilation[i] * k[i] - c.before[i];
                                    inside &= s[i] >= 0 && s[i] < large[i];
                                }
                                if (inside) {
                                    tap.visit(s, o, k);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static int at(int[] extents, int[] position) {
        return (position[0] * extents[1] + position[1]) * extents[2] + position[2];
    }

    private static int product(int[] extents) {
        return extents[0] * extents[1] * extents[2];
    }

    private static float[] random(Random r, int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = r.nextInt(-64, 64) / 32f;
        }
        return x;
    }

    /** Answer of a layer whose kernel and bias are these. */
    private static float[] answer(Layer layer, Shape sample, float[] kernel, float[] bias, float[] x) {
        Model m = Model.initialise(Network.of("", sample, layer), 1);
        LinkedHashMap<String, Tensor> parameters = m.parameters();
        parameters.put("0.0.0.kernel", new Tensor(parameters.get("0.0.0.kernel").shape(), kernel));
        parameters.put("0.0.0.bias", new Tensor(parameters.get("0.0.0.bias").shape(), bias));
        return ModelRunner.open(new ReferenceMachine(), m.withParameters(parameters))
                .get()
                .run(x, BATCH)
                .get();
    }

    private static void assertClose(double[] expected, float[] found) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void convolutionIsTheSum(int axes) {
        for (int seed = 0; seed < 40; seed++) {
            Random r = new Random(seed);
            Case c = Case.random(r, axes);
            Conv layer = new Conv(
                    axes,
                    c.filters,
                    c.last(c.kernel),
                    c.last(c.stride),
                    c.padding(),
                    c.last(c.dilation),
                    c.groups,
                    Activation.Simple.LINEAR,
                    true,
                    Initialiser.Scaled.GLOROT_UNIFORM);
            int[] windows = {c.windows(0), c.windows(1), c.windows(2)};
            assertEquals(
                    Windows.sample(c.filters, c.last(windows).toArray()), layer.outputShape(c.sample()), c.toString());
            int channels = c.channels / c.groups;
            int filters = c.filters / c.groups;
            int taps = product(c.kernel);
            float[] x = random(r, BATCH * c.channels * product(c.size));
            float[] w = random(r, c.filters * channels * taps);
            float[] b = random(r, c.filters);
            double[] y = new double[BATCH * c.filters * product(windows)];
            for (int n = 0; n < BATCH; n++) {
                for (int f = 0; f < c.filters; f++) {
                    int out = (n * c.filters + f) * product(windows);
                    java.util.Arrays.fill(y, out, out + product(windows), b[f]);
                    for (int ch = 0; ch < channels; ch++) {
                        int in = (n * c.channels + f / filters * channels + ch) * product(c.size);
                        int row = (f * channels + ch) * taps;
                        taps(
                                c,
                                c.size,
                                windows,
                                (s, o, k) -> y[out + at(windows, o)] +=
                                        (double) w[row + at(c.kernel, k)] * x[in + at(c.size, s)]);
                    }
                }
            }
            assertClose(y, answer(layer, c.sample(), w, b, x));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void transposeScattersWhatTheConvolutionGathers(int axes) {
        for (int seed = 0; seed < 40; seed++) {
            Random r = new Random(seed);
            Case c = Case.random(r, axes);
            ConvTranspose layer = new ConvTranspose(
                    axes,
                    c.filters,
                    c.last(c.kernel),
                    c.last(c.stride),
                    c.padding(),
                    c.last(c.more),
                    c.last(c.dilation),
                    c.groups,
                    Activation.Simple.LINEAR,
                    true,
                    Initialiser.Scaled.GLOROT_UNIFORM);
            int[] sizes = {c.transposed(0), c.transposed(1), c.transposed(2)};
            assertEquals(
                    Windows.sample(c.filters, c.last(sizes).toArray()), layer.outputShape(c.sample()), c.toString());
            int channels = c.channels / c.groups;
            int filters = c.filters / c.groups;
            int taps = product(c.kernel);
            float[] x = random(r, BATCH * c.channels * product(c.size));
            float[] w = random(r, c.channels * filters * taps);
            float[] b = random(r, c.filters);
            double[] y = new double[BATCH * c.filters * product(sizes)];
            for (int n = 0; n < BATCH; n++) {
                for (int f = 0; f < c.filters; f++) {
                    int out = (n * c.filters + f) * product(sizes);
                    java.util.Arrays.fill(y, out, out + product(sizes), b[f]);
                    for (int j = 0; j < channels; j++) {
                        int channel = f / filters * channels + j;
                        int in = (n * c.channels + channel) * product(c.size);
                        int row = (channel * filters + f % filters) * taps;
                        taps(
                                c,
                                sizes,
                                c.size,
                                (s, o, k) -> y[out + at(sizes, s)] +=
                                        (double) w[row + at(c.kernel, k)] * x[in + at(c.size, o)]);
                    }
                }
            }
            assertClose(y, answer(layer, c.sample(), w, b, x));
        }
    }

    /** Sizes, stride, kernel; then the padding that makes ⌈size / stride⌉ windows. */
    @ParameterizedTest
    @CsvSource({"5,1,3,5,1,1", "6,2,3,3,0,1", "5,2,3,3,1,1", "7,3,2,3,0,1", "4,4,2,1,0,0", "6,1,4,6,1,2"})
    void sameGivesSizeOverStride(int size, int stride, int kernel, int windows, int before, int after) {
        Words k = Words.of(kernel);
        Words s = Words.of(stride);
        Shape sample = Shape.of(1, size);
        assertEquals(Words.of(before, after), around(Windows.geometry(sample, k, s, Words.of(1), Padding.Same.SAME)));
        assertEquals(
                Words.of(after, before), around(Windows.geometry(sample, k, s, Words.of(1), Padding.Same.SAME_LOWER)));
        Conv conv = new Conv(1, 2, k, Activation.Simple.LINEAR).withStride(s, Padding.Same.SAME);
        assertEquals(Shape.of(2, windows), conv.outputShape(sample));
    }

    private static Words around(loom.graph.WindowGeometry g) {
        return Words.of(g.before().get(0), g.after().get(0));
    }

    @Test
    void fansCountTheTapsOfOneGroup() {
        Conv conv = new Conv(
                2,
                8,
                Words.of(3, 5),
                Words.of(1),
                Padding.Explicit.NONE,
                Words.of(1),
                2,
                Activation.Simple.LINEAR,
                false,
                Initialiser.Scaled.HE_NORMAL);
        ParameterSpec kernel = conv.parameters(Shape.of(6, 9, 9)).get(0);
        assertEquals(Shape.of(8, 3, 3, 5), kernel.shape());
        assertEquals(3 * 15, kernel.fanIn());
        assertEquals(4 * 15, kernel.fanOut());
    }

    /** A model file of one layer for 4 channels of 6 × 6. */
    static String file(String fields) {
        return "{\"format\": \"loom\", \"version\": 1, \"input\": {\"shape\": [4, 6, 6]}, \"grid\": {\"rows\": 1,"
                + " \"columns\": 1}, \"cells\": [{\"row\": 0, \"column\": 0, \"layers\": [{" + fields + "}]}]}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1 | [8,6,6]",
                "[1,0] | [1, 0] | [8,6,4]",
                "[1,0,2,1] | [1, 0, 2, 1] | [8,7,5]",
                "{\"type\": \"explicit\", \"size\": 2} | 2 | [8,8,8]",
                "\"same\" | \"same\" | [8,6,6]",
            })
    void paddingInFiles(String text, String written, String shape) {
        Model m = ModelReader.read(
                "f", file("\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 3, \"padding\": " + text));
        assertEquals(shape, m.network().output().toString());
        assertThat(ModelWriter.write(m)).contains("\"padding\": " + written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\": \"conv1d\", \"filters\": 8, \"kernel\": 3"
                        + " | conv1d needs [channels, ...] with 1 spatial axis, not [4,6,6]",
                "\"type\": \"conv3d\", \"filters\": 8, \"kernel\": 3"
                        + " | conv3d needs [channels, ...] with 3 spatial axes, not [4,6,6]",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": [3, 3, 3] | kernel has 3 numbers for 2 axes",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 7"
                        + " | a kernel spanning 7 positions does not fit the 6 of spatial axis 0 (padding included)",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 3, \"groups\": 3"
                        + " | 3 groups: they must divide the 4 channels and the 8 filters",
                "\"type\": \"conv2d\", \"filters\": 6, \"kernel\": 3, \"groups\": 4"
                        + " | 4 groups: they must divide the 4 channels and the 6 filters",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 3, \"padding\": [1, 2, 3]"
                        + " | padding has 3 numbers for 2 axes",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 3, \"padding\": -1"
                        + " | expected a whole number from 0 to 32768, found -1",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 3, \"padding\": \"valid\""
                        + " | unknown padding \"valid\"; known: explicit, same, same_lower",
                "\"type\": \"conv2d\", \"kernel\": 3 | missing key \"filters\"",
                "\"type\": \"conv2d\", \"filters\": 8, \"kernel\": 3, \"stride\": 0"
                        + " | expected a whole number from 1 to 32768, found 0",
                "\"type\": \"conv2d_transpose\", \"filters\": 8, \"kernel\": 3, \"padding\": 4"
                        + " | conv2d_transpose of [4,6,6] gives 0 positions along spatial axis 0",
                "\"type\": \"conv2d_transpose\", \"filters\": 8, \"kernel\": 3, \"output_padding\": [1, 1, 1]"
                        + " | output_padding has 3 numbers for 2 axes",
            })
    void errors(String fields, String message) {
        assertThatThrownBy(() -> ModelReader.read("f", file(fields)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void sizesOfJavaAreCheckedToo() {
        assertThatThrownBy(() -> new Conv(2, 0, Words.of(3), Activation.Simple.LINEAR))
                .isInstanceOf(FieldException.class);
        assertThatThrownBy(() -> new Conv(2, 1, Words.of(3, 3, 3), Activation.Simple.LINEAR))
                .isInstanceOf(ShapeException.class);
    }
}
