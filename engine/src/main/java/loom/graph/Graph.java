package loom.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Immutable SSA graph of primitive operations, in program order.
 *
 * @param nodes every node; operands come before their users
 * @param inputs nodes fed from outside, in declaration order (for a loop body: carried, sliced, invariant)
 * @param outputs named results, in declaration order
 * @param updates parameter or state node to the value it takes at the end of a run
 * @param names nodes whose values a receipt digests (the layers' outputs), by unique name
 */
public record Graph(
        List<Node> nodes,
        List<Node> inputs,
        LinkedHashMap<String, Node> outputs,
        LinkedHashMap<Node, Node> updates,
        LinkedHashMap<String, Node> names) {

    public Graph {
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = new LinkedHashMap<>(outputs);
        updates = new LinkedHashMap<>(updates);
        names = new LinkedHashMap<>(names);
    }

    Graph withInputs(List<Node> order) {
        return new Graph(nodes, order, outputs, updates, names);
    }

    public List<Node> outputNodes() {
        return List.copyOf(outputs.values());
    }

    public Node output(String name) {
        Node n = outputs.get(name);
        if (n == null) {
            throw new ShapeException("no output " + name + " among " + outputs.keySet());
        }
        return n;
    }

    /** A person's listing, one line a node. */
    @Override
    public String toString() {
        StringBuilder b = new StringBuilder();
        for (Node n : nodes) {
            b.append('%').append(n.id()).append(" = ").append(n.op());
            for (Node i : n.inputs()) {
                b.append(" %").append(i.id());
            }
            b.append(" : ").append(n.types());
            if (!n.layer().isEmpty()) {
                b.append("  ; ").append(n.layer());
            }
            b.append('\n');
        }
        for (Map.Entry<String, Node> e : outputs.entrySet()) {
            b.append("output ")
                    .append(e.getKey())
                    .append(" = %")
                    .append(e.getValue().id())
                    .append('\n');
        }
        for (Map.Entry<Node, Node> e : updates.entrySet()) {
            b.append("update %")
                    .append(e.getKey().id())
                    .append(" = %")
                    .append(e.getValue().id())
                    .append('\n');
        }
        return b.toString();
    }
}
