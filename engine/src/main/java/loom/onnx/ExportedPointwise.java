package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;

/** Primitives of one element, as operators of ONNX; theirs repeat their operands by themselves. */
final class ExportedPointwise {
    private final OnnxExport to;

    ExportedPointwise(OnnxExport to) {
        this.to = to;
    }

    void write(Node n, PointOp p) {
        if (isRelu(n)) {
            to.put(n, to.node(n, "Relu", List.of(to.number(n.input(1)))), to.shape(n.input(1)), false);
            return;
        }
        Shape shape = Shape.SCALAR;
        for (Node x : n.inputs()) {
            shape = common(shape, to.shape(x));
        }
        switch (p) {
            case PointOp.Unary u -> to.put(n, unary(n, u.kind(), to.name(n.input(0))), shape, false);
            case PointOp.Binary b -> binary(n, b.kind(), shape);
            case PointOp.Compare c ->
                to.put(
                        n,
                        to.node(n, comparison(c.kind()), List.of(to.number(n.input(0)), to.number(n.input(1)))),
                        shape,
                        true);
            case PointOp.Select s -> {
                List<String> operands = List.of(to.truth(n.input(0)), to.number(n.input(1)), to.number(n.input(2)));
                to.put(n, to.node(n, "Where", operands), shape, false);
            }
            case PointOp.Cast c -> {
                boolean toReal = c.to().isFloat();
                if (n.input(0).type().element() == ElementType.U32 || c.to() == ElementType.U32) {
                    throw to.none(n, "random numbers");
                }
                to.put(n, to.cast(n, to.name(n.input(0)), toReal ? OnnxWriter.FLOAT : OnnxWriter.INT32), shape, false);
            }
            case PointOp.Random r -> throw to.none(n, "random numbers");
        }
    }

    /** The shape that operands of these have together. */
    private static Shape common(Shape a, Shape b) {
        Shape big = a.rank() >= b.rank() ? a : b;
        Shape small = big == a ? b : a;
        Shape r = big;
        for (int i = 0; i < small.rank(); i++) {
            int axis = big.rank() - small.rank() + i;
            Extent e = small.extent(i);
            if (r.extent(axis).isOne()) {
                r = r.withDim(axis, e);
            }
        }
        return r;
    }

    private String unary(Node n, PointOp.UnaryKind kind, String x) {
        return switch (kind) {
            case NEG -> to.node(n, "Neg", List.of(x));
            case ABS -> to.node(n, "Abs", List.of(x));
            case EXP -> to.node(n, "Exp", List.of(x));
            case LOG -> to.node(n, "Log", List.of(x));
            case TANH -> to.node(n, "Tanh", List.of(x));
            case SIGMOID -> to.node(n, "Sigmoid", List.of(x));
            case SOFTPLUS -> to.node(n, "Softplus", List.of(x));
            case ERF -> to.node(n, "Erf", List.of(x));
            case GELU -> to.node(n, "Gelu", List.of(x));
            case SILU -> to.node(n, "Mul", List.of(x, to.node(n, "Sigmoid", List.of(x))));
            case SIN -> to.node(n, "Sin", List.of(x));
            case COS -> to.node(n, "Cos", List.of(x));
            case SQRT -> to.node(n, "Sqrt", List.of(x));
            case RSQRT -> to.node(n, "Sqrt", List.of(to.node(n, "Reciprocal", List.of(x))));
            case FLOOR -> to.node(n, "Floor", List.of(x));
            case NARROW -> throw to.none(n, "numbers of the wide domain");
        };
    }

    private void binary(Node n, BinaryKind kind, Shape shape) {
        Node a = n.input(0);
        Node b = n.input(1);
        boolean logic = kind == BinaryKind.AND || kind == BinaryKind.OR || kind == BinaryKind.XOR;
        if (logic && to.isTruth(a) && to.isTruth(b)) {
            to.put(n, to.node(n, logical(kind), List.of(to.name(a), to.name(b))), shape, true);
            return;
        }
        to.put(n, to.node(n, arithmetic(kind), List.of(to.number(a), to.number(b))), shape, false);
    }

    /** {@code max(0, x)}: the zero is not written. */
    static boolean isRelu(Node n) {
        return n.op() instanceof PointOp.Binary b
                && b.kind() == BinaryKind.MAX
                && n.type().element().isFloat()
                && isZero(n.input(0));
    }

    /** A zero that is repeated. */
    private static boolean isZero(Node n) {
        Node x = n;
        while (x.op() instanceof Op.Broadcast) {
            x = x.input(0);
        }
        return x.op() instanceof Op.Splat s && s.bits() == 0;
    }

    private static String arithmetic(BinaryKind kind) {
        return switch (kind) {
            case ADD -> "Add";
            case SUB -> "Sub";
            case MUL -> "Mul";
            case DIV -> "Div";
            case MIN -> "Min";
            case MAX -> "Max";
            case POW -> "Pow";
            case AND -> "BitwiseAnd";
            case OR -> "BitwiseOr";
            case XOR -> "BitwiseXor";
        };
    }

    private static String logical(BinaryKind kind) {
        return kind == BinaryKind.AND ? "And" : kind == BinaryKind.OR ? "Or" : "Xor";
    }

    private static String comparison(CompareKind kind) {
        return switch (kind) {
            case LT -> "Less";
            case LE -> "LessOrEqual";
            case EQ -> "Equal";
        };
    }
}
