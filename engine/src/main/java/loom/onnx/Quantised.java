package loom.onnx;

import java.util.Arrays;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;

/**
 * Integers that stand for real numbers. Products of 8-bit ones are exact in f32 up to 2^24. Which integers an operator gives is told by its
 * zero point's type; {@link OnnxWalk} writes it into the attribute {@link #TYPE}, because values here are all of 32 bits.
 */
final class Quantised {
    /** As QuantizeLinear has it: a number of ONNX's list of types. */
    static final String TYPE = "output_dtype";

    private static final int UINT8 = 2;
    private static final String SUMS = "sums below 2^24";

    static final List<Operator> ALL = List.of(
            Operator.of("QuantizeLinear", 10, "to integers of 4, 8 and 16 bits", Quantised::quantised),
            new Operator("DynamicQuantizeLinear", 11, "one sample at a time", Quantised::dynamic),
            Operator.of("DequantizeLinear", 10, Quantised::dequantised),
            Operator.of("MatMulInteger", 10, SUMS, c -> g(c).cast(matMul(c, 0, 1, 2, 3), ElementType.I32)),
            Operator.of("QLinearMatMul", 10, SUMS, Quantised::qMatMul),
            Operator.of("ConvInteger", 10, SUMS, c -> g(c).cast(conv(c, 0, 1, 2, 3), ElementType.I32)),
            Operator.of("QLinearConv", 10, SUMS, Quantised::qConv));

    private Quantised() {}

    private static GraphBuilder g(Call c) {
        return c.graph();
    }

    /** Which operand's type is that of the results; negative for other operators. */
    static int typeOperand(String op) {
        return switch (op) {
            case "QuantizeLinear" -> 2;
            case "QLinearMatMul", "QLinearConv" -> 7;
            default -> -1;
        };
    }

    /** The nearest whole numbers, of two the even one, that the type has. */
    private static Node saturated(Call c, Node x, Node zero, int type) {
        GraphBuilder g = c.graph();
        Node whole = g.plus(UnaryOperators.round(g, x), zero);
        return g.cast(Casting.saturated(c, whole, type), ElementType.I32);
    }

    private static Node quantised(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.asReal(0);
        Node scaled = g.divide(x, spread(c, c.real(1), x.shape()));
        Node zero = c.has(2) ? spread(c, c.asReal(2), x.shape()) : g.constant(0f);
        return saturated(c, scaled, zero, c.whole(TYPE, UINT8));
    }

    /** To 0 … 255, so that the least and the largest value, and 0, are among them. */
    private static List<Value> dynamic(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        for (int i = 0; i < x.shape().rank(); i++) {
            c.fixed(x.shape(), i);
        }
        Node all = g.reshape(x, Shape.of(x.shape().elements().coefficient()));
        Node zero = g.constant(0f);
        Node least = g.min(zero, g.reshape(g.reduce(ReduceKind.MIN, all, 0), Shape.SCALAR));
        Node most = g.max(zero, g.reshape(g.reduce(ReduceKind.MAX, all, 0), Shape.SCALAR));
        Node range = g.minus(most, least);
        // Where all is 0, any scale is right.
        Node scale =
                g.divide(g.select(g.compare(CompareKind.EQ, range, zero), g.constant(255f), range), g.constant(255f));
        Node point = saturated(c, g.negate(g.divide(least, scale)), zero, UINT8);
        Node y = saturated(c, g.divide(x, scale), g.cast(point, ElementType.F32), UINT8);
        return Operator.values(List.of(y, scale, point));
    }

    /** {@code sums·(scale of the left · scale of the right / scale of the result)}, rounded. */
    private static Node requantised(Call c, Node sums, Node left, Node right) {
        GraphBuilder g = c.graph();
        Node factor = g.divide(g.times(left, right), g.reshape(c.real(6), Shape.SCALAR));
        Node zero = g.reshape(c.asReal(7), Shape.SCALAR);
        return saturated(c, g.times(sums, factor), zero, c.whole(TYPE, UINT8));
    }

