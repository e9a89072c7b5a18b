package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.machine.Execution;
import loom.machine.ScalarWords;
import loom.machine.reference.ReferenceMachine;
import loom.model.GumbelSoftmax.Noise;
import loom.numeric.Philox;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Softmax kinds against formulas in double precision that are written another way. */
class SoftmaxTest {
    private static final long SEED = 3L << 33 | 5;
    private static final int STEP = 4;

    /** The layer's answer, or its output in a training step. */
    private static float[] run(Layer layer, Mode mode, float... x) {
        return run(layer, mode, x, null)[0];
    }

    private static float[] answer(SoftmaxKind kind, float... x) {
        return run(new Softmax(kind), Mode.INFERENCE, x);
    }

    /** Output, and with {@code dy} the gradient of x. */
    private static float[][] run(Layer layer, Mode mode, float[] x, float[] dy) {
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered l = NetworkLowering.into(g, Network.of("", Shape.of(x.length), layer), mode);
        g.output("y", l.output());
        if (dy != null) {
            Node seed = g.input("dy", TensorType.f32(l.output().shape()));
            g.output(
                    "dx",
                    Autodiff.gradients(g, l.output(), seed, List.of(l.input())).get(0));
        }
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        e.batch(1);
        e.write(e.program().source(NetworkLowering.INPUT), x);
        if (dy != null) {
            e.write(e.program().source("dy"), dy);
        }
        e.run(new ScalarWords().random(SEED, STEP).of(e.program()));
        e.finish().get();
        float[] y = e.readFloats(e.program().output("y")).get();
        return new float[][] {
            y, dy == null ? null : e.readFloats(e.program().output("dx")).get()
        };
    }

