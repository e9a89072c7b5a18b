package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.LayerException;
import loom.numeric.F32;

/**
 * Difference target propagation (Lee, Zhang, Fischer and Bengio 2015) with linear inverses. The targets of the last link and of the one
 * before it are their activations less {@code reach} times the gradient of the loss of a sample; before these, {@code aₗ₋₁ + (bₗ −
 * aₗ)·Vₗ}, where {@code aₗ·Vₗ + cₗ} learns to give {@code aₗ₋₁} back: least mean squares of rate {@code inverse_rate}, divided by
 * {@code 1 + mean |aₗ|²} (Nagumo and Noda 1967). Every link follows the gradient of {@code |aₗ − bₗ|²/(2·reach)}, mean over the samples,
 * by its own parameters alone: no error goes backwards through a link but the last.
 */
public record TargetPropagation(float reach, float inverseRate) implements Credit {
    /** Elements of an inverse: links of images are too wide for it. */
    private static final long LARGEST = 1 << 22;

    private static final Field<TargetPropagation, Float> REACH = Field.optional(
            "reach",
            Tween.REACH_RANGE,
            0.1f,
            TargetPropagation::reach,
            "how far the last targets lie from their activations");
    private static final Field<TargetPropagation, Float> INVERSE_RATE = Field.optional(
            "inverse_rate",
            new FieldType.Real(0x1p-20f, 1),
            0.5f,
            TargetPropagation::inverseRate,
            "how fast the inverses follow");

    static final Declaration<TargetPropagation> TYPE = Declaration.of(
            "target_propagation",
            "a target for every link, by learned inverses",
            List.of(REACH, INVERSE_RATE),
            v -> new TargetPropagation(v.get(REACH), v.get(INVERSE_RATE)));

    public TargetPropagation {
        REACH.check(reach);
        INVERSE_RATE.check(inverseRate);
    }

    public TargetPropagation() {
        this(0.1f, 0.5f);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Node> gradients(Links links) {
        GraphBuilder g = links.graph();
        List<Node> all = new ArrayList<>();
        List<Node> budgets = new ArrayList<>();
        List<Node> gaps = new ArrayList<>();
        Node error = g.constant(0f);
        int last = links.all().size() - 1;
        for (int i = last; i >= 0; i--) {
            Links.Link link = links.all().get(i);
            Node a = link.output();
            if (i >= last - 1) {
                Node slope = Autodiff.gradients(g, links.loss(), List.of(a)).get(0);
                error = g.times(slope, g.times(links.samples(), F32.neg(reach)));
            } else {
                error = g.reshape(before(links, i + 1, error), a.shape());
            }
            Node seed = g.divide(g.times(error, F32.div(-1, reach)), links.samples());
            all.addAll(0, Autodiff.gradients(g, a, seed, link.parameters()));
            budgets.add(0, links.budget(a, g.plus(a, error)));
            gaps.add(0, links.gap(error));
        }
        links.report(Links.BUDGETS, budgets);
        links.report(Links.GAPS, gaps);
        return all;
    }

    /** What the link before the {@code i}-th should give more, if that should give {@code error} more; its inverse learns. */
    private Node before(Links links, int i, Node error) {
        GraphBuilder g = links.graph();
        Links.Link link = links.all().get(i);
        Node a = links.flat(link.output());
        Node wanted = links.flat(links.all().get(i - 1).output());
        int from = a.shape().dim(1);
        int to = wanted.shape().dim(1);
        if ((long) from * to > LARGEST) {
            throw new LayerException(
                    link.label(),
                    "target_propagation needs an inverse from " + from + " to " + to + " values, more than " + LARGEST
                            + " numbers");
        }
        Node v = g.state("inverse of " + link.label(), TensorType.f32(Shape.of(from, to)));
        Node c = g.state("inverse's bias of " + link.label(), TensorType.f32(Shape.of(to)));
        Node miss = g.minus(g.plus(g.matMul(a, v), c), wanted);
        Node size = g.times(links.gap(a), g.count(a.shape().extent(1)));
        Node rate = g.divide(g.constant(inverseRate), g.times(g.plus(size, g.constant(1f)), links.samples()));
        links.updates().set(v, g.minus(v, g.times(g.matMul(a, true, miss, false), rate)));
        Node bias = g.reshape(g.sum(miss, 0), Shape.of(to));
        links.updates().set(c, g.minus(c, g.times(bias, rate)));
        return g.matMul(links.flat(error), v);
    }
}
