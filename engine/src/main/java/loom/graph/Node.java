package loom.graph;

import java.util.List;

/** One value of a graph (several for a loop): an operation applied to earlier nodes. Identity matters; made by {@link GraphBuilder}. */
public final class Node {
    private final int id;
    private Op op;
    private final List<Node> inputs;
    private List<TensorType> types;
    private final String layer;

    Node(int id, Op op, List<Node> inputs, List<TensorType> types, String layer) {
        this.id = id;
        this.op = op;
        this.inputs = inputs;
        this.types = types;
        this.layer = layer;
    }

    /**
     * Gives a loop more stacked results, after the ones it has. Only {@link LoopGradient} does this, while the graph is built: the
     * reverse loop reads values of the forward one, and the forward loop must not run twice.
     */
    void extend(Op.Loop longer) {
        op = longer;
        types = ShapeRules.infer(longer, inputs);
    }

    /** Position in the graph; operands have smaller ones. */
    public int id() {
        return id;
    }

    public Op op() {
        return op;
    }

    public List<Node> inputs() {
        return inputs;
    }

    public Node input(int i) {
        return inputs.get(i);
    }

    public TensorType type() {
        return types.get(0);
    }

    /** Types of all results; more than one only for a loop. */
    public List<TensorType> types() {
        return types;
    }

    public Shape shape() {
        return type().shape();
    }

    /** Where it came from, as in {@code cell 0,1 layer 2 dense}; empty if nowhere. */
    public String layer() {
        return layer;
    }

    @Override
    public String toString() {
        return "%" + id + " " + type();
    }
}
