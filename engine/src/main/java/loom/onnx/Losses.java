package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;

/** Losses of classes. */
final class Losses {
    static final List<Operator> ALL = List.of(
            new Operator("SoftmaxCrossEntropyLoss", 12, "", c -> {
                Node p = Reductions.logSoftmax(c.graph(), c.real(0), 1);
                return Operator.values(List.of(loss(c, p), p));
            }),
            Operator.of("NegativeLogLikelihoodLoss", 12, c -> loss(c, c.real(0))));

    private Losses() {}

    /** {@code p [N, classes, D...]}, labels {@code [N, D...]}. */
    private static Node loss(Call c, Node p) {
        GraphBuilder g = c.graph();
        Node labels = g.cast(c.x(1), ElementType.I32);
        Shape s = labels.shape();
        int classes = p.shape().dim(1);
        Node counted = null;
        if (c.hasAttribute("ignore_index")) {
            Node ignored = g.compare(CompareKind.EQ, labels, g.broadcast(g.constant(c.whole("ignore_index", 0)), s));
            counted = g.cast(Casting.not(g, ignored), ElementType.F32);
            labels = g.select(ignored, g.constant(0), labels);
        }
        Shape rows = s.insert(1, Extent.of(classes));
        Node hit = g.compare(
                CompareKind.EQ, g.iota(rows, 1), g.broadcast(g.reshape(labels, s.insert(1, Extent.ONE)), rows));
        Node chosen = g.reshape(g.sum(g.select(hit, p, g.constant(0f)), 1), s);
        Node weight = c.has(2) ? g.gather(c.real(2), labels) : g.splat(1, s);
        weight = counted == null ? weight : g.times(weight, counted);
        Node loss = g.times(g.negate(chosen), weight);
        return switch (c.text("reduction", "mean")) {
            case "none" -> loss;
            case "sum" -> total(g, loss);
            default -> g.divide(total(g, loss), total(g, weight));
        };
    }

    private static Node total(GraphBuilder g, Node x) {
        Node y = x;
        for (int i = x.shape().rank() - 1; i >= 0; i--) {
            y = g.sum(y, i);
        }
        return g.reshape(y, Shape.of(new ArrayList<>()));
    }
}
