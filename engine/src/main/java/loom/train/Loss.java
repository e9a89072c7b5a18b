package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** What training makes small. {@code output} and {@code target} are {@code [N, ...]}; the result is one number, a mean over the batch. */
public enum Loss {
    /** {@code mean (y − t)²} over the elements of a sample, then over the batch. */
    MEAN_SQUARED_ERROR(false) {
        @Override
        Node each(GraphBuilder g, Node y, Node t) {
            Node error = g.minus(y, t);
            return g.mean(g.times(error, error), 1);
        }
    },

    /**
     * {@code −Σ t · log softmax(z)} from logits z over the last axis, averaged over the other axes and the batch. The target is a
     * distribution (one-hot for labels). A network that ends in a softmax is trained on what that softmax takes: the logarithm of a
     * rounded probability would lose the gradient where it matters most.
     */
    CROSS_ENTROPY(true) {
        @Override
        Node each(GraphBuilder g, Node z, Node t) {
            Node shifted = g.minus(z, g.stopGradient(g.reduce(Op.ReduceKind.MAX, z, 1)));
            Node logSum = g.log(g.sum(g.exp(shifted), 1));
            return g.negate(g.sum(g.times(t, g.minus(shifted, logSum)), 1));
        }
    };

    private final boolean takesLogits;

    Loss(boolean takesLogits) {
        this.takesLogits = takesLogits;
    }

    /** True if the loss contains the softmax. */
    public boolean takesLogits() {
        return takesLogits;
    }

    /** Loss of each row of {@code [rows, elements]}, as {@code [rows, 1]}. */
    abstract Node each(GraphBuilder g, Node output, Node target);

    /** Scalar node. */
    public Node lower(GraphBuilder g, Node output, Node target) {
        if (!output.type().equals(target.type()) || output.shape().rank() < 2) {
            throw new ShapeException("loss of output " + output.type() + " and target " + target.type());
        }
        int last = output.shape().rank() - 1;
        Shape rows = takesLogits
                ? Shape.of(
                        List.of(output.shape().product(0, last), output.shape().extent(last)))
                : Shape.of(List.of(output.shape().extent(0), output.shape().product(1, last + 1)));
        Node each = each(g, g.reshape(output, rows), g.reshape(target, rows));
        return g.reshape(g.mean(each, 0), Shape.SCALAR);
    }
}
