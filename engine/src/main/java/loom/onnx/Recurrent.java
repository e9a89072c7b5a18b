package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.model.Activation.LeakyRelu;
import loom.model.Activation.Simple;
import loom.numeric.F32;

/**
 * LSTM, GRU and RNN: the products with the input are one product for all steps, then a loop carries the state. A sequence that is
 * shorter than the others keeps its state and gives zeros behind its end.
 */
final class Recurrent {
    private static final String LIMITS =
            "activations Sigmoid, Tanh, Relu, Softsign, Softplus, HardSigmoid, LeakyRelu, Affine";

    static final List<Operator> ALL = List.of(
            new Operator("LSTM", 7, LIMITS, c -> new Recurrent(c, 4, 2).values()),
            new Operator("GRU", 7, LIMITS, c -> new Recurrent(c, 3, 1).values()),
            new Operator("RNN", 7, LIMITS, c -> new Recurrent(c, 1, 1).values()));

    private final Call c;
    private final GraphBuilder g;
    private final int gates;
    private final int states;
    private final int units;
    private final boolean batchFirst;
    private final String direction;
    /** {@code [time, N, in]}. */
    private final Node x;

    private Recurrent(Call c, int gates, int states) {
        this.c = c;
        this.g = c.graph();
        this.gates = gates;
        this.states = states;
        this.batchFirst = c.flag("layout");
        this.direction = c.text("direction", "forward");
        Node given = c.real(0);
        this.x = batchFirst ? g.permute(given, 1, 0, 2) : given;
        this.units = c.shape(2).dim(2);
        c.fixed(x.shape(), 0);
    }

