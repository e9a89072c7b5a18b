package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.model.Gru;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Merge;
import loom.model.Recurrence;
import loom.model.Rnn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RNN, GRU and LSTM: sequences and last states, forward, reverse (by turning the sequence), in both directions, with either place
 * of the reset gate. Tolerance 1e-5 of the largest value.
 */
class RecurrentOnnxTest {
    private static final Set<String> ATTRIBUTES =
            Set.of("hidden_size", "direction", "layout", "linear_before_reset", "activations", "clip", "input_forget");

    /** Operands that our layers do not have, and what they are. */
    private static final Map<Integer, String> NOT_OURS = Map.of(
            4, "sequences of different length in one batch",
            5, "an initial state that is not 0",
            6, "an initial cell that is not 0",
            7, "peepholes");

    private static final int INITIAL_H = 5;

    /** Gates of ours in the order of ONNX's. */
    private static final Map<String, int[]> GATES =
            Map.of("RNN", new int[] {0}, "GRU", new int[] {1, 0, 2}, "LSTM", new int[] {0, 2, 3, 1});

    static List<OnnxCase> all() {
        return OnnxCase.of("RNN", "GRU", "LSTM");
    }

    /** Why a case cannot be compared; empty if it can. */
    private static String reason(OnnxCase c) {
        OnnxNode n = c.node();
        n.onlyHas(ATTRIBUTES);
        for (String attribute : List.of("activations", "clip", "input_forget")) {
            if (n.has(attribute)) {
                return "attribute " + attribute;
            }
        }
        for (int operand = 4; operand <= 7; operand++) {
            if (c.optional(operand).isPresent() && !isDefault(c, operand)) {
                return NOT_OURS.get(operand);
            }
        }
        return "";
    }

    private static boolean isDefault(OnnxCase c, int operand) {
        double expected = operand < INITIAL_H ? new Sizes(c).time : 0;
        for (double v : c.operand(operand).values()) {
            if (v != expected) {
                return false;
            }
        }
        return true;
    }

    static Stream<OnnxCase> comparable() {
        return all().stream().filter(c -> reason(c).isEmpty());
    }

    @Test
    void listsWhatIsNotCompared() {
        int excluded = 0;
        for (OnnxCase c : all()) {
            if (!reason(c).isEmpty()) {
                System.out.println("not compared: " + c + ": " + reason(c));
                excluded++;
            }
        }
        assertThat(all().size() - excluded).isGreaterThan(excluded);
    }

    private static final class Sizes {
        final boolean batchFirst;
        final int time;
        final int batch;
        final int in;
        final int hidden;
        final int directions;

        Sizes(OnnxCase c) {
            int[] x = c.operand(0).dims();
            int[] w = c.operand(1).dims();
            batchFirst = c.node().whole("layout", 0) == 1;
            time = x[batchFirst ? 1 : 0];
            batch = x[batchFirst ? 0 : 1];
            in = x[2];
            hidden = c.node().whole("hidden_size", 0);
            directions = w[0];
            assertThat(w[1]).isEqualTo(hidden * GATES.get(c.node().type()).length);
        }
    }

    @ParameterizedTest
    @MethodSource("comparable")
    void recurrent(OnnxCase c) {
        Sizes s = new Sizes(c);
        boolean reverse = c.node().text("direction", "forward").equals("reverse");
        int output = 0;
        for (int i = 0; i < c.node().outputs().size(); i++) {
            if (c.node().outputs().get(i).isEmpty()) {
                continue;
            }
            OnnxTensor expected = c.outputs().get(output++);
            // The last cell (2) of an LSTM is no answer of ours.
            if (i < 2) {
                Layer layer = layer(c, s, i == 0);
                OnnxCheck.assertGives(
                        OnnxCheck.model(Shape.of(s.time, s.in), layer, parameters(c, s)),
                        input(c, s, reverse),
                        i == 0 ? sequence(expected, s, reverse) : last(expected, s));
            }
        }
        assertThat(output).isPositive();
    }

    private static Layer layer(OnnxCase c, Sizes s, boolean sequence) {
        Recurrence r = Recurrence.of(s.hidden);
        r = s.directions == 2 ? r.bidirectional(Merge.CONCAT) : r;
        r = c.optional(3).isPresent() ? r : r.withoutBias();
        r = sequence ? r : r.last();
        return switch (c.node().type()) {
            case "RNN" -> new Rnn(r);
            case "GRU" -> new Gru(r, resetAfter(c));
            default -> new Lstm(r);
        };
    }

    private static boolean resetAfter(OnnxCase c) {
        return c.node().whole("linear_before_reset", 0) == 1;
    }

    // ---- layouts: ours are [batch, time, direction and unit] ----

    private static OnnxTensor input(OnnxCase c, Sizes s, boolean reverse) {
        return arranged(c.operand(0), s, s.in, reverse);
    }

