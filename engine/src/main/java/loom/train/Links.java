package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Place;
import loom.model.Samples;

/**
 * A network in training as a chain of links: each begins with a layer of a cell that has trained parameters, and goes on to the next.
 *
 * @param parameters that are trained, in order
 */
record Links(GraphBuilder graph, Updates updates, Node loss, List<Node> parameters, List<Link> all) {
    /** Output {@code [links]}: how alike forward activations and targets are, 0 to 1. */
    static final String BUDGETS = "link budgets";

    /** Output {@code [links]}: mean squares of what targets and forward activations differ by. */
    static final String GAPS = "link gaps";

    /** Sums of squares below this say nothing of a direction. */
    private static final float LEAST = 0.001f;

    /**
     * @param parameters of the link
     * @param output what it gives, {@code [N, ...]}
     */
    record Link(String label, List<Node> parameters, Node output) {}

    static Links of(GraphBuilder graph, Updates updates, Network network, NetworkLowering.Lowered forward, Node loss) {
        List<Node> parameters = new ArrayList<>();
        List<Link> all = new ArrayList<>();
        List<Place> places = network.places();
        for (int i = 0; i < places.size(); i++) {
            List<Node> own = new ArrayList<>();
            for (String name : places.get(i).trained()) {
                own.add(forward.parameters().get(name));
            }
            parameters.addAll(own);
            if (!own.isEmpty()) {
                all.add(new Link(
                        places.get(i).label(),
                        List.copyOf(own),
                        forward.layers().get(i)));
            } else if (!all.isEmpty()) {
                Link last = all.remove(all.size() - 1);
                all.add(new Link(
                        last.label(), last.parameters(), forward.layers().get(i)));
            }
        }
        return new Links(graph, updates, loss, List.copyOf(parameters), List.copyOf(all));
    }

    /** {@code [N, elements]}. */
    Node flat(Node x) {
        return Samples.rows(graph, x, x.shape().rank() - 1);
    }

    /** Size of the batch as f32. */
    Node samples() {
        return graph.count(new Extent(1, true));
    }

    /**
     * Link budget of activations and targets, {@code (cos + 1)/2} over all elements of the batch; 0.5 where one of them is almost nothing.
     */
    Node budget(Node activations, Node targets) {
        Node own = sum(graph.times(activations, activations));
        Node others = sum(graph.times(targets, targets));
        Node dot = sum(graph.times(activations, targets));
        Node sizes = graph.times(graph.unary(UnaryKind.SQRT, own), graph.unary(UnaryKind.SQRT, others));
        Node least = graph.constant(LEAST);
        Node both = graph.lessThan(least, graph.min(own, others));
        Node cosine = graph.divide(dot, graph.max(sizes, least));
        Node budget = graph.times(graph.plus(cosine, graph.constant(1f)), 0.5f);
        return graph.select(both, budget, graph.constant(0.5f));
    }

    /** Mean of squares. */
    Node gap(Node difference) {
        return graph.divide(
                sum(graph.times(difference, difference)),
                graph.count(difference.shape().elements()));
    }

    /** A number for every link as an output. */
    void report(String name, List<Node> numbers) {
        List<Node> rows = new ArrayList<>();
        for (Node n : numbers) {
            rows.add(graph.reshape(n, Shape.of(1)));
        }
        if (!rows.isEmpty()) {
            graph.output(name, graph.concat(0, rows.toArray(new Node[0])));
        }
    }

    private Node sum(Node x) {
        Node flat = graph.reshape(x, Shape.of(List.of(x.shape().elements())));
        return graph.reshape(graph.sum(flat, 0), Shape.SCALAR);
    }
}