    private static Node qMatMul(Call c) {
        Node left = c.real(1);
        GraphBuilder g = c.graph();
        // A scale of every row.
        Node rows = left.shape().rank() == 1 && !left.shape().elements().isOne()
                ? g.reshape(left, left.shape().insert(1, Extent.ONE))
                : g.reshape(left, Shape.SCALAR);
        Node right = c.real(4);
        Node columns = right.shape().elements().isOne() ? g.reshape(right, Shape.SCALAR) : right;
        return requantised(c, matMul(c, 0, 3, 2, 5), rows, columns);
    }

    private static Node qConv(Call c) {
        GraphBuilder g = c.graph();
        Node sums = conv(c, 0, 3, 2, 5);
        int rank = sums.shape().rank();
        if (c.has(8)) {
            sums = g.plus(sums, perFilter(c, c.asReal(8), rank));
        }
        return requantised(c, sums, g.reshape(c.real(1), Shape.SCALAR), perFilter(c, c.real(4), rank));
    }

    /** One number, or one for every filter, on axis 1 of {@code rank}. */
    private static Node perFilter(Call c, Node v, int rank) {
        if (v.shape().elements().isOne()) {
            return c.graph().reshape(v, Shape.SCALAR);
        }
        int[] dims = new int[rank - 1];
        Arrays.fill(dims, 1);
        dims[0] = v.shape().elements().coefficient();
        return c.graph().reshape(v, Shape.of(dims));
    }

    /** Scales of a whole, of an axis, or of blocks along it, so that they broadcast to {@code s}. */
    private static Node spread(Call c, Node v, Shape s) {
        GraphBuilder g = c.graph();
        if (v.shape().rank() == 0 || v.shape().elements().isOne()) {
            return g.reshape(v, Shape.SCALAR);
        }
        int axis = c.axis(c.whole("axis", 1), s.rank());
        int block = c.whole("block_size", 0);
        if (block > 0) {
            Shape wide = v.shape().insert(axis + 1, Extent.of(block));
            Node all = g.broadcast(g.reshape(v, v.shape().insert(axis + 1, Extent.ONE)), wide);
            Node joined = g.reshape(
                    all, v.shape().withDim(axis, v.shape().extent(axis).times(Extent.of(block))));
            return g.slice(joined, axis, 0, s.dim(axis));
        }
        int[] dims = new int[s.rank()];
        Arrays.fill(dims, 1);
        dims[axis] = s.dim(axis);
        return g.reshape(v, Shape.of(dims));
    }

    private static Node dequantised(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.asReal(0);
        Node shifted = c.has(2) ? g.minus(x, spread(c, c.asReal(2), x.shape())) : x;
        return g.times(shifted, spread(c, c.real(1), x.shape()));
    }

    /** A zero point of every row of the left operand, of every column of the right one, or one for all. */
    private static Node matMul(Call c, int left, int right, int leftZero, int rightZero) {
        GraphBuilder g = c.graph();
        Node a = c.asReal(left);
        Node b = c.asReal(right);
        if (c.has(leftZero)) {
            Node zero = c.asReal(leftZero);
            a = g.minus(
                    a, zero.shape().rank() == 1 ? g.reshape(zero, zero.shape().insert(1, Extent.ONE)) : zero);
        }
        b = c.has(rightZero) ? g.minus(b, c.asReal(rightZero)) : b;
        return Products.matMul(c, a, b);
    }

    private static Node conv(Call c, int input, int filters, int inputZero, int filterZero) {
        GraphBuilder g = c.graph();
        Node x = c.asReal(input);
        Node w = c.asReal(filters);
        x = c.has(inputZero) ? g.minus(x, g.reshape(c.asReal(inputZero), Shape.SCALAR)) : x;
        if (c.has(filterZero)) {
            Node zero = c.asReal(filterZero);
            int[] dims = new int[w.shape().rank()];
            Arrays.fill(dims, 1);
            dims[0] = zero.shape().elements().coefficient();
            w = g.minus(w, g.reshape(zero, Shape.of(dims)));
        }
        int[] kernel = Arrays.copyOfRange(w.shape().dims(), 2, w.shape().rank());
        WindowsOf windows = WindowsOf.of(c, x.shape(), kernel);
        return g.conv(x, w, windows.geometry(), c.whole("group", 1));
    }
}
