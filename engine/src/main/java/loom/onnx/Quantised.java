package loom.onnx;

import java.util.Arrays;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Integers that stand for real numbers. Products of 8-bit ones are exact in f32 up to 2^24. */
final class Quantised {
    static final List<Operator> ALL = List.of(
            Operator.of("DequantizeLinear", 10, Quantised::dequantised),
            Operator.of("MatMulInteger", 10, "sums below 2^24", Quantised::matMul),
            Operator.of("ConvInteger", 10, "sums below 2^24", Quantised::conv));

    private Quantised() {}

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
    private static Node matMul(Call c) {
        GraphBuilder g = c.graph();
        Node a = c.asReal(0);
        Node b = c.asReal(1);
        if (c.has(2)) {
            Node zero = c.asReal(2);
            a = g.minus(
                    a, zero.shape().rank() == 1 ? g.reshape(zero, zero.shape().insert(1, Extent.ONE)) : zero);
        }
        b = c.has(3) ? g.minus(b, c.asReal(3)) : b;
        return g.cast(Products.matMul(c, a, b), ElementType.I32);
    }

    private static Node conv(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.asReal(0);
        Node w = c.asReal(1);
        x = c.has(2) ? g.minus(x, g.reshape(c.asReal(2), Shape.SCALAR)) : x;
        if (c.has(3)) {
            Node zero = c.asReal(3);
            int[] dims = new int[w.shape().rank()];
            Arrays.fill(dims, 1);
            dims[0] = zero.shape().elements().coefficient();
            w = g.minus(w, g.reshape(zero, Shape.of(dims)));
        }
        int[] kernel = Arrays.copyOfRange(w.shape().dims(), 2, w.shape().rank());
        WindowsOf windows = WindowsOf.of(c, x.shape(), kernel);
        return g.cast(g.conv(x, w, windows.geometry(), c.whole("group", 1)), ElementType.I32);
    }
}
