package loom.program;

import loom.graph.Node;
import loom.graph.PointOp;

/**
 * A value of the graph that a kernel computes.
 *
 * @param node its number
 * @param layer where it came from; empty if nowhere
 * @param operation the record's name, as in {@code MatMul}, or the function's, as in {@code relu}
 */
public record Origin(int node, String layer, String operation) {
    static Origin of(Node n) {
        return new Origin(n.id(), n.layer(), operation(n));
    }

    /** What a node does, in a word. */
    public static String operation(Node n) {
        if (n.op() instanceof PointOp p) {
            return p.label();
        }
        String text = n.op().toString();
        int end = text.indexOf('[');
        return end < 0 ? text : text.substring(0, end);
    }

    @Override
    public String toString() {
        return operation + " %" + node;
    }
}
