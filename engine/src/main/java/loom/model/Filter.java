package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Mixture of experts (Jacobs et al. 1991): {@code y = Σ_i p_i·f_i(x)}, {@code p = softmax(gate(x))}, summed in the order of the
 * branches. Branches that give less than the largest along an axis are filled up with zeros at its end.
 *
 * <p>The gate gives {@code [branches]} for a sample, or {@code [..., branches]} with the first axes of the result: then every
 * position has its own mixture. With {@code top_k} (Shazeer et al. 2017) only the k largest p stay, of equal ones those of the first
 * branches, and are divided by their sum. All branches are computed, also those whose p is 0.
 *
 * @param gate layer that gives a logit for each branch
 */
public record Filter(Layer gate, SoftmaxKind softmax, Optional<Integer> topK) implements Combine {
    private static final String GATE_NAME = "gate";

    private static final Field<Filter, Layer> GATE = Field.required(
            GATE_NAME, new FieldType.OneLayer(), Filter::gate, "layer that gives a logit for each branch");
    private static final Field<Filter, SoftmaxKind> SOFTMAX = Field.optional(
            "softmax",
            new FieldType.Variant<>(SoftmaxKind.Types.ALL),
            new SoftmaxKind.Standard(),
            Filter::softmax,
            "which softmax of the logits");
    private static final Field<Filter, Optional<Integer>> TOP_K = Field.maybe(
            "top_k",
            new FieldType.Whole(1, 1 << 16),
            Filter::topK,
            "how many branches count, those with the largest probabilities; without it all");

    static final Declaration<Filter> TYPE = Declaration.of(
            "filter",
            "mean of the branches, weighted by a softmax of what a gate makes of the input; all branches are computed",
            List.of(GATE, SOFTMAX, TOP_K),
            v -> new Filter(v.get(GATE), v.get(SOFTMAX), v.get(TOP_K)));

    public Filter {
        TOP_K.check(topK);
    }

    public Filter(Layer gate) {
        this(gate, new SoftmaxKind.Standard(), Optional.empty());
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Layer.Child> children(Shape input) {
        return List.of(new Layer.Child(GATE_NAME, gate, input));
    }

    @Override
    public Shape outputShape(Shape input, List<Shape> branches) {
        Shape y = branches.get(0);
        for (Shape s : branches) {
            if (s.rank() != y.rank()) {
                throw new ShapeException("branch 0 gives " + branches.get(0) + ", branch " + branches.indexOf(s)
                        + " gives " + s + "; filter needs as many axes");
            }
            for (int axis = 0; axis < s.rank(); axis++) {
                y = y.withDim(axis, Extent.of(Math.max(y.dim(axis), s.dim(axis))));
            }
        }
        Shape gates = gate.outputShape(input);
        int positions = gates.rank() - 1;
        boolean fits = positions >= 0
                && positions <= y.rank()
                && gates.extents().subList(0, positions).equals(y.extents().subList(0, positions));
        if (!fits || softmax.classes(gates.dim(positions)) != branches.size()) {
            throw new ShapeException("the gate gives " + gates + " for " + branches.size() + " branches of " + y
                    + "; filter needs a logit for each branch along the last axis");
        }
        if (topK.isPresent() && topK.get() > branches.size()) {
            throw new ShapeException("top_k is " + topK.get() + " of " + branches.size() + " branches");
        }
        return y;
    }

    @Override
    public Stepping stepping(Shape input, List<Shape> branches) {
        return softmax.isNoisy() || gate.outputShape(input).rank() < 2
                ? Stepping.wholeSequence("it weighs the branches of all positions together")
                : Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x, List<Node> branches) {
        GraphBuilder g = c.graph();
        List<Shape> shapes = new ArrayList<>();
        branches.forEach(b -> shapes.add(b.shape().remove(0)));
        Shape y = Samples.batched(outputShape(x.shape().remove(0), shapes));
        Node p = softmax.lower(c, c.child(GATE_NAME, x));
        if (topK.isPresent() && topK.get() < branches.size()) {
            p = largest(g, p, topK.get());
        }
        int last = Probabilities.axis(p);
        List<Extent> each = new ArrayList<>(p.shape().extents().subList(0, last));
        while (each.size() < y.rank()) {
            each.add(Extent.ONE);
        }
        Node sum = null;
        for (int i = 0; i < branches.size(); i++) {
            Node weight = g.reshape(g.slice(p, last, i, 1), Shape.of(each));
            Node term = g.times(weight, padded(g, branches.get(i), y));
            sum = i == 0 ? term : g.plus(sum, term);
        }
        return sum;
    }

    private static Node padded(GraphBuilder g, Node branch, Shape shape) {
        Node y = branch;
        for (int axis = 1; axis < shape.rank(); axis++) {
            int missing = shape.dim(axis) - y.shape().dim(axis);
            y = missing == 0 ? y : g.pad(y, axis, 0, missing);
        }
        return y;
    }

    /** Every probability is compared with every other: its rank is the number of those before it. */
    private static Node largest(GraphBuilder g, Node p, int k) {
        Node rows = Samples.rows(g, p, 1);
        int n = rows.shape().dim(1);
        Node own = g.reshape(rows, rows.shape().insert(2, Extent.ONE));
        Node other = g.reshape(rows, rows.shape().insert(1, Extent.ONE));
        Node earlier = g.lessThan(g.iota(Shape.of(n, n), 1), g.iota(Shape.of(n, n), 0));
        Node tie = g.binary(BinaryKind.AND, g.compare(CompareKind.EQ, other, own), earlier);
        Node before = g.cast(g.binary(BinaryKind.OR, g.lessThan(own, other), tie), ElementType.F32);
        Node rank = g.reshape(g.sum(before, 2), rows.shape());
        Node kept = g.select(g.lessThan(rank, g.constant((float) k)), rows, g.constant(0f));
        return g.reshape(Probabilities.normalised(g, kept), p.shape());
    }
}