    private static float[] logits(int n, double scale) {
        Random random = new Random(n);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (random.nextGaussian() * scale);
        }
        return x;
    }

    private static double[] softmax(float[] x, int from, int n, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + n; i++) {
            max = Math.max(max, x[i]);
        }
        double[] p = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            p[i] = Math.exp((x[from + i] - max) / temperature);
            sum += p[i];
        }
        for (int i = 0; i < n; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private static void assertClose(double[] expected, float[] found, double tolerance) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("element " + i).isCloseTo(expected[i], within(tolerance));
        }
    }

    // ---- all kinds ----

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(new SoftmaxKind.Standard(), Shape.of(1)),
                Arguments.of(new SoftmaxKind.Standard(), Shape.of(2, 1, 33)),
                Arguments.of(new SoftmaxKind.Temperature(0.25f), Shape.of(3, 5)),
                Arguments.of(new GridSoftmax(3, 2, 2), Shape.of(2, 6)),
                Arguments.of(new GridSoftmax(1, 1), Shape.of(1)),
                Arguments.of(new HierarchicalSoftmax(4), Shape.of(2, 4)),
                Arguments.of(new HierarchicalSoftmax(Words.of(2, 3, 2), 0.5f), Shape.of(2, 20)),
                Arguments.of(new GumbelSoftmax(0.5f, Noise.TRAINING, false), Shape.of(2, 5)),
                Arguments.of(new MaskedSoftmax(List.of(false, true, true, false, true), 0.5f), Shape.of(3, 5)),
                Arguments.of(new MaskedSoftmax(List.of(true), 1), Shape.of(1)),
                Arguments.of(new Sparsemax(), Shape.of(1)),
                Arguments.of(new Sparsemax(0.3f), Shape.of(2, 2, 7)),
                Arguments.of(new Sparsemax(8), Shape.of(40)),
                Arguments.of(new Entmax(1.5f), Shape.of(1)),
                Arguments.of(new Entmax(1.5f, 0.25f), Shape.of(2, 7)),
                Arguments.of(new Entmax(1.0625f), Shape.of(2, 5)),
                Arguments.of(new Entmax(1.75f), Shape.of(3, 2, 4)),
                Arguments.of(new Entmax(2), Shape.of(6)),
                Arguments.of(new Entmax(2.5f), Shape.of(2, 4)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shapesAndBatches(SoftmaxKind kind, Shape shape) {
        LayerCheck.of(Network.of("", shape, new Softmax(kind))).run();
        if (kind instanceof SoftmaxKind.Positive) {
            LayerCheck.of(Network.of("", shape, new Softmax(kind, true))).run();
        }
    }

    static Stream<SoftmaxKind> kindsOfEight() {
        return Stream.of(
                new SoftmaxKind.Standard(),
                new SoftmaxKind.Temperature(0x1p-20f),
                new SoftmaxKind.Temperature(0x1p20f),
                new GridSoftmax(1, 8, 0x1p-20f),
                new HierarchicalSoftmax(Words.of(8), 0x1p-20f),
                new GumbelSoftmax(0x1p-20f, Noise.ALWAYS, false),
                new MaskedSoftmax(List.of(true, true, false, true, true, true, true, true), 0x1p-20f),
                new MaskedSoftmax(List.of(true, true, false, true, true, true, true, true), 0x1p20f),
                new Sparsemax(),
                new Sparsemax(0x1p-20f),
                new Sparsemax(0x1p20f),
                new Entmax(1.5f),
                new Entmax(1.5f, 0x1p-20f),
                new Entmax(64, 0x1p20f),
                new Entmax(1 + 0x1p-10f, 0x1p-20f));
    }

    /** Neither value nor gradient traps where one logit is far above the others, and the answer is that one. */
    @ParameterizedTest
    @MethodSource("kindsOfEight")
    void hugeLogits(SoftmaxKind kind) {
        float[] x = {0, -0x1p49f, 0x1p20f, 0x1p49f, 1, -1, 0x1p48f, -0x1p10f};
        float[] dy = {1, 2, 3, 4, 5, 6, 7, 8};
        float[][] r = run(new Softmax(kind), Mode.TRAINING, x, dy);
        assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0, 0, 0}, r[0]);
        assertThat(r[1]).containsOnly(0f);
        // What a mask hides may be larger than all others.
        if (!(kind instanceof MaskedSoftmax)) {
            return;
        }
        x[2] = 0x1p49f;
        x[3] = -0x1p49f;
        r = run(new Softmax(kind), Mode.TRAINING, x, dy);
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 1, 0}, r[0]);
        assertThat(r[1]).containsOnly(0f);
    }

    // ---- standard, temperature, grid, hierarchical, masked ----

    @Test
    void temperatureDivides() {
        float[] x = logits(20, 3);
        assertClose(softmax(x, 0, 20, 0.37f), answer(new SoftmaxKind.Temperature(0.37f), x), 1e-7);
    }

    @Test
    void logarithmsDoNotGoByWayOfProbabilities() {
        float[] x = {0, -200, 100};
        float[] y = run(new Softmax(new SoftmaxKind.Standard(), true), Mode.INFERENCE, x);
        assertArrayEquals(new float[] {-100, -300, 0}, y);
        float[] tempered = run(new Softmax(new SoftmaxKind.Temperature(0.5f), true), Mode.INFERENCE, x);
        assertArrayEquals(new float[] {-200, -600, 0}, tempered);
        assertThatThrownBy(() -> new Softmax(new Sparsemax(), true))
                .isInstanceOf(FieldException.class)
                .hasMessage("log: probabilities of kind sparsemax can be 0, which has no logarithm");
    }

    @Test
    void gridIsASoftmaxOfEachRow() {
        float[] x = logits(12, 2);
        double[] y = new double[12];
        for (int row = 0; row < 3; row++) {
            System.arraycopy(softmax(x, 4 * row, 4, 0.5), 0, y, 4 * row, 4);
        }
        assertClose(y, answer(new GridSoftmax(3, 4, 0.5f), x), 1e-7);
        assertThatThrownBy(() -> Network.of("", Shape.of(11), new Softmax(new GridSoftmax(3, 4))))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("softmax of 3 rows of 4 columns over an axis of 11");
    }

    /** Every leaf by its own walk down the tree. */
    @Test
    void hierarchicalMultipliesAlongThePath() {
        int[] levels = {2, 3, 4};
        float[] x = logits(2 + 6 + 24, 2);
        double[] y = new double[24];
        for (int a = 0; a < 2; a++) {
            for (int b = 0; b < 3; b++) {
                for (int c = 0; c < 4; c++) {
                    y[(a * 3 + b) * 4 + c] = softmax(x, 0, 2, 1)[a]
                            * softmax(x, 2 + 3 * a, 3, 1)[b]
                            * softmax(x, 8 + 4 * (3 * a + b), 4, 1)[c];
                }
            }
        }
        Layer layer = new Softmax(new HierarchicalSoftmax(levels));
        assertClose(y, run(layer, Mode.INFERENCE, x), 1e-7);
        double[] log = Arrays.stream(y).map(Math::log).toArray();
        assertClose(log, run(new Softmax(new HierarchicalSoftmax(levels), true), Mode.INFERENCE, x), 2e-6);
        assertEquals(Shape.of(24), layer.outputShape(Shape.of(32)));
        assertThatThrownBy(() -> layer.outputShape(Shape.of(24)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("takes 32 logits, not 24");
        assertThatThrownBy(() -> new HierarchicalSoftmax(1 << 13, 1 << 13)).isInstanceOf(FieldException.class);
    }

    @Test
    void maskedClassesAreZeroAndTheOthersASoftmaxOfTheirOwn() {
        float[] x = {5, 1, 900, -2, 3};
        double[] kept = softmax(new float[] {1, -2, 3}, 0, 3, 2);
        SoftmaxKind kind = new MaskedSoftmax(List.of(false, true, false, true, true), 2);
        float[] y = answer(kind, x);
        assertClose(new double[] {0, kept[0], 0, kept[1], kept[2]}, y, 1e-7);
        assertThat(y[0]).isZero();
        float[] dx = run(new Softmax(kind), Mode.TRAINING, x, new float[] {1, 2, 3, 4, 5})[1];
        assertThat(dx[0]).isZero();
        assertThat(dx[2]).isZero();
        assertThatThrownBy(() -> new MaskedSoftmax(List.of(false, false), 1))
                .hasMessage("mask: expected at least one class that is possible");
        assertThatThrownBy(() -> new Softmax(kind).outputShape(Shape.of(4)))
                .hasMessage("mask of 5 classes for 4 logits");
    }

    // ---- gumbel ----

    private static float[] noisy(float[] x) {
        float[] z = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            double u = Philox.openUniform(Philox.word(SEED, i, STEP, 0, Philox.NOISE));
            z[i] = (float) (x[i] - Math.log(-Math.log(u)));
        }
        return z;
    }

    @Test
    void gumbelAddsNoiseWhenAsked() {
        float[] x = logits(9, 1);
        double[] with = softmax(noisy(x), 0, 9, 0.5);
        double[] without = softmax(x, 0, 9, 0.5);
        Layer training = new Softmax(new GumbelSoftmax(0.5f, Noise.TRAINING, false));
        Layer always = new Softmax(new GumbelSoftmax(0.5f, Noise.ALWAYS, false));
        assertClose(with, run(training, Mode.TRAINING, x), 2e-6);
        assertClose(without, run(training, Mode.INFERENCE, x), 1e-7);
        assertClose(with, run(always, Mode.TRAINING, x), 2e-6);
        assertClose(with, run(always, Mode.INFERENCE, x), 2e-6);
        LayerCheck.of(Network.of("", Shape.of(2, 3), always)).samplesDiffer().run();
    }

    @Test
    void hardGumbelIsOneAtTheLargestWithTheGradientOfTheSoftOne() {
        float[] x = logits(9, 1);
        float[] dy = logits(9, 2);
        float[][] hard = run(new Softmax(new GumbelSoftmax(0.5f, Noise.ALWAYS, true)), Mode.TRAINING, x, dy);
        float[][] soft = run(new Softmax(new GumbelSoftmax(0.5f, Noise.ALWAYS, false)), Mode.TRAINING, x, dy);
        int best = 0;
        for (int i = 0; i < 9; i++) {
            best = soft[0][i] > soft[0][best] ? i : best;
        }
        float[] expected = new float[9];
        expected[best] = 1;
        assertArrayEquals(expected, hard[0]);
        assertArrayEquals(soft[1], hard[1]);
        LayerCheck.of(Network.of("", Shape.of(5), new Softmax(new GumbelSoftmax(1, Noise.TRAINING, true))))
                .withoutDifferences()
                .run();
        float[] tie = {1, 3, 3, 2};
        assertArrayEquals(
                new float[] {0, 1, 0, 0}, answer(new GumbelSoftmax(1, Noise.TRAINING, true), tie), "lowest index");
    }

    /** The largest of logits with Gumbel noise is class i with the probability that softmax gives it. */
    @Test
    void hardGumbelChoosesByProbability() {
        float[] x = {0, 1, 2};
        int rows = 4000;
        float[] all = new float[3 * rows];
        for (int i = 0; i < all.length; i++) {
            all[i] = x[i % 3];
        }
        GraphBuilder g = new GraphBuilder();
        Network n = Network.of("", Shape.of(3), new Softmax(new GumbelSoftmax(1, Noise.ALWAYS, true)));
        g.output("y", NetworkLowering.into(g, n, Mode.INFERENCE).output());
        Execution e =
                new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
        e.batch(rows);
        e.write(e.program().source(NetworkLowering.INPUT), all);
        e.run(new ScalarWords().random(SEED, 0).of(e.program()));
        e.finish().get();
        float[] y = e.readFloats(e.program().output("y")).get();
        double[] p = softmax(x, 0, 3, 1);
        for (int i = 0; i < 3; i++) {
            double share = 0;
            for (int row = 0; row < rows; row++) {
                share += y[3 * row + i] / rows;
            }
            assertThat(share).isCloseTo(p[i], within(0.03));
        }
    }

    // ---- sparsemax and entmax ----

    /** By sorting, as Martins and Astudillo give it. */
    private static double[] sparsemax(float[] x, double temperature) {
        double[] z = new double[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] / temperature;
        }
        double[] sorted = z.clone();
        Arrays.sort(sorted);
        double sum = 0;
        double threshold = 0;
        for (int k = 1; k <= z.length; k++) {
            double next = sorted[z.length - k];
            sum += next;
            if (1 + k * next > sum) {
                threshold = (sum - 1) / k;
            }
        }
        double tau = threshold;
        return Arrays.stream(z).map(v -> Math.max(0, v - tau)).toArray();
    }

    /** 1.5-entmax by sorting, as Peters, Niculae and Martins give it. */
    private static double[] entmax15(float[] x) {
        double[] z = new double[x.length];
        double max = Double.NEGATIVE_INFINITY;
        for (float v : x) {
            max = Math.max(max, v);
        }
        for (int i = 0; i < z.length; i++) {
            z[i] = (x[i] - max) / 2;
        }
        double[] sorted = z.clone();
        Arrays.sort(sorted);
        double sum = 0;
        double squares = 0;
        double tau = 0;
        for (int k = 1; k <= z.length; k++) {
            double next = sorted[z.length - k];
            sum += next;
            squares += next * next;
            double mean = sum / k;
            double rest = (1 - (squares - k * mean * mean)) / k;
            double t = mean - Math.sqrt(Math.max(0, rest));
            if (rest >= 0 && t <= next) {
                tau = t;
            }
        }
        double threshold = tau;
        return Arrays.stream(z)
                .map(v -> Math.pow(Math.max(0, v - threshold), 2))
                .toArray();
    }

    /** By bisection for τ itself. */
    private static double[] entmax(float[] x, double alpha, double temperature) {
        double[] z = new double[x.length];
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < z.length; i++) {
            z[i] = (alpha - 1) * x[i] / temperature;
            max = Math.max(max, z[i]);
        }
        double low = max - 1;
        double high = max;
        for (int i = 0; i < 100; i++) {
            double t = (low + high) / 2;
            if (Arrays.stream(z).map(power(t, alpha)).sum() > 1) {
                low = t;
            } else {
                high = t;
            }
        }
        return Arrays.stream(z).map(power(low, alpha)).toArray();
    }

    private static DoubleUnaryOperator power(double t, double alpha) {
        return v -> v > t ? Math.pow(v - t, 1 / (alpha - 1)) : 0;
    }

    private static double sum(float[] p) {
        double sum = 0;
        for (float v : p) {
            sum += v;
        }
        return sum;
    }

    @Test
    void sparsemaxOfKnownLogits() {
        assertClose(new double[] {0.6, 0.4, 0}, answer(new Sparsemax(), 1, 0.8f, 0.1f), 1e-7);
        assertArrayEquals(new float[] {0.25f, 0.25f, 0.25f, 0.25f}, answer(new Sparsemax(), 3, 3, 3, 3));
        assertArrayEquals(new float[] {0, 1, 0}, answer(new Sparsemax(), 0, 1, -5));
        assertArrayEquals(new float[] {0.5f, 0, 0.5f}, answer(new Sparsemax(), 7, 6.5f, 7));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 17, 100, 1000, 5000})
    void sparsemaxIsTheProjection(int n) {
        for (double scale : new double[] {1e-6, 0.01, 0.3, 1, 5, 1000}) {
            for (float temperature : new float[] {1, 0.125f, 7}) {
                float[] x = logits(n, scale);
                float[] p = answer(new Sparsemax(temperature), x);
                double[] expected = sparsemax(x, temperature);
                assertClose(expected, p, 3e-7);
                assertThat(sum(p)).isCloseTo(1, within(0x1p-22));
                for (int i = 0; i < n; i++) {
                    assertThat(expected[i] > 1e-6 ? p[i] > 0 : expected[i] > 0 || p[i] < 1e-6)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 17, 100, 1000, 5000})
    void entmaxSolvesItsEquation(int n) {
        for (float alpha : new float[] {1 + 0x1p-10f, 1.03125f, 1.25f, 1.5f, 1.875f, 2, 2.25f, 3, 4}) {
            double tolerance = alpha > 2 ? 4e-6 : 0x1p-22 + 0x1p-27 / (alpha - 1);
            for (double scale : new double[] {1e-3, 0.1, 1, 5, 1000}) {
                float[] x = logits(n, scale);
                float[] p = answer(new Entmax(alpha, 0.5f), x);
                assertClose(entmax(x, alpha, 0.5), p, tolerance);
                assertThat(sum(p)).isCloseTo(1, within(0x1p-22));
            }
        }
    }

    @Test
    void entmaxOfOneAndAHalfHasItsClosedForm() {
        for (double scale : new double[] {0.1, 1, 4}) {
            float[] x = logits(30, scale);
            float[] p = answer(new Entmax(1.5f), x);
            double[] expected = entmax15(x);
            assertClose(expected, p, 2e-7);
            for (int i = 0; i < p.length; i++) {
                assertThat(p[i] == 0).isEqualTo(expected[i] == 0);
            }
        }
    }

    @Test
    void entmaxOfTwoIsSparsemaxAndNearOneItIsSoftmax() {
        float[] x = logits(50, 1);
        float[] sparse = answer(new Sparsemax(0.5f), x);
        float[] two = answer(new Entmax(2, 0.5f), x);
        for (int i = 0; i < 50; i++) {
            assertThat(two[i]).isCloseTo(sparse[i], within(2e-7f));
        }
        assertClose(softmax(x, 0, 50, 0.5), answer(new Entmax(1 + 0x1p-10f, 0.5f), x), 2e-3);
    }

    @Test
    void entmaxOfEqualLogitsIsUniformForEveryAlpha() {
        float[] x = new float[1000];
        for (float alpha : new float[] {1 + 0x1p-10f, 1.5f, 2, 3, 10, 64}) {
            assertClose(Arrays.stream(new double[1000]).map(v -> 0.001).toArray(), answer(new Entmax(alpha), x), 1e-9);
        }
    }

    /** {@code diag(s) − s·sᵀ/Σs}, s = p^(2−α) on the support (Correia, Niculae and Martins 2019). */
    @ParameterizedTest
    @ValueSource(floats = {1.125f, 1.5f, 2, 2.5f, 4})
    void jacobianIsThatOfThePaper(float alpha) {
        float[] x = logits(12, 0.7);
        float[] dy = logits(12, 2);
        double[] p = entmax(x, alpha, 1);
        double[] s =
                Arrays.stream(p).map(v -> v > 0 ? Math.pow(v, 2 - alpha) : 0).toArray();
        double total = Arrays.stream(s).sum();
        double mean = 0;
        for (int i = 0; i < 12; i++) {
            mean += s[i] * dy[i] / total;
        }
        double[] dx = new double[12];
        for (int i = 0; i < 12; i++) {
            dx[i] = s[i] * (dy[i] - mean);
        }
        assertThat(Arrays.stream(p).filter(v -> v == 0).count()).isBetween(alpha > 1.4 ? 1L : 0, 11L);
        assertClose(dx, run(new Softmax(new Entmax(alpha)), Mode.TRAINING, x, dy)[1], 1e-5);
        if (alpha == 2) {
            assertClose(dx, run(new Softmax(new Sparsemax()), Mode.TRAINING, x, dy)[1], 1e-6);
        }
    }

    /** Slopes grow without bound as p nears 0 if α is above 2; the gradient stays in the domain. */
    @Test
    void steepEntmaxDoesNotTrap() {
        float[] x = new float[300];
        float[] dy = new float[300];
        for (int i = 0; i < 300; i++) {
            x[i] = i % 7 * 1e-6f;
            dy[i] = (i % 5 - 2) * 100;
        }
        for (float alpha : new float[] {2.5f, 3, 8, 64}) {
            float[][] r = run(new Softmax(new Entmax(alpha)), Mode.TRAINING, x, dy);
            assertThat(sum(r[0])).isCloseTo(1, within(1e-6));
        }
    }

    // ---- with parameters ----

    @Test
    void adaptiveSoftmaxMultipliesHeadAndTail() {
        Model model = Model.initialise(Network.of("", Shape.of(8), new AdaptiveSoftmax(9, 3, 5)), 4);
        assertEquals(Shape.of(8, 5), model.parameters().get("0.0.0.head").shape());
        assertEquals(
                Shape.of(8, 2), model.parameters().get("0.0.0.projection_0").shape());
        assertEquals(Shape.of(2, 2), model.parameters().get("0.0.0.tail_0").shape());
        assertEquals(
                Shape.of(8, 1), model.parameters().get("0.0.0.projection_1").shape());
        assertEquals(Shape.of(1, 4), model.parameters().get("0.0.0.tail_1").shape());
        float[] x = logits(8, 2);
        double[] head = softmax(product(model, x, "head"), 0, 5, 1);
        double[] first = softmax(product(model, product(model, x, "projection_0"), "tail_0"), 0, 2, 1);
        double[] second = softmax(product(model, product(model, x, "projection_1"), "tail_1"), 0, 4, 1);
        double[] y = new double[9];
        for (int i = 0; i < 9; i++) {
            y[i] = i < 3 ? head[i] : i < 5 ? head[3] * first[i - 3] : head[4] * second[i - 5];
        }
        assertClose(y, answer(model, x), 1e-6);
        assertThatThrownBy(() -> new AdaptiveSoftmax(9, 3, 3)).isInstanceOf(FieldException.class);
        assertThatThrownBy(() -> new AdaptiveSoftmax(9, 3, 9)).isInstanceOf(FieldException.class);
    }

    @Test
    void mixtureSoftmaxIsAWeightedMean() {
        Network network = Network.of(
                "", Shape.of(4), new MixtureSoftmax(5, 3, Optional.of(2), false, Initialiser.Scaled.GLOROT_UNIFORM));
        Model model = loom.conformance.LayerCases.model(network);
        float[] x = logits(4, 2);
        double[] prior = softmax(product(model, x, "prior"), 0, 3, 1);
        float[] latent = product(model, x, "latent");
        float[] bias = model.parameters().get("0.0.0.latent_bias").values();
        double[] y = new double[5];
        for (int k = 0; k < 3; k++) {
            float[] h = new float[2];
            for (int i = 0; i < 2; i++) {
                h[i] = (float) Math.tanh(latent[2 * k + i] + bias[2 * k + i]);
            }
            float[] z = product(model, h, "kernel");
            for (int i = 0; i < 5; i++) {
                z[i] += model.parameters().get("0.0.0.bias").values()[i];
            }
            double[] p = softmax(z, 0, 5, 1);
            for (int i = 0; i < 5; i++) {
                y[i] += prior[k] * p[i];
            }
        }
        assertClose(y, answer(model, x), 1e-6);
    }

    @Test
    void layersWithParametersInSeveralShapes() {
        for (boolean log : new boolean[] {false, true}) {
            Initialiser i = Initialiser.Scaled.LECUN_NORMAL;
            LayerCheck.of(Network.of("", Shape.of(3), new AdaptiveSoftmax(4, Words.of(1), 2, log, i)))
                    .run();
            LayerCheck.of(Network.of("", Shape.of(2, 3, 9), new AdaptiveSoftmax(12, Words.of(4, 6, 7), 3, log, i)))
                    .run();
            LayerCheck.of(Network.of("", Shape.of(3), new MixtureSoftmax(4, 1, Optional.empty(), log, i)))
                    .run();
            LayerCheck.of(Network.of("", Shape.of(2, 2, 3), new MixtureSoftmax(5, 4, Optional.of(6), log, i)))
                    .run();
        }
    }

    private static float[] product(Model model, float[] x, String name) {
        Tensor w = model.parameters().get("0.0.0." + name);
        float[] y = new float[w.shape().dim(1)];
        for (int o = 0; o < y.length; o++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += (double) x[i] * w.values()[i * y.length + o];
            }
            y[o] = (float) sum;
        }
        return y;
    }

    private static float[] answer(Model model, float[] x) {
        return loom.run.ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(x, 1)
                .get();
    }
}
