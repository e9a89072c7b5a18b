package loom.onnx;

import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.model.MaxPool;

/** Windows that become one number each. */
final class Pooling {
    static final List<Operator> ALL = List.of(
            Operator.of("MaxPool", 1, "without indices", Pooling::max),
            Operator.of("AveragePool", 1, Pooling::average),
            Operator.of("LpPool", 2, Pooling::lp),
            Operator.of("GlobalMaxPool", 1, c -> global(c, c.real(0), true)),
            Operator.of("GlobalAveragePool", 1, c -> global(c, c.real(0), false)),
            Operator.of("LRN", 1, Pooling::responses));

    private Pooling() {}

    private static WindowsOf windows(Call c) {
        Shape s = c.shape(0);
        int[] kernel = c.wholes("kernel_shape");
        return WindowsOf.of(c, s, kernel);
    }

    private static Node max(Call c) {
        if (c.wants(1)) {
            throw c.refuse("the indices of the maxima");
        }
        boolean real = c.x(0).type().element().isFloat();
        Node y = MaxPool.maxima(c.graph(), c.asReal(0), windows(c).geometry());
        return real ? y : c.graph().cast(y, loom.graph.ElementType.I32);
    }

    /** {@code [N, C, O...]}: sums of the windows. */
    private static Node sums(GraphBuilder g, Node x, WindowGeometry geometry) {
        Node w = g.window(x, geometry);
        Shape s = w.shape();
        int axes = geometry.rank();
        Node rows = g.reshape(
                w, Shape.of(List.of(s.extent(0), s.extent(1), s.product(2, 2 + axes), s.product(2 + axes, s.rank()))));
        Shape out = x.shape();
        for (int i = 0; i < axes; i++) {
            out = out.withDim(2 + i, s.extent(2 + axes + i));
        }
        return g.reshape(g.sum(rows, 2), out);
    }

    private static Node average(Call c) {
        GraphBuilder g = c.graph();
        WindowsOf w = windows(c);
        Node y = sums(g, c.real(0), w.geometry());
        int axes = w.geometry().rank();
        Shape positions = y.shape();
        positions = positions.remove(0).remove(0);
        float[] counts = new float[positions.elements(1)];
        Arrays.fill(counts, 1);
        for (int i = 0; i < axes; i++) {
            int n = c.shape(0).dim(2 + i);
            boolean padding = c.flag("count_include_pad");
            int from = padding ? -w.geometry().before().get(i) : 0;
            int to = n + (padding ? w.after()[i] : 0);
            int stride = positions.stride(i).coefficient();
            for (int p = 0; p < counts.length; p++) {
                int start =
                        p / stride % positions.dim(i) * w.geometry().strides().get(i)
                                - w.geometry().before().get(i);
                int inside = 0;
                for (int k = 0; k < w.geometry().kernel().get(i); k++) {
                    int at = start + k * w.geometry().dilations().get(i);
                    inside += at >= from && at < to ? 1 : 0;
                }
                counts[p] *= Math.max(1, inside);
            }
        }
        return g.divide(y, g.table(TensorType.f32(positions), Words.bits(counts)));
    }

    private static Node lp(Call c) {
        GraphBuilder g = c.graph();
        int p = c.whole("p", 2);
        Node x = c.real(0);
        Node powers = p == 2
                ? g.times(x, x)
                : p == 1
                        ? g.unary(UnaryKind.ABS, x)
                        : g.binary(BinaryKind.POW, g.unary(UnaryKind.ABS, x), g.constant((float) p));
        Node y = sums(g, powers, windows(c).geometry());
        return p == 1 ? y : p == 2 ? g.unary(UnaryKind.SQRT, y) : g.binary(BinaryKind.POW, y, g.constant(1f / p));
    }

    private static Node global(Call c, Node x, boolean max) {
        GraphBuilder g = c.graph();
        Shape s = x.shape();
        Node rows = g.reshape(x, Shape.of(List.of(s.extent(0), s.extent(1), s.product(2, s.rank()))));
        Node y = max ? g.reduce(ReduceKind.MAX, rows, 2) : g.mean(rows, 2);
        Shape out = s;
        for (int i = 2; i < s.rank(); i++) {
            out = out.withDim(i, Extent.ONE);
        }
        return g.reshape(y, out);
    }

    /** {@code x/(bias + alpha/size·Σ x²)^beta}, the sum over neighbouring channels. */
    private static Node responses(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        int size = c.whole("size", 1);
        Node squares = g.reshape(
                g.times(x, x), Shape.of(List.of(s.extent(0), Extent.ONE, s.extent(1), s.product(2, s.rank()))));
        WindowGeometry w = new WindowGeometry(
                Words.of(size, 1),
                Words.of(1, 1),
                Words.of(1, 1),
                Words.of((size - 1) / 2, 0),
                Words.of(size / 2, 0),
                Words.of(1, 1));
        Node mean = g.times(g.reshape(sums(g, squares, w), s), c.real("alpha", 0.0001f) / size);
        Node base = g.plus(mean, g.constant(c.real("bias", 1)));
        return g.divide(x, g.binary(BinaryKind.POW, base, g.constant(c.real("beta", 0.75f))));
    }
}
