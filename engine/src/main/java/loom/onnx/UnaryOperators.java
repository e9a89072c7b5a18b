package loom.onnx;

import java.util.List;
import java.util.function.BiFunction;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;

/** Functions of one element. */
final class UnaryOperators {
    static final List<Operator> ALL = List.of(
            Operator.of("Abs", 6, UnaryOperators::abs),
            Operator.of("Neg", 6, UnaryOperators::negate),
            Operator.of("Sign", 9, UnaryOperators::sign),
            kind("Exp", 6, UnaryKind.EXP),
            kind("Log", 6, UnaryKind.LOG),
            kind("Sqrt", 6, UnaryKind.SQRT),
            kind("Sin", 7, UnaryKind.SIN),
            kind("Cos", 7, UnaryKind.COS),
            real("Tan", 7, (g, x) -> g.divide(g.unary(UnaryKind.SIN, x), g.unary(UnaryKind.COS, x))),
            kind("Erf", 9, UnaryKind.ERF),
            real("Sinh", 9, (g, x) -> hyperbolic(g, g.minus(g.exp(x), g.exp(g.negate(x))), x)),
            real("Cosh", 9, (g, x) -> g.times(g.plus(g.exp(x), g.exp(g.negate(x))), 0.5f)),
            real("Asinh", 9, UnaryOperators::asinh),
            real("Acosh", 9, (g, x) -> g.log(g.plus(x, root(g, g.minus(g.times(x, x), g.constant(1f)))))),
            real(
                    "Atanh",
                    9,
                    (g, x) -> g.times(g.log(g.divide(g.plus(g.constant(1f), x), g.minus(g.constant(1f), x))), 0.5f)),
            kind("Floor", 6, UnaryKind.FLOOR),
            real("Ceil", 6, (g, x) -> g.negate(g.unary(UnaryKind.FLOOR, g.negate(x)))),
            real("Round", 11, UnaryOperators::round),
            real("Reciprocal", 6, (g, x) -> g.divide(g.constant(1f), x)),
            Operator.of("Not", 1, c -> Casting.not(c.graph(), c.x(0))),
            Operator.of("IsNaN", 9, "nothing is: a NaN is a trap", c -> nowhere(c)),
            Operator.of("IsInf", 10, "nothing is: an infinity is a trap", c -> nowhere(c)),
            Operator.of("Cast", 6, "to f16 and bf16 only of constants", c -> Casting.cast(c, c.x(0), c.whole("to", 0))),
            Operator.of("CastLike", 15, "as Cast", c -> like(c)),
            new Operator("Dropout", 7, "passes its input on; masks are all true", UnaryOperators::dropout));

    private UnaryOperators() {}

    static Operator kind(String name, int since, UnaryKind kind) {
        return real(name, since, (g, x) -> g.unary(kind, x));
    }

    static Operator real(String name, int since, BiFunction<GraphBuilder, Node, Node> formula) {
        return Operator.of(name, since, c -> formula.apply(c.graph(), c.real(0)));
    }

    private static Node abs(Call c) {
        Node x = c.x(0);
        return x.type().element().isFloat()
                ? c.graph().unary(UnaryKind.ABS, x)
                : c.graph().max(x, c.graph().minus(c.graph().constant(0), x));
    }

    private static Node negate(Call c) {
        Node x = c.x(0);
        return x.type().element().isFloat()
                ? c.graph().negate(x)
                : c.graph().minus(c.graph().constant(0), x);
    }

    private static Node sign(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        boolean real = x.type().element().isFloat();
        Node zero = real ? g.constant(0f) : g.constant(0);
        Node sign = g.minus(g.lessThan(zero, x), g.lessThan(x, zero));
        return real ? g.cast(sign, ElementType.F32) : sign;
    }

    /** Near 0, where the difference of the exponentials would cancel, the series. */
    private static Node hyperbolic(GraphBuilder g, Node difference, Node x) {
        Node square = g.times(x, x);
        Node series = g.times(
                x, g.plus(g.constant(1f), g.times(square, g.plus(g.constant(1 / 6f), g.times(square, 1 / 120f)))));
        Node small = g.lessThan(g.unary(UnaryKind.ABS, x), g.constant(0.25f));
        return g.select(small, series, g.times(difference, 0.5f));
    }

    private static Node asinh(GraphBuilder g, Node x) {
        Node a = g.unary(UnaryKind.ABS, x);
        Node y = g.log(g.plus(a, root(g, g.plus(g.times(a, a), g.constant(1f)))));
        return g.select(g.lessThan(x, g.constant(0f)), g.negate(y), y);
    }

    private static Node root(GraphBuilder g, Node x) {
        return g.unary(UnaryKind.SQRT, x);
    }

    /** To the nearest whole number, of two the even one. */
    static Node round(GraphBuilder g, Node x) {
        Node low = g.unary(UnaryKind.FLOOR, x);
        Node rest = g.minus(x, low);
        Node half = g.constant(0.5f);
        Node odd = g.minus(low, g.times(g.unary(UnaryKind.FLOOR, g.times(low, 0.5f)), 2f));
        Node tie = g.plus(low, odd);
        Node up = g.plus(low, g.constant(1f));
        Node nearest = g.select(g.lessThan(half, rest), up, low);
        return g.select(g.compare(CompareKind.EQ, rest, half), tie, nearest);
    }

    private static Node nowhere(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        return g.lessThan(x, x);
    }

    private static Node like(Call c) {
        Node x = c.x(0);
        Value type = c.value(1);
        boolean real =
                type instanceof Known k ? k.isReal() : c.x(1).type().element().isFloat();
        if (!real && x.type().element().isFloat()) {
            throw c.refuse("real numbers to whole ones of a type that is not kept");
        }
        return c.graph().cast(x, real ? ElementType.F32 : ElementType.I32);
    }

    private static List<Value> dropout(Call c) {
        if (c.has(2) && c.wholes(2)[0] != 0) {
            throw c.refuse("of training");
        }
        Node x = c.x(0);
        Node mask = c.graph().broadcast(c.graph().constant(1), x.shape());
        return List.of(new Value.Computed(x), new Value.Computed(mask));
    }
}
