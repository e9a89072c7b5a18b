package loom.machine.conformance;

import java.util.List;
import java.util.function.UnaryOperator;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;

/** A recurrence over slices, with stacked results, sometimes with another loop inside and weights that are slices themselves. */
final class RandomLoop {
    private final Dice dice;
    private final GraphBuilder g;
    private final UnaryOperator<Node> feed;
    private final boolean batched;
    private final int trips;
    private final int width;
    private final Shape row;

    RandomLoop(Dice dice, GraphBuilder g, UnaryOperator<Node> feed, boolean batched) {
        this.dice = dice;
        this.g = g;
        this.feed = feed;
        this.batched = batched;
        trips = dice.between(1, 5);
        width = dice.extent(20);
        row = batched ? Shape.batched(width) : Shape.of(3, width);
    }

    void build() {
        Shape sequence = row.insert(0, loom.graph.Extent.of(trips));
        Node x = feed.apply(g.input("x", TensorType.f32(sequence)));
        Node start = feed.apply(g.input("h", TensorType.f32(row)));
        boolean gated = dice.chance(30);
        Node shared = feed.apply(g.parameter("u", Shape.of(width, gated ? 3 * width : width)));
        Node stacked = feed.apply(g.parameter("w", Shape.of(trips, width, width)));
        Graph body = gated ? gated() : dice.chance(40) ? nested() : recurrence();
        List<Node> results =
                g.loop(body, trips, dice.chance(50), List.of(start, start), List.of(x, stacked), List.of(shared));
        g.output("last", results.get(0));
        g.output("other", results.get(1));
        g.output("all", results.get(2));
        g.output("sum", g.sum(results.get(2), 0));
    }

    /** h′ = tanh(x_t + h·u), o′ = h + 0.5·o·w_t, stacked h′ − o. */
    private Graph recurrence() {
        GraphBuilder b = new GraphBuilder();
        Node h = b.input("h", TensorType.f32(row));
        Node o = b.input("o", TensorType.f32(row));
        Node x = b.input("x", TensorType.f32(row));
        Node w = b.input("w", TensorType.f32(Shape.of(width, width)));
        Node u = b.input("u", TensorType.f32(Shape.of(width, width)));
        Node next = b.unary(UnaryKind.TANH, b.plus(x, b.matMul(h, u)));
        Node other = b.plus(h, b.times(b.unary(UnaryKind.TANH, b.matMul(o, false, w, true)), 0.5f));
        b.output("h", next).output("o", other).output("y", b.minus(next, o));
        return b.build();
    }

    /** [i, f, g] = h·u, o′ = σ(f)·o + σ(i)·tanh(g + x_t), h′ = tanh(o′·w_t), stacked h′. */
    private Graph gated() {
        GraphBuilder b = new GraphBuilder();
        Node h = b.input("h", TensorType.f32(row));
        Node o = b.input("o", TensorType.f32(row));
        Node x = b.input("x", TensorType.f32(row));
        Node w = b.input("w", TensorType.f32(Shape.of(width, width)));
        Node u = b.input("u", TensorType.f32(Shape.of(width, 3 * width)));
        Node z = b.matMul(h, u);
        Node i = b.unary(UnaryKind.SIGMOID, b.slice(z, 1, 0, width));
        Node f = b.unary(UnaryKind.SIGMOID, b.slice(z, 1, width, width));
        Node g = b.unary(UnaryKind.TANH, b.plus(b.slice(z, 1, 2 * width, width), x));
        Node other = b.plus(b.times(f, o), b.times(i, g));
        Node next = b.unary(UnaryKind.TANH, b.matMul(other, w));
        b.output("h", next).output("o", other).output("y", next);
        return b.build();
    }

    /** As the plain one, with a loop over the rows of w_t inside: carries o, stacks sums. */
    private Graph nested() {
        GraphBuilder b = new GraphBuilder();
        Node h = b.input("h", TensorType.f32(row));
        Node o = b.input("o", TensorType.f32(row));
        Node x = b.input("x", TensorType.f32(row));
        Node w = b.input("w", TensorType.f32(Shape.of(width, width)));
        Node u = b.input("u", TensorType.f32(Shape.of(width, width)));
        GraphBuilder c = new GraphBuilder();
        Node v = c.input("v", TensorType.f32(row));
        Node r = c.input("r", TensorType.f32(Shape.of(width)));
        Node y = c.input("y", TensorType.f32(row));
        Node step = c.plus(c.times(c.unary(UnaryKind.TANH, v), 0.5f), c.times(c.unary(UnaryKind.TANH, r), y));
        c.output("v", step).output("m", c.reduce(Op.ReduceKind.SUM, step, 1));
        List<Node> inner = b.loop(c.build(), width, dice.chance(50), List.of(o), List.of(w), List.of(h));
        Node next = b.unary(UnaryKind.TANH, b.plus(x, b.matMul(h, u)));
        Node sums = b.sum(inner.get(1), 0);
        b.output("h", next).output("o", inner.get(0)).output("y", b.plus(next, b.reshape(sums, column())));
        return b.build();
    }

    private Shape column() {
        return batched ? Shape.batched(1) : Shape.of(3, 1);
    }
}
