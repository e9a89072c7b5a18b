package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;
import loom.onnx.KerasGraph.Image;

/** LSTM, GRU and SimpleRNN of Keras, in one direction or both. */
final class KerasRecurrent {
    /** Gates of ONNX (input, output, forget, cell) among those of Keras (input, forget, cell, output). */
    private static final int[] LSTM_GATES = {0, 3, 1, 2};

    private static final int[] GRU_GATES = {0, 1, 2};
    private static final int[] RNN_GATES = {0};

    private final KerasLayer l;
    private final String kind;
    private final int[] gates;
    private final boolean resetAfter;
    private final List<Known> kernels = new ArrayList<>();
    private final List<Known> recurrents = new ArrayList<>();
    private final List<Known> biases = new ArrayList<>();

    private KerasRecurrent(KerasLayer l, String kind) {
        this.l = l;
        this.kind = kind;
        this.gates = switch (kind) {
            case "LSTM" -> LSTM_GATES;
            case "GRU" -> GRU_GATES;
            default -> RNN_GATES;
        };
        this.resetAfter = l.flag("reset_after", false);
        if (l.flag("return_state", false) || l.flag("stateful", false)) {
            throw l.refuse("keeps or gives its state, expected neither");
        }
    }

    static Image layer(KerasLayer l, String kind) {
        KerasRecurrent r = new KerasRecurrent(l, kind);
        r.direction(List.of());
        boolean reverse = l.flag("go_backwards", false);
        if (reverse && l.flag("return_sequences", false)) {
            throw l.refuse("gives a sequence backwards");
        }
        return r.merged(l, reverse ? "reverse" : "forward", "concat");
    }

    /** {@code l} is the wrapper: weights have its name, then the direction's. */
    static Image bidirectional(KerasLayer l, KerasLayer inner, String kind, String innerName) {
        if (l.has("backward_layer")) {
            Cursor backward = l.config().member("backward_layer");
            if (!backward.member("class_name").string().equals(kind)) {
                throw l.refuse("has different layers in its directions");
            }
        }
        KerasRecurrent r = new KerasRecurrent(inner, kind);
        for (String direction : List.of("forward_", "backward_")) {
            r.directionOf(l, List.of(direction + innerName));
        }
        return r.merged(l, "bidirectional", l.text("merge_mode", "concat"));
    }

    private void direction(List<String> path) {
        directionOf(l, path);
    }

    private void directionOf(KerasLayer owner, List<String> path) {
        kernels.add(turned(owner.weight(path, "kernel")));
        recurrents.add(turned(owner.weight(path, "recurrent_kernel")));
        int units = units();
        float[] bias = new float[2 * gates.length * units];
        if (l.flag("use_bias", true)) {
            Known given = owner.weight(path, "bias");
            int rows = resetAfter ? 2 : 1;
            if (given.size() != rows * gates.length * units) {
                throw l.refuse("has a bias of " + given.size() + " values, expected " + rows * gates.length * units);
            }
            for (int row = 0; row < rows; row++) {
                for (int g = 0; g < gates.length; g++) {
                    for (int u = 0; u < units; u++) {
                        bias[(row * gates.length + g) * units + u] =
                                given.real((row * gates.length + gates[g]) * units + u);
                    }
                }
            }
        }
        biases.add(Known.reals(new int[] {bias.length}, bias));
    }

    private int units() {
        return kernels.get(0).dim(0) / gates.length;
    }

    /** {@code [gates·units, in]} of {@code [in, gates·units]}, in ONNX's order of gates. */
    private Known turned(Known kernel) {
        if (kernel.rank() != 2 || kernel.dim(1) % gates.length != 0) {
            throw l.refuse("has a kernel of " + TensorReader.text(kernel.dims()));
        }
        int in = kernel.dim(0);
        int columns = kernel.dim(1);
        int units = columns / gates.length;
        int[] from = new int[in * columns];
        for (int g = 0; g < gates.length; g++) {
            for (int u = 0; u < units; u++) {
                for (int i = 0; i < in; i++) {
                    from[(g * units + u) * in + i] = i * columns + gates[g] * units + u;
                }
            }
        }
        return kernel.picked(from, columns, in);
    }

    private static Known stacked(List<Known> parts) {
        int size = parts.get(0).size();
        float[] all = new float[parts.size() * size];
        for (int i = 0; i < all.length; i++) {
            all[i] = parts.get(i / size).real(i % size);
        }
        int[] own = parts.get(0).dims();
        int[] dims = new int[own.length + 1];
        dims[0] = parts.size();
        System.arraycopy(own, 0, dims, 1, own.length);
        return Known.reals(dims, all);
    }

    /** What both directions give is joined; of one direction the axis goes. */
    private Image merged(KerasLayer owner, String direction, String merge) {
        String outer = KerasActivations.recurrent(l, "activation", "tanh");
        String inner = KerasActivations.recurrent(l, "recurrent_activation", "sigmoid");
        List<String> one = switch (kind) {
            case "LSTM" -> List.of(inner, outer, outer);
            case "GRU" -> List.of(inner, outer);
            default -> List.of(outer);
        };
        List<String> functions = new ArrayList<>(one);
        if (kernels.size() == 2) {
            functions.addAll(one);
        }
        float[] alphas = new float[functions.size()];
        float[] betas = new float[functions.size()];
        for (int i = 0; i < alphas.length; i++) {
            boolean hard = functions.get(i).equals("HardSigmoid");
            alphas[i] = hard ? 0.2f : 1;
            betas[i] = hard ? 0.5f : 0;
        }
        boolean sequences = l.flag("return_sequences", false);
        List<String> outputs = owner.nodeOf(
                2,
                kind.equals("SimpleRNN") ? "RNN" : kind,
                List.of(
                        owner.last(owner.x(3)),
                        owner.value("kernel", stacked(kernels)),
                        owner.value("recurrent_kernel", stacked(recurrents)),
                        owner.value("bias", stacked(biases))),
                "hidden_size",
                units(),
                "layout",
                1,
                "direction",
                direction,
                "activations",
                new KerasGraph.Texts(functions),
                "activation_alpha",
                alphas,
                "activation_beta",
                betas,
                "linear_before_reset",
                resetAfter ? 1 : 0);
        String y = outputs.get(sequences ? 0 : 1);
        int axis = sequences ? 2 : 1;
        String joined = switch (merge) {
            case "concat" ->
                owner.node(
                        "Reshape",
                        List.of(
                                y,
                                owner.value(
                                        "shape",
                                        KerasGraph.list(sequences ? new int[] {0, 0, -1} : new int[] {0, -1}))));
            case "sum" -> reduced(owner, "ReduceSum", y, axis);
            case "ave" -> reduced(owner, "ReduceMean", y, axis);
            case "mul" -> reduced(owner, "ReduceProd", y, axis);
            default -> throw l.refuse("joins its directions by " + TensorReader.quoted(merge));
        };
        return new Image(joined, sequences ? 3 : 2);
    }

    private static String reduced(KerasLayer owner, String op, String y, int axis) {
        return owner.node(op, List.of(y, owner.value("axes", KerasGraph.list(axis))), "keepdims", 0);
    }
}
