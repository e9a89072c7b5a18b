package loom.build;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.format.Door;
import loom.format.tensors.StoredTensor;
import loom.graph.Shape;
import loom.model.Gru;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Merge;
import loom.model.Recurrence;
import loom.model.Rnn;
import loom.model.Tensor;

/**
 * A recurrent layer among named tensors: {@code weight_ih_l0 [gates·units, in]}, {@code weight_hh_l0}, {@code bias_ih_l0}, {@code bias_hh_l0}
 * of PyTorch, with {@code _reverse} behind them for a second direction and {@code l1}, ... for stacked ones; or {@code kernel [in, gates·units]},
 * {@code recurrent_kernel}, {@code bias} of Keras. The state's matrix says which layer it is: an RNN has one gate, a GRU three, an LSTM four.
 * Gates are in our order, i, f, g, o, and r, z, n, but for a GRU of Keras: z, r, n.
 */
final class RecurrentTensors {
    private static final String KERAS = "recurrent_kernel";

    /** As {@link Recurrence} has them. */
    private static final int MOST_UNITS = 1 << 16;

    private static final int MOST_LAYERS = 64;

    private final TensorGroup group;
    private final List<String> lines;
    private final boolean keras;
    private final LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final int units;
    private final int gates;
    private final boolean biased;
    private final boolean resetAfter;

    static boolean are(TensorGroup g) {
        return g.tensors().containsKey("weight_hh_l0") || g.tensors().containsKey(KERAS);
    }

    private RecurrentTensors(TensorGroup group, List<String> lines) {
        this.group = group;
        this.lines = lines;
        keras = group.tensors().containsKey(KERAS);
        String state = keras ? KERAS : "weight_hh_l0";
        List<Long> shape = stored(state, 2).shape();
        long wide = shape.get(keras ? 1 : 0);
        long narrow = shape.get(keras ? 0 : 1);
        if (narrow > MOST_UNITS) {
            throw new BuildException(state + " has " + narrow + " units, expected at most " + MOST_UNITS);
        }
        units = (int) narrow;
        gates = narrow == 0 || wide % narrow != 0 ? 0 : (int) (wide / narrow);
        if (gates != 1 && gates != 3 && gates != 4) {
            throw new BuildException(state + " is " + stored(state, 2).shapeText() + ", expected "
                    + (keras ? "columns" : "rows") + " 1 (rnn), 3 (gru) or 4 (lstm) times as many as its " + narrow
                    + (keras ? " rows" : " columns"));
        }
        biased = group.tensors().containsKey(keras ? "bias" : "bias_ih_l0");
        resetAfter =
                gates == 3 && (!keras || !biased || stored("bias", 1, 2).shape().size() == 2);
    }

    /** Adds to {@code lines} what was assumed. Throws BuildException, which says what does not go together. */
    static FoundLayer layer(TensorGroup group, List<String> lines) {
        return new RecurrentTensors(group, lines).layer();
    }

    private FoundLayer layer() {
        boolean both = group.tensors().containsKey(keras ? TensorGroup.BACKWARD + KERAS : "weight_hh_l0_reverse");
        int layers = 0;
        while (layers == 0 || (!keras && group.tensors().containsKey("weight_hh_l" + layers))) {
            String name = layers == 0 ? "" : "_" + layers;
            take(layers, false, name);
            if (both) {
                take(layers, true, name + "_backward");
            }
            layers++;
        }
        if (layers > MOST_LAYERS) {
            throw new BuildException(layers + " stacked layers, expected at most " + MOST_LAYERS);
        }
        group.tensors().forEach((role, t) -> {
            if (!used.contains(role)) {
                throw new BuildException(role + " " + t.shapeText() + " has no place in a recurrent layer of ours");
            }
        });
        Recurrence r = Recurrence.of(units).stacked(layers, 0);
        r = both ? r.bidirectional(Merge.CONCAT) : r;
        r = biased ? r : r.withoutBias();
        Layer layer = switch (gates) {
            case 1 -> new Rnn(r);
            case 3 -> new Gru(r, resetAfter);
            default -> new Lstm(r);
        };
        assumed(both);
        return new FoundLayer(layer, parameters);
    }

    private void assumed(boolean both) {
        String also =
                gates == 1 ? ", tanh" : keras && gates == 3 && !biased ? ", the reset gate behind the product" : "";
        lines.add(group.name() + ": the states of all steps" + also + (both && keras ? ", directions side by side" : "")
                + " assumed; its tensors do not say (\"sequence\": false in the model gives the last state alone)");
    }

