package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;

/** Reductions over axes, and softmax. */
final class Reductions {
    /** Of one axis; the result keeps it. */
    private interface Step {
        Node of(GraphBuilder g, Node x, int axis);
    }

    private interface Function {
        Node of(GraphBuilder g, Node x);
    }

    private static final Function SAME = (g, x) -> x;

    static final List<Operator> ALL = List.of(
            sum("ReduceSum", SAME, SAME),
            sum("ReduceSumSquare", (g, x) -> g.times(x, x), SAME),
            sum("ReduceL1", (g, x) -> g.unary(UnaryKind.ABS, x), SAME),
            sum("ReduceL2", (g, x) -> g.times(x, x), (g, x) -> g.unary(UnaryKind.SQRT, x)),
            sum("ReduceLogSum", SAME, (g, x) -> g.log(x)),
            Operator.of("ReduceMean", 1, c -> reduced(c, c.asReal(0), (g, x, axis) -> g.mean(x, axis))),
            Operator.of("ReduceMax", 1, c -> reduced(c, c.x(0), (g, x, axis) -> g.reduce(ReduceKind.MAX, x, axis))),
            Operator.of("ReduceMin", 1, c -> reduced(c, c.x(0), (g, x, axis) -> g.reduce(ReduceKind.MIN, x, axis))),
            Operator.of(
                    "ReduceProd",
                    1,
                    "axes of at most 256",
                    c -> reduced(c, c.x(0), (g, x, axis) -> product(c, x, axis))),
            Operator.of("ReduceLogSumExp", 1, c -> reduced(c, c.asReal(0), Reductions::logSumExp)),
            Operator.of("Softmax", 1, c -> softmax(c, false)),
            Operator.of("LogSoftmax", 1, c -> softmax(c, true)),
            Operator.of("Hardmax", 13, Reductions::hardmax));

    private Reductions() {}

    private static Operator sum(String name, Function before, Function after) {
        return Operator.of(name, 1, c -> {
            GraphBuilder g = c.graph();
            boolean real = c.x(0).type().element().isFloat();
            Node x = before.of(g, c.asReal(0));
            Node y = reduced(c, x, (b, v, axis) -> b.sum(v, axis));
            y = isNoop(c) ? y : after.of(g, y);
            return real ? y : g.cast(y, ElementType.I32);
        });
    }

    private static boolean isNoop(Call c) {
        int[] axes = c.either(1, "axes");
        return (axes == null || axes.length == 0) && c.flag("noop_with_empty_axes");
    }

    /** Over the axes that operand 1 or the attribute says, or all of them. Neighbouring ones are one long axis. */
    private static Node reduced(Call c, Node x, Step step) {
        GraphBuilder g = c.graph();
        Shape s = x.shape();
        if (isNoop(c)) {
            return x;
        }
        boolean[] gone = new boolean[s.rank()];
        int[] given = c.either(1, "axes");
        if (given == null || given.length == 0) {
            java.util.Arrays.fill(gone, true);
        } else {
            for (int a : c.axes(given, s.rank())) {
                gone[a] = true;
            }
        }
        for (int i = 0; i < gone.length; i++) {
            if (gone[i]) {
                c.fixed(s, i);
            }
        }
        Node y = x;
        for (int end = s.rank(); end > 0; end--) {
            if (!gone[end - 1]) {
                continue;
            }
            int from = end - 1;
            while (from > 0 && gone[from - 1]) {
                from--;
            }
            y = over(g, y, from, end, step);
            end = from + 1;
        }
        if (c.whole("keepdims", 1) != 0) {
            return y;
        }
        Shape kept = y.shape();
        for (int i = gone.length - 1; i >= 0; i--) {
            kept = gone[i] ? kept.remove(i) : kept;
        }
        return g.reshape(y, kept);
    }

    private static Node over(GraphBuilder g, Node x, int from, int end, Step step) {
        Shape s = x.shape();
        if (end - from == 1) {
            return step.of(g, x, from);
        }
        Extent all = s.product(from, end);
        Shape merged = s;
        for (int i = end - 1; i > from; i--) {
            merged = merged.remove(i);
        }
        Node y = step.of(g, g.reshape(x, merged.withDim(from, all)), from);
        Shape kept = s;
        for (int i = from; i < end; i++) {
            kept = kept.withDim(i, Extent.ONE);
        }
        return g.reshape(y, kept);
    }

    /** Halves multiplied with each other, down to one. */
    private static Node product(Call c, Node x, int axis) {
        GraphBuilder g = c.graph();
        int n = c.fixed(x.shape(), axis);
        if (n > 256) {
            throw c.refuse("a product of " + n + " factors");
        }
        Node y = x;
        while (n > 1) {
            int half = n / 2;
            Node p = g.times(g.slice(y, axis, 0, half), g.slice(y, axis, half, half));
            y = n % 2 == 0 ? p : g.concat(axis, p, g.slice(y, axis, n - 1, 1));
            n = (n + 1) / 2;
        }
        return y;
    }

    private static Node logSumExp(GraphBuilder g, Node x, int axis) {
        Node most = g.stopGradient(g.reduce(ReduceKind.MAX, x, axis));
        return g.plus(g.log(g.sum(g.exp(g.minus(x, most)), axis)), most);
    }

    /** Before opset 13 over all axes from the given one on. */
    private static Node softmax(Call c, boolean log) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        int axis = c.axis(c.whole("axis", c.opset() < 13 ? 1 : -1), s.rank());
        c.fixed(s, axis);
        Node rows = c.opset() < 13 ? g.reshape(x, Shape.of(List.of(s.product(0, axis), s.product(axis, s.rank())))) : x;
        int along = c.opset() < 13 ? 1 : axis;
        return g.reshape(log ? logSoftmax(g, rows, along) : softmax(g, rows, along), s);
    }

    static Node softmax(GraphBuilder g, Node x, int axis) {
        Node e = g.exp(g.minus(x, g.stopGradient(g.reduce(ReduceKind.MAX, x, axis))));
        return g.divide(e, g.sum(e, axis));
    }

    static Node logSoftmax(GraphBuilder g, Node x, int axis) {
        Node shifted = g.minus(x, g.stopGradient(g.reduce(ReduceKind.MAX, x, axis)));
        return g.minus(shifted, g.log(g.sum(g.exp(shifted), axis)));
    }

    private static Node hardmax(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        int axis = c.axis(c.whole("axis", -1), s.rank());
        int n = c.fixed(s, axis);
        Node hit = g.compare(CompareKind.EQ, x, g.broadcast(g.reduce(ReduceKind.MAX, x, axis), s));
        Node number = g.iota(s, axis);
        Node first = g.reduce(ReduceKind.MIN, g.select(hit, number, g.constant(n)), axis);
        return g.cast(g.compare(CompareKind.EQ, number, first), ElementType.F32);
    }
}