    private List<Value> values() {
        int directions = direction.equals("bidirectional") ? 2 : 1;
        List<List<Node>> all = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            all.add(direction(d, direction.equals("reverse") || d == 1));
        }
        List<Node> results = new ArrayList<>();
        // [time, directions, N, units], with layout 1 [N, time, directions, units]
        Node y = joined(all, 0, 1);
        results.add(batchFirst ? g.permute(y, 2, 0, 1, 3) : y);
        for (int i = 0; i < states; i++) {
            Node last = joined(all, 1 + i, 0);
            results.add(batchFirst ? g.permute(last, 1, 0, 2) : last);
        }
        return Operator.values(results);
    }

    private Node joined(List<List<Node>> all, int which, int axis) {
        Node[] parts = new Node[all.size()];
        for (int i = 0; i < parts.length; i++) {
            Node v = all.get(i).get(which);
            parts[i] = g.reshape(v, v.shape().insert(axis, Extent.ONE));
        }
        return g.concat(axis, parts);
    }

    /** What belongs to one direction, without that axis; empty if the operand is not there. */
    private Node part(int operand, int d) {
        Node v = c.real(operand);
        int axis = batchFirst && operand >= 5 && operand <= 6 ? 1 : 0;
        return g.reshape(g.slice(v, axis, d, 1), v.shape().remove(axis));
    }

    private Node start(int operand, int d) {
        Shape state = x.shape().remove(0).withDim(1, Extent.of(units));
        return c.has(operand) ? g.broadcast(part(operand, d), state) : g.splat(0, state);
    }

    /** All states, then the last of each. */
    private List<Node> direction(int d, boolean backward) {
        Node kernel = part(1, d);
        Node recurrent = part(2, d);
        boolean gru = gates == 3;
        boolean after = gru && c.flag("linear_before_reset");
        Node z = g.matMul(x, false, kernel, true);
        Node recurrentBias = null;
        if (c.has(3)) {
            Node bias = part(3, d);
            Node forInput = g.slice(bias, 0, 0, gates * units);
            Node forState = g.slice(bias, 0, gates * units, gates * units);
            if (after) {
                // The candidate's own is inside the product with the reset gate.
                recurrentBias = forState;
                z = g.plus(z, forInput);
            } else {
                z = g.plus(z, g.plus(forInput, forState));
            }
        }
        List<Node> starts = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            starts.add(start(5 + i, d));
        }
        GraphBuilder b = new GraphBuilder().layer(g.layer());
        List<Node> before = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            before.add(b.input("state " + i, starts.get(i).type()));
        }
        List<Node> sliced = new ArrayList<>(List.of(z));
        Node zt = b.input("x", TensorType.f32(z.shape().remove(0)));
        Node time = null;
        if (c.has(4)) {
            Node steps = g.iota(Shape.of(x.shape().dim(0), 1, 1), 0);
            sliced.add(steps);
            time = b.input("time", TensorType.i32(Shape.of(1, 1)));
        }
        List<Node> invariants = new ArrayList<>(List.of(recurrent));
        Node r = b.input("recurrent", recurrent.type());
        Node rb = invariant(b, invariants, recurrentBias, "bias");
        Node peepholes = invariant(b, invariants, gates == 4 && c.has(7) ? part(7, d) : null, "peepholes");
        Node length = invariant(
                b, invariants, c.has(4) ? g.reshape(c.x(4), c.shape(4).insert(1, Extent.ONE)) : null, "length");
        List<Node> next = new Step(b, d, zt, before, r, rb, peepholes).next();
        Node shown = next.get(0);
        if (time != null) {
            Node there = b.lessThan(time, length);
            shown = b.select(there, shown, b.constant(0f));
            for (int i = 0; i < states; i++) {
                next.set(i, b.select(there, next.get(i), before.get(i)));
            }
        }
        for (int i = 0; i < states; i++) {
            b.output("state " + i, next.get(i));
        }
        b.output("y", shown);
        List<Node> results = g.loop(b.build(), x.shape().dim(0), backward, starts, sliced, invariants);
        List<Node> all = new ArrayList<>(List.of(results.get(states)));
        all.addAll(results.subList(0, states));
        return all;
    }

    private static Node invariant(GraphBuilder b, List<Node> invariants, Node value, String name) {
        if (value == null) {
            return null;
        }
        invariants.add(value);
        return b.input(name, value.type());
    }

    /** One step in time, inside the loop. Gates stand side by side in the order of the file. */
    private final class Step {
        private final GraphBuilder b;
        private final int d;
        private final Node z;
        private final List<Node> before;
        private final Node r;
        private final Node recurrentBias;
        private final Node peepholes;

        Step(GraphBuilder b, int d, Node z, List<Node> before, Node r, Node recurrentBias, Node peepholes) {
            this.b = b;
            this.d = d;
            this.z = z;
            this.before = before;
            this.r = r;
            this.recurrentBias = recurrentBias;
            this.peepholes = peepholes;
        }

        List<Node> next() {
            return new ArrayList<>(gates == 4 ? lstm() : gates == 3 ? gru() : rnn());
        }

        private Node gate(Node all, int i) {
            return b.slice(all, 1, i * units, units);
        }

        private Node product(Node h) {
            return b.matMul(h, false, r, true);
        }

        private List<Node> rnn() {
            return List.of(f(0, b.plus(z, product(before.get(0)))));
        }

        /** Gates i, o, f, c. */
        private List<Node> lstm() {
            Node all = b.plus(z, product(before.get(0)));
            Node cell = before.get(1);
            Node i = f(0, seen(gate(all, 0), 0, cell));
            Node forget = c.flag("input_forget") ? b.minus(b.constant(1f), i) : f(0, seen(gate(all, 2), 2, cell));
            Node next = b.plus(b.times(forget, cell), b.times(i, f(1, gate(all, 3))));
            Node o = f(0, seen(gate(all, 1), 1, next));
            return List.of(b.times(o, f(2, next)), next);
        }

        private Node seen(Node gate, int i, Node cell) {
            return peepholes == null ? gate : b.plus(gate, b.times(b.slice(peepholes, 0, i * units, units), cell));
        }

        /** Gates z, r, h. */
        private List<Node> gru() {
            Node h = before.get(0);
            Node update;
            Node candidate;
            if (c.flag("linear_before_reset")) {
                Node state = product(h);
                state = recurrentBias == null ? state : b.plus(state, recurrentBias);
                update = f(0, b.plus(gate(z, 0), gate(state, 0)));
                Node reset = f(0, b.plus(gate(z, 1), gate(state, 1)));
                candidate = f(1, b.plus(gate(z, 2), b.times(reset, gate(state, 2))));
            } else {
                Node gatesOf = b.slice(r, 0, 0, 2 * units);
                Node state = b.matMul(h, false, gatesOf, true);
                update = f(0, b.plus(gate(z, 0), gate(state, 0)));
                Node reset = f(0, b.plus(gate(z, 1), gate(state, 1)));
                Node last = b.slice(r, 0, 2 * units, units);
                candidate = f(1, b.plus(gate(z, 2), b.matMul(b.times(reset, h), false, last, true)));
            }
            return List.of(b.plus(b.times(b.minus(b.constant(1f), update), candidate), b.times(update, h)));
        }

        /** Function {@code i} of this direction, of a clipped value. */
        private Node f(int i, Node value) {
            Node v = value;
            if (c.hasAttribute("clip")) {
                float clip = c.real("clip", 0);
                v = b.min(b.constant(clip), b.max(b.constant(F32.neg(clip)), v));
            }
            int functions = gates == 4 ? 3 : gates == 3 ? 2 : 1;
            List<String> missing = gates == 1 ? List.of("Tanh") : List.of("Sigmoid", "Tanh", "Tanh");
            List<String> names = c.texts("activations", List.of());
            int at = d * functions + i;
            String name = at < names.size() ? names.get(at) : missing.get(i);
            return switch (name) {
                case "Sigmoid" -> b.unary(UnaryKind.SIGMOID, v);
                case "Tanh" -> b.unary(UnaryKind.TANH, v);
                case "Relu" -> Simple.RELU.lower(b, v);
                case "Softsign" -> Simple.SOFTSIGN.lower(b, v);
                case "Softplus" -> Simple.SOFTPLUS.lower(b, v);
                case "HardSigmoid" -> Activations.hardSigmoid(b, v, alpha(at, 0.2f), beta(at, 0.5f));
                case "LeakyRelu" -> new LeakyRelu(alpha(at, 0.01f)).lower(b, v);
                case "Affine" -> b.plus(b.times(v, alpha(at, 1)), b.constant(beta(at, 0)));
                default -> throw c.refuse("activation " + name);
            };
        }

        private float alpha(int at, float missing) {
            return parameter("activation_alpha", at, missing);
        }

        private float beta(int at, float missing) {
            return parameter("activation_beta", at, missing);
        }

        private float parameter(String name, int at, float missing) {
            float[] all = c.reals(name);
            return at < all.length ? all[at] : missing;
        }
    }
}
