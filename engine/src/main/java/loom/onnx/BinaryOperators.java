package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;

/** Arithmetic of two or more operands, which are broadcast to each other. */
final class BinaryOperators {
    private static final String EXACT = "whole numbers below 2^24 in magnitude";

    static final List<Operator> ALL = List.of(
            Operator.of("Add", 7, c -> pair(c, BinaryKind.ADD)),
            Operator.of("Sub", 7, c -> pair(c, BinaryKind.SUB)),
            Operator.of("Mul", 7, c -> pair(c, BinaryKind.MUL)),
            Operator.of("Div", 7, EXACT, BinaryOperators::divide),
            Operator.of("Mod", 10, EXACT, BinaryOperators::mod),
            Operator.of(
                    "Pow",
                    7,
                    "whole numbers below 2^24 in magnitude; negative bases only to known powers 1, 2, 3",
                    c -> power(c)),
            Operator.of("Min", 6, c -> all(c, BinaryKind.MIN)),
            Operator.of("Max", 6, c -> all(c, BinaryKind.MAX)),
            Operator.of("Sum", 6, c -> all(c, BinaryKind.ADD)),
            Operator.of(
                    "Mean",
                    6,
                    c -> c.graph().divide(all(c, BinaryKind.ADD), c.graph().constant((float) c.count()))));

    private BinaryOperators() {}

    private static Node pair(Call c, BinaryKind kind) {
        return c.graph().binary(kind, c.x(0), c.x(1));
    }

    private static Node all(Call c, BinaryKind kind) {
        Node y = c.x(0);
        for (int i = 1; i < c.count(); i++) {
            y = c.graph().binary(kind, y, c.x(i));
        }
        return y;
    }

    private static Node divide(Call c) {
        GraphBuilder g = c.graph();
        return c.x(0).type().element().isFloat() ? pair(c, BinaryKind.DIV) : quotient(g, c.x(0), c.x(1));
    }

    /** Of whole numbers, towards zero: the quotient of the real numbers is right or one off. */
    private static Node quotient(GraphBuilder g, Node a, Node b) {
        Node q = g.cast(g.divide(g.cast(a, ElementType.F32), g.cast(b, ElementType.F32)), ElementType.I32);
        Node rest = g.minus(a, g.times(q, b));
        Node zero = g.constant(0);
        // Too large by one in magnitude: the rest has another sign than a.
        Node other = g.binary(
                BinaryKind.OR,
                g.binary(BinaryKind.AND, g.lessThan(zero, a), g.lessThan(rest, zero)),
                g.binary(BinaryKind.AND, g.lessThan(a, zero), g.lessThan(zero, rest)));
        Node sign = g.select(
                g.compare(CompareKind.EQ, g.lessThan(a, zero), g.lessThan(b, zero)), g.constant(1), g.constant(-1));
        return g.minus(q, g.times(other, sign));
    }

    /** The rest has the divisor's sign; with {@code fmod} the dividend's. */
    private static Node mod(Call c) {
        GraphBuilder g = c.graph();
        Node a = c.x(0);
        Node b = c.x(1);
        boolean real = a.type().element().isFloat();
        Node zero = real ? g.constant(0f) : g.constant(0);
        Node rest;
        if (real) {
            Node q = g.divide(a, b);
            Node whole = g.select(
                    g.lessThan(q, zero), g.negate(g.unary(UnaryKind.FLOOR, g.negate(q))), g.unary(UnaryKind.FLOOR, q));
            rest = g.minus(a, g.times(whole, b));
        } else {
            rest = g.minus(a, g.times(quotient(g, a, b), b));
        }
        if (c.flag("fmod")) {
            return rest;
        }
        Node differs = g.binary(BinaryKind.XOR, g.lessThan(rest, zero), g.lessThan(b, zero));
        Node isZero = g.compare(CompareKind.EQ, g.plus(rest, zero), zero);
        Node fix = g.binary(BinaryKind.AND, differs, Casting.not(g, isZero));
        return g.select(fix, g.plus(rest, b), rest);
    }

    private static Node power(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        Node y;
        if (c.isKnown(1) && c.known(1).size() == 1 && x.type().element().isFloat()) {
            float p = c.known(1).real(0);
            Node shape = c.asReal(1);
            Node square = g.times(x, x);
            y = p == 1
                    ? x
                    : p == 2 ? square : p == 3 ? g.times(square, x) : p == 0.5f ? g.unary(UnaryKind.SQRT, x) : null;
            if (y != null) {
                // The exponent takes part in broadcasting, even alone.
                return shape.shape().rank() > x.shape().rank() ? g.plus(y, g.times(shape, 0f)) : y;
            }
        }
        y = g.binary(BinaryKind.POW, c.asReal(0), c.asReal(1));
        return x.type().element().isFloat() ? y : g.cast(UnaryOperators.round(g, y), ElementType.I32);
    }
}