    /** {@code [time, direction, batch, unit]}, or {@code [batch, time, direction, unit]}. */
    private static OnnxTensor sequence(OnnxTensor y, Sizes s, boolean reverse) {
        OnnxTensor steps = s.batchFirst || s.directions == 1 ? y : swapped(y, s.time, s.directions, s.batch, s.hidden);
        return arranged(steps, s, s.directions * s.hidden, reverse);
    }

    /** {@code [direction, batch, unit]}, or {@code [batch, direction, unit]}. */
    private static OnnxTensor last(OnnxTensor y, Sizes s) {
        return s.batchFirst ? y : swapped(y, 1, s.directions, s.batch, s.hidden);
    }

    private static OnnxTensor arranged(OnnxTensor x, Sizes s, int width, boolean reverse) {
        double[] to = new double[x.values().length];
        for (int n = 0; n < s.batch; n++) {
            for (int t = 0; t < s.time; t++) {
                int from = s.batchFirst ? n * s.time + t : t * s.batch + n;
                int at = n * s.time + (reverse ? s.time - 1 - t : t);
                System.arraycopy(x.values(), from * width, to, at * width, width);
            }
        }
        return new OnnxTensor(x.name(), new int[] {s.batch, s.time, width}, to);
    }

    /** {@code [outer, a, b, inner]} to {@code [outer, b, a, inner]}. */
    private static OnnxTensor swapped(OnnxTensor x, int outer, int a, int b, int inner) {
        double[] to = new double[x.values().length];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < a; i++) {
                for (int j = 0; j < b; j++) {
                    System.arraycopy(
                            x.values(), ((o * a + i) * b + j) * inner, to, ((o * b + j) * a + i) * inner, inner);
                }
            }
        }
        return new OnnxTensor(x.name(), new int[] {outer, b, a, inner}, to);
    }

    // ---- parameters ----

    private static Map<String, OnnxTensor> parameters(OnnxCase c, Sizes s) {
        Map<String, OnnxTensor> all = new LinkedHashMap<>();
        for (int d = 0; d < s.directions; d++) {
            String suffix = d == 0 ? "" : "_backward";
            int direction = d;
            int[] gates = GATES.get(c.node().type());
            all.put("kernel" + suffix, matrix(c.operand(1), s, direction, s.in, gates));
            if (c.node().type().equals("GRU") && !resetAfter(c)) {
                all.put("recurrent_kernel" + suffix, matrix(c.operand(2), s, direction, s.hidden, gates[0], gates[1]));
                all.put("candidate_kernel" + suffix, matrix(c.operand(2), s, direction, s.hidden, gates[2]));
            } else {
                all.put("recurrent_kernel" + suffix, matrix(c.operand(2), s, direction, s.hidden, gates));
            }
            c.optional(3).ifPresent(b -> biases(c, b, s, direction, suffix, all));
        }
        return all;
    }

    /** {@code [direction, gate and unit, in]} to {@code [in, gate and unit]}. */
    private static OnnxTensor matrix(OnnxTensor w, Sizes s, int direction, int in, int... gates) {
        int rows = w.dims()[1];
        double[] to = new double[in * gates.length * s.hidden];
        for (int k = 0; k < in; k++) {
            for (int column = 0; column < gates.length * s.hidden; column++) {
                int row = gates[column / s.hidden] * s.hidden + column % s.hidden;
                to[k * gates.length * s.hidden + column] = w.values()[(direction * rows + row) * in + k];
            }
        }
        return new OnnxTensor(w.name(), new int[] {in, gates.length * s.hidden}, to);
    }

    /** {@code [direction, input's or state's and gate and unit]}: ours are the sums, but for what the reset gate multiplies. */
    private static void biases(
            OnnxCase c, OnnxTensor b, Sizes s, int direction, String suffix, Map<String, OnnxTensor> all) {
        int[] gates = GATES.get(c.node().type());
        int half = gates.length * s.hidden;
        boolean apart = c.node().type().equals("GRU") && resetAfter(c);
        List<Double> sums = new ArrayList<>();
        List<Double> recurrent = new ArrayList<>();
        for (int g = 0; g < gates.length; g++) {
            for (int j = 0; j < s.hidden; j++) {
                int at = direction * 2 * half + gates[g] * s.hidden + j;
                boolean alone = apart && g == 2;
                sums.add(b.values()[at] + (alone ? 0 : b.values()[at + half]));
                if (alone) {
                    recurrent.add(b.values()[at + half]);
                }
            }
        }
        all.put("bias" + suffix, list(sums));
        if (apart) {
            all.put("recurrent_bias" + suffix, list(recurrent));
        }
    }

    private static OnnxTensor list(List<Double> values) {
        double[] v = values.stream().mapToDouble(x -> x).toArray();
        return new OnnxTensor("", new int[] {v.length}, v);
    }
}
