package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Gru;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Place;
import loom.model.Rnn;
import loom.model.Tensor;
import loom.onnx.OnnxWriter.Attribute;

/**
 * Loops over time of recurrent layers as LSTM, GRU and RNN of ONNX, one a direction; what comes before and after a loop are primitives as
 * everywhere. ONNX has the gates in another order and its matrices turned.
 */
final class ExportedLoops {
    /** For each gate of ONNX, which of ours it is. */
    private static final int[] LSTM_GATES = {0, 3, 1, 2};

    private static final int[] GRU_GATES = {1, 0, 2};
    private static final int[] RNN_GATES = {0};

    private final OnnxExport to;
    private final Map<String, Place> places;
    private final Map<Node, Results> written = new LinkedHashMap<>();

    private record Results(int carried, String all, List<String> last) {}

    /** What a loop takes of every step: {@code x·kernel + bias}. */
    private record Products(Node x, Node kernel, Optional<Node> bias) {}

    ExportedLoops(OnnxExport to, Map<String, Place> places) {
        this.to = to;
        this.places = places;
    }

    /** What a recurrent layer's loop reads beside parameters. */
    List<Node> operands(Node n, Op.Loop loop) {
        return isRecurrent(n) ? List.of(products(n, loop).x()) : List.of();
    }

    private boolean isRecurrent(Node n) {
        Place p = places.get(n.layer());
        return p != null && (p.layer() instanceof Lstm || p.layer() instanceof Gru || p.layer() instanceof Rnn);
    }

    private static Products products(Node n, Op.Loop loop) {
        Node z = n.input(loop.carried());
        if (z.op() instanceof PointOp.Binary) {
            Node bias = z.input(1);
            while (bias.op() instanceof Op.Broadcast) {
                bias = bias.input(0);
            }
            return new Products(z.input(0).input(0), z.input(0).input(1), Optional.of(bias));
        }
        return new Products(z.input(0), z.input(1), Optional.empty());
    }

    void write(Node n, Op.Loop loop) {
        if (!isRecurrent(n)) {
            throw to.none(n, "a loop");
        }
        Layer layer = places.get(n.layer()).layer();
        if (layer instanceof Lstm l) {
            List<String> f = List.of(
                    activation(n, l.gateActivation()), activation(n, l.activation()), activation(n, l.activation()));
            write(n, loop, "LSTM", LSTM_GATES, f);
        } else if (layer instanceof Gru g) {
            List<String> f = List.of(activation(n, g.gateActivation()), activation(n, g.activation()));
            write(n, loop, "GRU", GRU_GATES, f, Attribute.of("linear_before_reset", g.resetAfter() ? 1 : 0));
        } else if (layer instanceof Rnn r) {
            write(n, loop, "RNN", RNN_GATES, List.of(activation(n, r.activation())));
        }
    }

    private String activation(Node n, Activation a) {
        if (a instanceof Activation.Simple s) {
            switch (s) {
                case SIGMOID:
                    return "Sigmoid";
                case TANH:
                    return "Tanh";
                case RELU:
                    return "Relu";
                case SOFTSIGN:
                    return "Softsign";
                case SOFTPLUS:
                    return "Softplus";
                default:
                    break;
            }
        }
        throw to.none(n, "the activation " + a.fields().text() + " in a recurrent layer");
    }

    private void write(Node n, Op.Loop loop, String operator, int[] gates, List<String> f, Attribute... more) {
        Products z = products(n, loop);
        int units = n.input(0).shape().dim(1);
        List<Node> recurrent = n.inputs().subList(loop.carried() + 1, n.inputs().size());
        Tensor kernel = to.parameter(z.kernel());
        List<String> operands = new ArrayList<>();
        operands.add(to.full(z.x()));
        operands.add(to.constant(OnnxExport.parameterName(z.kernel()), turned(kernel, units, gates)));
        operands.add(to.constant(OnnxExport.parameterName(recurrent.get(0)), turned(state(recurrent), units, gates)));
        z.bias()
                .ifPresent(
                        b -> operands.add(to.constant(OnnxExport.parameterName(b), bias(b, recurrent, units, gates))));
        List<Attribute> attributes = new ArrayList<>(List.of(more));
        attributes.add(Attribute.of("hidden_size", units));
        attributes.add(Attribute.text("direction", loop.reverse() ? "reverse" : "forward"));
        attributes.add(Attribute.texts("activations", f));
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i <= loop.carried(); i++) {
            outputs.add(to.unique(n));
        }
        to.node(n, operator, operands, outputs, attributes.toArray(new Attribute[0]));
        written.put(n, new Results(loop.carried(), outputs.get(0), outputs.subList(1, outputs.size())));
    }

    /** The matrices for the state, side by side: {@code [units, gates·units]}. */
    private Tensor state(List<Node> recurrent) {
        Tensor first = to.parameter(recurrent.get(0));
        if (recurrent.size() == 1 || to.parameter(recurrent.get(1)).shape().rank() == 1) {
            return first;
        }
        Tensor second = to.parameter(recurrent.get(1));
        int a = first.shape().dim(1);
        int b = second.shape().dim(1);
        int rows = first.shape().dim(0);
        float[] both = new float[rows * (a + b)];
        float[] left = first.values();
        float[] right = second.values();
        for (int r = 0; r < rows; r++) {
            System.arraycopy(left, r * a, both, r * (a + b), a);
            System.arraycopy(right, r * b, both, r * (a + b) + a, b);
        }
        return new Tensor(Shape.of(rows, a + b), both);
    }

    /** {@code [1, gates·units, in]} of {@code [in, gates·units]}. */
    private static Tensor turned(Tensor t, int units, int[] gates) {
        int in = t.shape().dim(0);
        int columns = t.shape().dim(1);
        float[] values = t.values();
        float[] out = new float[values.length];
        for (int row = 0; row < columns; row++) {
            int column = gates[row / units] * units + row % units;
            for (int k = 0; k < in; k++) {
                out[row * in + k] = values[k * columns + column];
            }
        }
        return new Tensor(Shape.of(1, columns, in), out);
    }

    /** {@code [1, 2·gates·units]}: that of the products with x, then that of those with the state, which only a GRU has. */
    private Tensor bias(Node bias, List<Node> recurrent, int units, int[] gates) {
        float[] from = to.parameter(bias).values();
        float[] out = new float[2 * from.length];
        for (int i = 0; i < from.length; i++) {
            out[i] = from[gates[i / units] * units + i % units];
        }
        if (recurrent.size() > 1 && to.parameter(recurrent.get(1)).shape().rank() == 1) {
            System.arraycopy(to.parameter(recurrent.get(1)).values(), 0, out, out.length - units, units);
        }
        return new Tensor(Shape.of(1, out.length), out);
    }

    /** Last states come first, then those of all steps. */
    void result(Node n, int index) {
        Results r = written.get(n.input(0));
        String name = index < r.carried() ? r.last().get(index) : r.all();
        to.put(n, to.reshaped(n, name, n.shape()));
    }
}
