package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

/**
 * Softmax over the leaves of a tree (Morin and Bengio 2005): every inner node is a softmax over its children, and the probability
 * of a leaf is the product of those on its path.
 *
 * <p>For {@code levels} n₁, n₂, … the root has n₁ children, each of these n₂, and so on. The logits are those of the tree's nodes
 * without the root, level by level, in each level from left to right: n₁, then n₁·n₂, then n₁·n₂·n₃, …, where node i of a level is
 * child {@code i mod n} of node {@code i / n} of the level above. The classes are the n₁·n₂·… leaves, from left to right.
 */
public record HierarchicalSoftmax(Words levels, float temperature) implements SoftmaxKind.Positive {
    private static final int MAX_CLASSES = 1 << 24;

    private static final Field<HierarchicalSoftmax, Words> LEVELS = Field.required(
            "levels",
            new FieldType.Wholes(1, MAX_CLASSES, 1, 24),
            HierarchicalSoftmax::levels,
            "children of each node, from the root down");
    private static final Field<HierarchicalSoftmax, Float> TEMPERATURE =
            Probabilities.temperature(HierarchicalSoftmax::temperature);

    static final Declaration<HierarchicalSoftmax> TYPE = Declaration.of(
            "hierarchical",
            "leaves of a tree whose inner nodes are softmaxes; the logits are its nodes, level by level",
            List.of(LEVELS, TEMPERATURE),
            v -> new HierarchicalSoftmax(v.get(LEVELS), v.get(TEMPERATURE)));

    public HierarchicalSoftmax {
        LEVELS.check(levels);
        TEMPERATURE.check(temperature);
        long nodes = 1;
        for (int level = 0; level < levels.size(); level++) {
            nodes *= levels.get(level);
            if (nodes > MAX_CLASSES) {
                throw new FieldException(LEVELS.name(), "expected at most " + MAX_CLASSES + " classes, found more");
            }
        }
    }

    public HierarchicalSoftmax(int... levels) {
        this(Words.of(levels), 1);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public int classes(int logits) {
        int nodes = 1;
        int all = 0;
        for (int level = 0; level < levels.size(); level++) {
            nodes *= levels.get(level);
            all += nodes;
        }
        if (all != logits) {
            throw new ShapeException("hierarchical softmax of levels " + levels + " takes " + all + " logits, not "
                    + logits + ": one for each node but the root");
        }
        return nodes;
    }

    @Override
    public Node lower(GraphBuilder g, Node x, boolean log) {
        int axis = Probabilities.axis(x);
        Extent rows = x.shape().product(0, axis);
        int start = 0;
        int parents = 1;
        Node path = g.splat(log ? 0 : 1, Shape.SCALAR);
        for (int level = 0; level < levels.size(); level++) {
            int children = levels.get(level);
            Node logits = g.slice(x, axis, start, parents * children);
            Extent groups = rows.times(Extent.of(parents));
            Node own = g.reshape(logits, Shape.of(List.of(groups, Extent.of(children))));
            own = Probabilities.softmax(g, own, temperature, log);
            if (level == 0) {
                path = own;
            } else {
                Node above = g.reshape(path, Shape.of(List.of(groups, Extent.ONE)));
                path = log ? g.plus(above, own) : g.times(above, own);
            }
            start += parents * children;
            parents *= children;
        }
        return g.reshape(path, x.shape().withDim(axis, Extent.of(parents)));
    }
}
