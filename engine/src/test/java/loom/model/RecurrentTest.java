package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import loom.conformance.LayerCases;
import loom.format.ModelReader;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Kernel;
import loom.program.Program;
import loom.run.ModelRunner;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Training;
import loom.train.TrainingGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecurrentTest {
    private static final int TIME = 5;
    private static final int IN = 3;
    private static final int UNITS = 4;

    static Stream<Arguments> shapes() {
        Recurrence plain = Recurrence.of(3);
        return Stream.of(
                Arguments.of(new Rnn(Recurrence.of(1)), Shape.of(1, 1)),
                Arguments.of(new Rnn(plain.withoutBias(), Activation.Simple.RELU), Shape.of(4, 2)),
                Arguments.of(new Rnn(plain.bidirectional(Merge.MULTIPLY)), Shape.of(3, 2)),
                Arguments.of(new Rnn(plain.bidirectional(Merge.SUM).last()), Shape.of(3, 2)),
                Arguments.of(new Gru(plain.withoutBias(), true), Shape.of(3, 2)),
                Arguments.of(new Gru(plain.withoutBias().stacked(3, 0), false), Shape.of(3, 2)),
                Arguments.of(new Gru(plain.bidirectional(Merge.AVERAGE).stacked(2, 0), true), Shape.of(2, 5)),
                Arguments.of(new Lstm(plain.last()), Shape.of(4, 2)),
                Arguments.of(new Lstm(Recurrence.of(17)), Shape.of(2, 1)),
                Arguments.of(
                        new Lstm(plain.bidirectional(Merge.CONCAT).stacked(2, 0).last()), Shape.of(3, 2)),
                Arguments.of(
                        new Lstm(plain, Activation.Simple.SOFTSIGN, new Activation.HardSigmoid(0.2f)), Shape.of(3, 2)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void shapesAndBatches(Layer layer, Shape shape) {
        LayerCheck.of(Network.of("", shape, layer)).run();
    }

    // ---- values ----

    /** A layer's formula for one sample and one step, in double precision, written out element by element. */
    private interface Formula {
        /** @param z products with x and biases; {@code states} are h and what else there is, and are replaced */
        void step(double[] z, double[][] states, Parameters p);
    }

    /** Parameters of one stacked layer in one direction. */
    private record Parameters(Model model, String suffix) {
        float[] get(String name) {
            return model.parameters().get("0.0.0." + name + suffix).values();
        }

        /** {@code h·U} for column {@code column} of a matrix of so many columns. */
        double product(double[] h, String matrix, int columns, int column) {
            double sum = 0;
            for (int k = 0; k < h.length; k++) {
                sum += h[k] * get(matrix)[k * columns + column];
            }
            return sum;
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void rnn(double[] z, double[][] s, Parameters p) {
        double[] h = s[0].clone();
        for (int j = 0; j < h.length; j++) {
            s[0][j] = Math.tanh(z[j] + p.product(h, "recurrent_kernel", h.length, j));
        }
    }

    private static void lstm(double[] z, double[][] s, Parameters p) {
        double[] h = s[0].clone();
        int n = h.length;
        for (int j = 0; j < n; j++) {
            double[] gate = new double[4];
            for (int g = 0; g < 4; g++) {
                gate[g] = z[g * n + j] + p.product(h, "recurrent_kernel", 4 * n, g * n + j);
            }
            s[1][j] = sigmoid(gate[1]) * s[1][j] + sigmoid(gate[0]) * Math.tanh(gate[2]);
            s[0][j] = sigmoid(gate[3]) * Math.tanh(s[1][j]);
        }
    }

    private static void gruResetAfter(double[] z, double[][] s, Parameters p) {
        double[] h = s[0].clone();
        int n = h.length;
        for (int j = 0; j < n; j++) {
            double reset = sigmoid(z[j] + p.product(h, "recurrent_kernel", 3 * n, j));
            double update = sigmoid(z[n + j] + p.product(h, "recurrent_kernel", 3 * n, n + j));
            double inner = p.product(h, "recurrent_kernel", 3 * n, 2 * n + j) + p.get("recurrent_bias")[j];
            double candidate = Math.tanh(z[2 * n + j] + reset * inner);
            s[0][j] = (1 - update) * candidate + update * h[j];
        }
    }

    private static void gruResetBefore(double[] z, double[][] s, Parameters p) {
        double[] h = s[0].clone();
        int n = h.length;
        double[] kept = new double[n];
        for (int j = 0; j < n; j++) {
            kept[j] = h[j] * sigmoid(z[j] + p.product(h, "recurrent_kernel", 2 * n, j));
        }
        for (int j = 0; j < n; j++) {
            double update = sigmoid(z[n + j] + p.product(h, "recurrent_kernel", 2 * n, n + j));
            double candidate = Math.tanh(z[2 * n + j] + p.product(kept, "candidate_kernel", n, j));
            s[0][j] = (1 - update) * candidate + update * h[j];
        }
    }

    /** All h of one direction: row t is that of step t. */
    private static double[][] direction(double[][] x, Formula f, int gates, boolean backward, Parameters p) {
        double[][] states = new double[2][UNITS];
        double[][] all = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            int t = backward ? x.length - 1 - i : i;
            double[] z = new double[gates * UNITS];
            for (int j = 0; j < z.length; j++) {
                z[j] = p.get("bias")[j] + p.product(x[t], "kernel", z.length, j);
            }
            f.step(z, states, p);
            all[t] = states[0].clone();
        }
        return all;
    }

    private static double[][] input() {
        double[][] x = new double[TIME][IN];
        for (int t = 0; t < TIME; t++) {
            for (int i = 0; i < IN; i++) {
                x[t][i] = ((t * 5 + i * 3) % 11 - 5) / 4.0;
            }
        }
        return x;
    }

    private static float[] flat(double[][] x) {
        float[] all = new float[x.length * x[0].length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) x[i / x[0].length][i % x[0].length];
        }
        return all;
    }

    private static Model model(Layer layer) {
        return LayerCases.model(Network.of("", Shape.of(TIME, IN), layer));
    }

    private static void assertGives(Model model, double[][] expected) {
        float[] found = ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(flat(input()), 1)
                .get();
        float[] wanted = flat(expected);
        assertEquals(wanted.length, found.length);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("element " + i).isCloseTo(wanted[i], within(2e-6f));
        }
    }

    static Stream<Arguments> formulas() {
        Recurrence r = Recurrence.of(UNITS);
        return Stream.of(
                Arguments.of(new Rnn(r), 1, (Formula) RecurrentTest::rnn),
                Arguments.of(new Lstm(r), 4, (Formula) RecurrentTest::lstm),
                Arguments.of(new Gru(r, true), 3, (Formula) RecurrentTest::gruResetAfter),
                Arguments.of(new Gru(r, false), 3, (Formula) RecurrentTest::gruResetBefore));
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void isItsFormula(Layer layer, int gates, Formula f) {
        Model m = model(layer);
        assertGives(m, direction(input(), f, gates, false, new Parameters(m, "")));
    }

    @ParameterizedTest
    @EnumSource(Merge.class)
    void theSecondDirectionStartsAtTheEnd(Merge merge) {
        Recurrence both = Recurrence.of(UNITS).bidirectional(merge);
        Model whole = model(new Lstm(both));
        double[][] f = direction(input(), RecurrentTest::lstm, 4, false, new Parameters(whole, ""));
        double[][] b = direction(input(), RecurrentTest::lstm, 4, true, new Parameters(whole, "_backward"));
        double[][] y = new double[TIME][];
        for (int t = 0; t < TIME; t++) {
            y[t] = merged(merge, f[t], b[t]);
        }
        assertGives(whole, y);
        // The same parameters: their names do not depend on whether the sequence is given.
        Model last = model(new Lstm(both.last()));
        assertEquals(whole.parameters(), last.parameters());
        assertGives(last, new double[][] {merged(merge, f[TIME - 1], b[0])});
    }

    private static double[] merged(Merge merge, double[] f, double[] b) {
        double[] y = new double[merge == Merge.CONCAT ? 2 * UNITS : UNITS];
        for (int i = 0; i < y.length; i++) {
            y[i] = switch (merge) {
                case CONCAT -> i < UNITS ? f[i] : b[i - UNITS];
                case SUM -> f[i] + b[i];
                case AVERAGE -> (f[i] + b[i]) / 2;
                case MULTIPLY -> f[i] * b[i];
            };
        }
        return y;
    }

    @Test
    void stackedLayersTakeTheSequenceOfTheOneBefore() {
        Model m = model(new Gru(
                Recurrence.of(UNITS).bidirectional(Merge.CONCAT).stacked(2, 0).last(), true));
        double[][] y = input();
        for (String layer : List.of("", "_1")) {
            double[][] f = direction(y, RecurrentTest::gruResetAfter, 3, false, new Parameters(m, layer));
            double[][] b = direction(y, RecurrentTest::gruResetAfter, 3, true, new Parameters(m, layer + "_backward"));
            y = new double[TIME][];
            for (int t = 0; t < TIME; t++) {
                y[t] = merged(Merge.CONCAT, f[t], b[t]);
            }
        }
        double[] last = Arrays.copyOf(y[TIME - 1], 2 * UNITS);
        System.arraycopy(y[0], UNITS, last, UNITS, UNITS);
        assertGives(m, new double[][] {last});
    }

    // ---- parameters ----

    @Test
    void theForgetGateStartsOpen() {
        Model m = Model.initialise(Network.of("", Shape.of(2, 3), new Lstm(Recurrence.of(2))), 1);
        assertThat(m.parameters().get("0.0.0.bias").values()).containsExactly(0, 0, 1, 1, 0, 0, 0, 0);
    }

    @Test
    void everyGatesRecurrentMatrixStartsOrthogonal() {
        int n = 6;
        float[] u = Model.initialise(Network.of("", Shape.of(2, 3), new Gru(Recurrence.of(n), true)), 1)
                .parameters()
                .get("0.0.0.recurrent_kernel")
                .values();
        for (int gate = 0; gate < 3; gate++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    double dot = 0;
                    for (int k = 0; k < n; k++) {
                        dot += (double) u[i * 3 * n + gate * n + k] * u[j * 3 * n + gate * n + k];
                    }
                    assertThat(dot).isCloseTo(i == j ? 1 : 0, within(2e-6));
                }
            }
            assertThat(u[gate * n]).isNotEqualTo(u[(gate + 1) % 3 * n]);
        }
    }

    // ---- the program ----

    private static List<Kernel> all(List<Kernel> kernels) {
        List<Kernel> all = new ArrayList<>();
        for (Kernel k : kernels) {
            all.add(k);
            if (k instanceof Kernel.Loop l) {
                all.addAll(all(l.body()));
            }
        }
        return all;
    }

    private static Graph training(Network network) {
        return TrainingGraph.of(network, Training.of(new MeanSquaredError(), new Sgd(), 1, 1));
    }

    static Stream<Layer> layers() {
        return Stream.of(
                new Rnn(Recurrence.of(3)),
                new Gru(Recurrence.of(3), false),
                new Lstm(Recurrence.of(3).bidirectional(Merge.SUM).stacked(2, 0)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aLongSequenceIsTheSameProgram(Layer layer) {
        Network brief = Network.of("", Shape.of(10, 2), layer);
        Network lengthy = Network.of("", Shape.of(1000, 2), layer);
        for (boolean train : new boolean[] {false, true}) {
            Program a = Compiler.compile(train ? training(brief) : NetworkLowering.inference(brief));
            Program b = Compiler.compile(train ? training(lengthy) : NetworkLowering.inference(lengthy));
            assertEquals(all(a.kernels()).size(), all(b.kernels()).size());
            assertEquals(a.slots(), b.slots());
        }
    }

    @Test
    void aWeightGradientIsOneProductOverTimeAndBatch() {
        int time = 7;
        Program p = Compiler.compile(training(Network.of("", Shape.of(time, 5), new Lstm(Recurrence.of(16)))));
        List<Kernel> inLoops = new ArrayList<>(all(p.kernels()));
        inLoops.removeAll(p.kernels());
        assertThat(inLoops).isNotEmpty();
        for (Kernel k : inLoops) {
            Buffer out = p.buffer(k.out());
            assertThat(out.type().shape().elements().coefficient())
                    .as("%s accumulates a matrix", k)
                    .isLessThanOrEqualTo(4 * 16);
        }
        List<Extent> summed = new ArrayList<>();
        for (Kernel k : p.kernels()) {
            if (k instanceof Kernel.MatMul m && m.transposeA()) {
                summed.add(m.k());
            }
        }
        assertThat(summed).containsExactly(new Extent(time, true), new Extent(time, true));
    }

    /** The carried c is computed where it lies, h in the sequence; nothing else is copied. */
    @Test
    void anLstmStepIsFourKernelsAndOneCopy() {
        Program p = Compiler.compile(
                NetworkLowering.inference(Network.of("", Shape.of(7, 5), new Lstm(Recurrence.of(16)))));
        Kernel.Loop loop = p.kernels().stream()
                .filter(k -> k instanceof Kernel.Loop)
                .map(k -> (Kernel.Loop) k)
                .findFirst()
                .orElseThrow();
        assertThat(loop.body()).hasSize(5);
        assertThat(loop.body().stream().filter(k -> k instanceof Kernel.Copy)).isEmpty();
    }

    // ---- files ----

    private static String file(String layer, String shape) {
        return "{\"format\":\"loom\",\"version\":1,\"input\":{\"shape\":" + shape
                + "},\"grid\":{\"rows\":1,\"columns\":1},\"cells\":[{\"row\":0,\"column\":0,\"layers\":[" + layer
                + "]}]}";
    }

    @Test
    void oneLineStacks() {
        Model m = ModelReader.read(
                "m", file("{\"type\": \"lstm\", \"units\": 8, \"layers\": 3, \"bidirectional\": true}", "[4,2]"));
        assertEquals(Shape.of(4, 16), m.network().output());
        assertThat(m.parameters()).hasSize(18);
        assertThat(m.parameters().get("0.0.0.kernel_2_backward").shape()).isEqualTo(Shape.of(16, 32));
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatThrownBy(() -> Network.of("", Shape.of(3), new Rnn(Recurrence.of(2))))
                .hasMessage("cell 0,0 layer 0 rnn: rnn needs [time, features], not [3]");
        assertThatThrownBy(
                        () -> ModelReader.read("m", file("{\"type\":\"gru\",\"units\":2,\"merge\":\"sum\"}", "[3,2]")))
                .hasMessage("m: $.cells[0].layers[0]: cell 0,0 layer 0 gru: merge: there is nothing to merge without a"
                        + " second direction");
        assertThatThrownBy(
                        () -> ModelReader.read("m", file("{\"type\":\"lstm\",\"units\":2,\"dropout\":0.5}", "[3,2]")))
                .hasMessage(
                        "m: $.cells[0].layers[0]: cell 0,0 layer 0 lstm: dropout: stands between stacked layers, and there"
                                + " is only one");
        assertThatThrownBy(() -> ModelReader.read("m", file("{\"type\":\"lstm\",\"units\":0}", "[3,2]")))
                .hasMessageContaining("units: cell 0,0 layer 0 lstm: expected a whole number from 1 to 65536, found 0");
    }
}
