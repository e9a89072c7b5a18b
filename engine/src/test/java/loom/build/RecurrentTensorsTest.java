package loom.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Model;
import loom.numeric.Philox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Recurrent layers of PyTorch and Keras by their tensors' names, beside what the documentations of both say that they compute, in double
 * arithmetic with the tensors as they are stored. Tolerance 1e-5: ours is f32.
 */
class RecurrentTensorsTest {
    private static final int TIME = 4;
    private static final int IN = 3;
    private static final int UNITS = 2;

    private final LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();

    private void put(String name, int... shape) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = 2 * Philox.uniform(name.hashCode(), i, 0, 0, 5) - 1;
        }
        tensors.put(name, StoredTensor.of(name, shape, values));
    }

    private Detection detect() {
        return Detection.of(
                new TensorFile(tensors, new LinkedHashMap<>()),
                Optional.of(Shape.of(TIME, IN)),
                Activation.Simple.RELU);
    }

    // ---- what it must give ----

    private double[] values(String name) {
        float[] from = tensors.get(name).floats().values();
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
        return to;
    }

    /** {@code W·x + b} for W [rows, x], or of its transpose. */
    private static double[] product(double[] w, boolean transposed, double[] b, double... x) {
        int rows = w.length / x.length;
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++) {
            y[i] = b.length == 0 ? 0 : b[i];
            for (int j = 0; j < x.length; j++) {
                y[i] += w[transposed ? j * rows + i : i * x.length + j] * x[j];
            }
        }
        return y;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] part(double[] of, int gate, DoubleUnaryOperator f) {
        double[] y = new double[UNITS];
        for (int u = 0; u < UNITS; u++) {
            y[u] = f.applyAsDouble(of[gate * UNITS + u]);
        }
        return y;
    }

    /** Two products of a step, gates as they are stored. */
    private interface Step {
        /** Replaces h and c by the next ones. */
        void next(double[] fromX, double[] fromH, double[] h, double[] c);
    }

    private static Step rnn() {
        return (x, s, h, c) -> {
            for (int u = 0; u < UNITS; u++) {
                h[u] = Math.tanh(x[u] + s[u]);
            }
        };
    }

    /** Gates i, f, g, o. */
    private static Step lstm() {
        return (x, s, h, c) -> {
            double[] z = new double[x.length];
            for (int k = 0; k < z.length; k++) {
                z[k] = x[k] + s[k];
            }
            double[] i = part(z, 0, RecurrentTensorsTest::sigmoid);
            double[] f = part(z, 1, RecurrentTensorsTest::sigmoid);
            double[] g = part(z, 2, Math::tanh);
            double[] o = part(z, 3, RecurrentTensorsTest::sigmoid);
            for (int u = 0; u < UNITS; u++) {
                c[u] = f[u] * c[u] + i[u] * g[u];
                h[u] = o[u] * Math.tanh(c[u]);
            }
        };
    }

    /** Gates in places {@code r} and {@code z}, then n = tanh(x + r·(U·h + c)). */
    private static Step gru(int r, int z) {
        return (x, s, h, c) -> {
            for (int u = 0; u < UNITS; u++) {
                double reset = sigmoid(x[r * UNITS + u] + s[r * UNITS + u]);
                double update = sigmoid(x[z * UNITS + u] + s[z * UNITS + u]);
                double n = Math.tanh(x[2 * UNITS + u] + reset * s[2 * UNITS + u]);
                h[u] = (1 - update) * n + update * h[u];
            }
        };
    }

    private interface Products {
        double[] of(double... x);
    }

    /** All states of one direction. */
    private static double[][] run(double[][] xs, boolean backward, Products input, Products state, Step step) {
        double[] h = new double[UNITS];
        double[] c = new double[UNITS];
        double[][] all = new double[xs.length][];
        for (int i = 0; i < xs.length; i++) {
            int t = backward ? xs.length - 1 - i : i;
            step.next(input.of(xs[t]), state.of(h), h, c);
            all[t] = h.clone();
        }
        return all;
    }

    private static double[][] sideBySide(double[][] a, double[][] b) {
        double[][] all = new double[a.length][];
        for (int t = 0; t < a.length; t++) {
            all[t] = new double[2 * UNITS];
            System.arraycopy(a[t], 0, all[t], 0, UNITS);
            System.arraycopy(b[t], 0, all[t], UNITS, UNITS);
        }
        return all;
    }

    private static double[][] samples() {
        double[][] xs = new double[TIME][IN];
        for (int i = 0; i < TIME * IN; i++) {
            xs[i / IN][i % IN] = (i * 5 % 9 - 4) / 4.0;
        }
        return xs;
    }

    private static void gives(Model m, double[][] expected) {
        float[] x = new float[TIME * IN];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) samples()[i / IN][i % IN];
        }
        float[] found = RecombineTest.run(m, x);
        int width = expected[0].length;
        assertThat(found).hasSize(TIME * width);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i / width][i % width], within(1e-5));
        }
    }

    // ---- PyTorch ----

    private double[][] pytorch(double[][] xs, String of, boolean backward, Step step) {
        String suffix = of + (backward ? "_reverse" : "");
        boolean biased = tensors.containsKey("rnn.bias_ih" + suffix);
        double[] bi = biased ? values("rnn.bias_ih" + suffix) : new double[0];
        double[] bh = biased ? values("rnn.bias_hh" + suffix) : new double[0];
        double[] wi = values("rnn.weight_ih" + suffix);
        double[] wh = values("rnn.weight_hh" + suffix);
        return run(xs, backward, x -> product(wi, false, bi, x), h -> product(wh, false, bh, h), step);
    }

    @ParameterizedTest
    @CsvSource({
        "1,rnn,1,false,true",
        "3,gru,1,false,true",
        "4,lstm,1,false,true",
        "4,lstm,2,true,true",
        "3,gru,3,true,false",
        "1,rnn,2,false,false"
    })
    void ofPyTorch(int gates, String type, int layers, boolean both, boolean biased) {
        for (int l = 0; l < layers; l++) {
            int in = l == 0 ? IN : both ? 2 * UNITS : UNITS;
            for (String suffix : both ? List.of("_l" + l, "_l" + l + "_reverse") : List.of("_l" + l)) {
                put("rnn.weight_ih" + suffix, gates * UNITS, in);
                put("rnn.weight_hh" + suffix, gates * UNITS, UNITS);
                if (biased) {
                    put("rnn.bias_ih" + suffix, gates * UNITS);
                    put("rnn.bias_hh" + suffix, gates * UNITS);
                }
            }
        }
        Step step = switch (type) {
            case "rnn" -> rnn();
            case "gru" -> gru(0, 1);
            default -> lstm();
        };
        double[][] y = samples();
        for (int l = 0; l < layers; l++) {
            double[][] forward = pytorch(y, "_l" + l, false, step);
            y = both ? sideBySide(forward, pytorch(y, "_l" + l, true, step)) : forward;
        }
        Detection d = detect();
        assertThat(d.explanation().get(1))
                .contains("hh_l0 [" + gates * UNITS + ",2]", ": " + type + "(units=2", "[4,3] -> [4,");
        assertThat(d.explanation().get(0))
                .startsWith("rnn: the states of all steps" + (type.equals("rnn") ? ", tanh assumed" : " assumed"));
        gives(d.model().orElseThrow(), y);
    }

    // ---- Keras ----

    private double[][] keras(double[][] xs, String name, boolean backward, Step step) {
        double[] k = values(name + "/kernel");
        double[] r = values(name + "/recurrent_kernel");
        double[] b = tensors.containsKey(name + "/bias") ? values(name + "/bias") : new double[0];
        boolean two = b.length > 0 && tensors.get(name + "/bias").shape().size() == 2;
        double[] bi = two ? java.util.Arrays.copyOf(b, b.length / 2) : b;
        double[] bh = two ? java.util.Arrays.copyOfRange(b, b.length / 2, b.length) : new double[0];
        return run(xs, backward, x -> product(k, true, bi, x), h -> product(r, true, bh, h), step);
    }

    private void putKeras(String name, int gates, int in, int... bias) {
        put(name + "/kernel", in, gates * UNITS);
        put(name + "/recurrent_kernel", UNITS, gates * UNITS);
        if (bias.length > 0) {
            put(name + "/bias", bias);
        }
    }

    @Test
    void ofKeras() {
        putKeras("a/rnn", 1, IN, UNITS);
        putKeras("b/lstm", 4, UNITS, 4 * UNITS);
        putKeras("c/gru", 3, UNITS, 2, 3 * UNITS);
        putKeras("d/gru", 3, UNITS);
        Detection d = detect();
        double[][] y = keras(samples(), "a/rnn", false, rnn());
        y = keras(y, "b/lstm", false, lstm());
        y = keras(y, "c/gru", false, gru(1, 0));
        gives(d.model().orElseThrow(), keras(y, "d/gru", false, gru(1, 0)));
        assertThat(d.explanation())
                .anyMatch(
                        l -> l.startsWith("d/gru: the states of all steps, the reset gate behind the product assumed"));
    }

    /** As in the paper: n = tanh(x + U·(r·h)). The row of biases says so. */
    @Test
    void aGruOfKerasThatResetsBeforeTheProduct() {
        putKeras("gru", 3, IN, 3 * UNITS);
        double[] r = values("gru/recurrent_kernel");
        Step step = (x, s, h, c) -> {
            double[] reset = new double[UNITS];
            double[] before = h.clone();
            for (int u = 0; u < UNITS; u++) {
                reset[u] = sigmoid(x[UNITS + u] + s[UNITS + u]) * before[u];
            }
            double[] candidate = product(r, true, new double[0], reset);
            for (int u = 0; u < UNITS; u++) {
                double z = sigmoid(x[u] + s[u]);
                h[u] = z * before[u] + (1 - z) * Math.tanh(x[2 * UNITS + u] + candidate[2 * UNITS + u]);
            }
        };
        gives(detect().model().orElseThrow(), keras(samples(), "gru", false, step));
    }

    @Test
    void twoDirectionsOfKeras() {
        putKeras("both/backward_lstm/cell", 4, IN, 4 * UNITS);
        putKeras("both/forward_lstm/cell", 4, IN, 4 * UNITS);
        put("fc.weight", 1, 2 * UNITS * TIME);
        Detection d = detect();
        assertThat(d.explanation()).anyMatch(l -> l.contains("directions side by side assumed"));
        Model m = d.model().orElseThrow();
        assertThat(m.network().places()).hasSize(3);
        double[] all = new double[2 * UNITS * TIME];
        double[][] y = sideBySide(
                keras(samples(), "both/forward_lstm/cell", false, lstm()),
                keras(samples(), "both/backward_lstm/cell", true, lstm()));
        for (int i = 0; i < all.length; i++) {
            all[i] = y[i / (2 * UNITS)][i % (2 * UNITS)];
        }
        float[] x = new float[TIME * IN];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) samples()[i / IN][i % IN];
        }
        double expected = product(values("fc.weight"), false, new double[0], all)[0];
        assertThat((double) RecombineTest.run(m, x)[0]).isCloseTo(expected, within(1e-5));
    }

    // ---- what does not go together ----

    private void refused(String reason) {
        Detection d = detect();
        assertThat(d.model()).isEmpty();
        assertThat(d.explanation()).containsExactly("rnn: " + reason + ", so there is no network");
        tensors.clear();
    }

    @Test
    void whatDoesNotGoTogetherIsSaid() {
        put("rnn.weight_ih_l0", 4, IN);
        put("rnn.weight_hh_l0", 4, UNITS);
        refused("weight_hh_l0 is [4,2], expected rows 1 (rnn), 3 (gru) or 4 (lstm) times as many as its 2 columns");
        put("rnn.kernel", IN, 5);
        put("rnn.recurrent_kernel", UNITS, 5);
        refused("recurrent_kernel is [2,5], expected columns 1 (rnn), 3 (gru) or 4 (lstm) times as many as its 2 rows");
        put("rnn.weight_hh_l0", 8, UNITS);
        refused("its weight_ih_l0 is missing");
        put("rnn.weight_ih_l0", 6, IN);
        put("rnn.weight_hh_l0", 8, UNITS);
        refused("rnn.weight_ih_l0 is [6,3], expected [8,3] for 2 units in 4 gates");
        put("rnn.weight_ih_l0", 8, IN);
        put("rnn.weight_hh_l0", 8, UNITS);
        put("rnn.weight_hr_l0", 1, UNITS);
        refused("weight_hr_l0 [1,2] has no place in a recurrent layer of ours");
        put("rnn.weight_ih_l0", 8, IN);
        put("rnn.weight_hh_l0", 8, UNITS);
        put("rnn.bias_ih_l0", 8);
        refused("its bias_hh_l0 is missing");
        put("rnn.kernel", IN, 8);
        put("rnn.recurrent_kernel", UNITS, 8);
        put("rnn.bias", 2, 8);
        refused("bias is [2,8], expected 1 axis");
        put("rnn.weight_ih_l0", 8, IN, 1);
        put("rnn.weight_hh_l0", 8, UNITS);
        refused("weight_ih_l0 is [8,3,1], expected 2 axes");
    }

    @Test
    void theInputMustHaveTime() {
        put("rnn.weight_ih_l0", 8, 5);
        put("rnn.weight_hh_l0", 8, UNITS);
        assertThat(detect().explanation()).endsWith("rnn: its kernel would be [3,8] behind [4,3], found [5,8]");
        Detection none =
                Detection.of(new TensorFile(tensors, new LinkedHashMap<>()), Optional.empty(), Activation.Simple.RELU);
        assertThat(none.explanation())
                .endsWith("rnn: a lstm does not say the shape of its input; give the network's input");
    }
}
