package loom.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.model.Normalisation;

/** Normalisations. */
final class Normalisations {
    static final List<Operator> ALL = List.of(
            Operator.of("BatchNormalization", 7, "with the statistics of the file", Normalisations::batch),
            Operator.of("InstanceNormalization", 6, Normalisations::instance),
            new Operator("LayerNormalization", 17, "", Normalisations::layer),
            Operator.of("RMSNormalization", 23, Normalisations::rms),
            Operator.of("GroupNormalization", 18, Normalisations::group),
            Operator.of("MeanVarianceNormalization", 9, Normalisations::meanVariance),
            Operator.of("LpNormalization", 1, Normalisations::lp));

    private Normalisations() {}

    /** {@code [channels, 1...]}. */
    private static Node channels(Call c, Node v, Shape x) {
        int[] dims = new int[x.rank() - 1];
        Arrays.fill(dims, 1);
        dims[0] = x.dim(1);
        return c.graph().reshape(v, Shape.of(dims));
    }

    private static Node batch(Call c) {
        GraphBuilder g = c.graph();
        if (c.flag("training_mode")) {
            throw c.refuse("with the statistics of the batch");
        }
        Node x = c.real(0);
        Shape s = x.shape();
        Node r = g.unary(UnaryKind.RSQRT, g.plus(c.real(4), g.constant(c.real("epsilon", 1e-5f))));
        Node scale = g.times(c.real(1), r);
        Node shifted = g.minus(x, channels(c, c.real(3), s));
        return g.plus(g.times(shifted, channels(c, scale, s)), channels(c, c.real(2), s));
    }

    /** Mean 0 and variance 1 over the last axis of {@code rows}. */
    private static Node standard(GraphBuilder g, Node rows, float epsilon) {
        int axis = rows.shape().rank() - 1;
        Node centred = g.minus(rows, g.mean(rows, axis));
        return Normalisation.standardise(g, centred, epsilon, v -> g.mean(v, axis));
    }

    private static Node instance(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        Node rows = g.reshape(x, Shape.of(List.of(s.extent(0), s.extent(1), s.product(2, s.rank()))));
        Node y = g.reshape(standard(g, rows, c.real("epsilon", 1e-5f)), s);
        return g.plus(g.times(y, channels(c, c.real(1), s)), channels(c, c.real(2), s));
    }

    private static Shape merged(Shape s, int axis) {
        return Shape.of(List.of(s.product(0, axis), s.product(axis, s.rank())));
    }

    private static List<Value> layer(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        int axis = c.axis(c.whole("axis", -1), s.rank());
        Node rows = g.reshape(x, merged(s, axis));
        float epsilon = c.real("epsilon", 1e-5f);
        Node y = g.times(g.reshape(standard(g, rows, epsilon), s), c.real(1));
        List<Node> results = new ArrayList<>();
        results.add(c.has(2) ? g.plus(y, c.real(2)) : y);
        if (c.wants(1) || c.wants(2)) {
            Shape kept = s;
            for (int i = axis; i < s.rank(); i++) {
                kept = kept.withDim(i, Extent.ONE);
            }
            Node mean = g.mean(rows, 1);
            Node centred = g.minus(rows, mean);
            Node variance = g.mean(g.times(centred, centred), 1);
            results.add(g.reshape(mean, kept));
            results.add(g.reshape(g.unary(UnaryKind.RSQRT, g.plus(variance, g.constant(epsilon))), kept));
        }
        return Operator.values(results);
    }

    private static Node rms(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        Node rows = g.reshape(x, merged(s, c.axis(c.whole("axis", -1), s.rank())));
        Node y = Normalisation.standardise(g, rows, c.real("epsilon", 1e-5f), v -> g.mean(v, 1));
        return g.times(g.reshape(y, s), c.real(1));
    }

    /** Before opset 21 scale and bias are those of groups. */
    private static Node group(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Shape s = x.shape();
        int groups = c.whole("num_groups", 1);
        int each = s.dim(1) / groups;
        Extent size = Extent.of(each).times(s.product(2, s.rank()));
        Node rows = g.reshape(x, Shape.of(List.of(s.extent(0), Extent.of(groups), size)));
        Node y = standard(g, rows, c.real("epsilon", 1e-5f));
        if (c.opset() < 21) {
            Shape column = Shape.of(groups, 1);
            y = g.plus(g.times(y, g.reshape(c.real(1), column)), g.reshape(c.real(2), column));
            return g.reshape(y, s);
        }
        y = g.reshape(y, s);
        return g.plus(g.times(y, channels(c, c.real(1), s)), channels(c, c.real(2), s));
    }

    private static Node meanVariance(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        int[] axes = c.axes(c.wholes("axes", 0, 2, 3), x.shape().rank());
        Node mean = x;
        for (int a : axes) {
            mean = g.mean(mean, a);
        }
        Node centred = g.minus(x, mean);
        Node variance = g.times(centred, centred);
        for (int a : axes) {
            variance = g.mean(variance, a);
        }
        return g.divide(centred, g.plus(g.unary(UnaryKind.SQRT, variance), g.constant(1e-9f)));
    }

    /** A row of zeros stays one. */
    private static Node lp(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        int axis = c.axis(c.whole("axis", -1), x.shape().rank());
        Node norm = c.whole("p", 2) == 1
                ? g.sum(g.unary(UnaryKind.ABS, x), axis)
                : g.unary(UnaryKind.SQRT, g.sum(g.times(x, x), axis));
        Node zero = g.constant(0f);
        return g.divide(x, g.select(g.lessThan(zero, norm), norm, g.constant(1f)));
    }
}
