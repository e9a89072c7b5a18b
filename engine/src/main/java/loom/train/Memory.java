package loom.train;

import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.numeric.Domain;
import loom.numeric.F32;

/** What an optimizer remembers of one parameter: states of its shape in domain W, zero at the start. */
final class Memory {
    private final Updates updates;
    private final String parameter;
    private final Shape shape;

    Memory(Updates updates, String parameter, Shape shape) {
        this.updates = updates;
        this.parameter = parameter;
        this.shape = shape;
    }

    GraphBuilder graph() {
        return updates.graph();
    }

    /** True for kernels, tables and other matrices: biases and scales are usually left out of weight decay. */
    boolean isMatrix() {
        return shape.rank() > 1;
    }

    /** {@code s ← keep·s + take·value}; the new s. */
    Node accumulate(String name, float keep, float take, Node value) {
        return follow(name, keep, take, value, true);
    }

    /** The moving average of {@link #average} as it was before this step. */
    Node averageBefore(String name, float keep, Node value) {
        return follow(name, keep, F32.sub(1, keep), value, false);
    }

    private Node follow(String name, float keep, float take, Node value, boolean after) {
        GraphBuilder g = graph();
        Node s = g.state(name + " of " + parameter, wide(shape));
        Node next = g.plus(times(s, keep), times(value, take));
        updates.set(s, next);
        return after ? next : s;
    }

    private Node times(Node value, float factor) {
        return graph().times(wide(factor), value);
    }

    /** Moving average {@code s ← keep·s + (1 − keep)·value}, zero at the start; the new s. */
    Node average(String name, float keep, Node value) {
        return accumulate(name, keep, F32.sub(1, keep), value);
    }

    /** The same average of the number 1, which is 1 − keepᵗ after t steps: dividing by it removes the pull of the zero at the start. */
    Node averageOfOnes(float keep) {
        return updates.averageOfOnes(keep);
    }

    /** {@code x²} in domain W. */
    Node square(Node x) {
        return graph().times(graph().times(wide(1), x), x);
    }

    Node sqrt(Node x) {
        return graph().unary(UnaryKind.SQRT, x);
    }

    Node narrow(Node x) {
        return graph().unary(UnaryKind.NARROW, x);
    }

    Node wide(float value) {
        return updates.wide(value);
    }

    static TensorType wide(Shape shape) {
        return new TensorType(shape, ElementType.F32, Domain.W);
    }
}