    private void take(int layer, boolean backward, String suffix) {
        if (keras) {
            keras(backward ? TensorGroup.BACKWARD : "", suffix);
        } else {
            pytorch("_l" + layer + (backward ? "_reverse" : ""), suffix);
        }
    }

    private void pytorch(String of, String suffix) {
        StoredTensor input = stored("weight_ih" + of, 2);
        put(
                "kernel" + suffix,
                checked(input, gates * (long) units, input.shape().get(1)).transposed());
        put(
                "recurrent_kernel" + suffix,
                checked(stored("weight_hh" + of, 2), gates * (long) units, units)
                        .transposed());
        if (biased) {
            biases(
                    checked(stored("bias_ih" + of, 1), gates * (long) units),
                    checked(stored("bias_hh" + of, 1), gates * (long) units),
                    suffix);
        }
    }

    private void keras(String of, String suffix) {
        StoredTensor input = stored(of + "kernel", 2);
        put("kernel" + suffix, ordered(checked(input, input.shape().get(0), gates * (long) units)));
        Tensor state = ordered(checked(stored(of + KERAS, 2), units, gates * (long) units));
        if (gates == 3 && !resetAfter) {
            put("recurrent_kernel" + suffix, columns(state, 0, 2 * units));
            put("candidate_kernel" + suffix, columns(state, 2 * units, units));
        } else {
            put("recurrent_kernel" + suffix, state);
        }
        if (!biased) {
            return;
        }
        if (gates == 3 && resetAfter) {
            Tensor two = ordered(checked(stored(of + "bias", 2), 2, gates * (long) units));
            biases(row(two, 0), row(two, 1), suffix);
        } else {
            Tensor one = checked(stored(of + "bias", 1), gates * (long) units);
            put("bias" + suffix, row(ordered(new Tensor(Shape.of(1, gates * units), one.values())), 0));
        }
    }

    /** Two that are added are one; a GRU's candidate has its second inside the product with the reset gate. */
    private void biases(Tensor input, Tensor state, String suffix) {
        float[] sum = input.values().clone();
        float[] added = state.values();
        int common = gates == 3 ? 2 * units : sum.length;
        for (int i = 0; i < common; i++) {
            sum[i] += added[i];
        }
        Door.round(sum, group.name());
        put("bias" + suffix, new Tensor(input.shape(), sum));
        if (gates == 3) {
            Tensor rows = new Tensor(Shape.of(1, 3 * units), state.values());
            put("recurrent_bias" + suffix, row(columns(rows, 2 * units, units), 0));
        }
    }

    private void put(String name, Tensor t) {
        parameters.put(name, t);
    }

    private StoredTensor stored(String role, int... ranks) {
        StoredTensor t = group.tensors().get(role);
        if (t == null) {
            throw new BuildException("its " + role + " is missing");
        }
        used.add(role);
        for (int rank : ranks) {
            if (t.shape().size() == rank) {
                return t;
            }
        }
        throw new BuildException(
                role + " is " + t.shapeText() + ", expected " + ranks[0] + (ranks[0] == 1 ? " axis" : " axes"));
    }

    private Tensor checked(StoredTensor t, long... shape) {
        StringBuilder expected = new StringBuilder();
        boolean good = true;
        for (int i = 0; i < shape.length; i++) {
            good &= t.shape().get(i) == shape[i];
            expected.append(i == 0 ? "" : ",").append(shape[i]);
        }
        if (!good) {
            throw new BuildException(t.name() + " is " + t.shapeText() + ", expected [" + expected + "] for " + units
                    + " units in " + gates + (gates == 1 ? " gate" : " gates"));
        }
        return TensorGroup.tensor(t);
    }

    /** Keras's gates in our order. */
    private Tensor ordered(Tensor matrix) {
        if (gates != 3) {
            return matrix;
        }
        float[] values = matrix.values().clone();
        for (int row = 0; row < matrix.shape().dim(0); row++) {
            int at = row * 3 * units;
            System.arraycopy(matrix.values(), at + units, values, at, units);
            System.arraycopy(matrix.values(), at, values, at + units, units);
        }
        return new Tensor(matrix.shape(), values);
    }

    private static Tensor columns(Tensor matrix, int from, int count) {
        int rows = matrix.shape().dim(0);
        int width = matrix.shape().dim(1);
        float[] values = new float[rows * count];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(matrix.values(), r * width + from, values, r * count, count);
        }
        return new Tensor(Shape.of(rows, count), values);
    }

    private static Tensor row(Tensor matrix, int row) {
        int width = matrix.shape().dim(1);
        float[] values = new float[width];
        System.arraycopy(matrix.values(), row * width, values, 0, width);
        return new Tensor(Shape.of(width), values);
    }
}
