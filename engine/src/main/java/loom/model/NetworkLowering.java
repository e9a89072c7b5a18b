package loom.model;

import java.util.LinkedHashMap;
import java.util.Map;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.ShapeException;
import loom.graph.TensorType;

/** Network to graph. Every layer's output is named by its label, so that a receipt can digest it. */
public final class NetworkLowering {
    /** The graph's input, {@code [N, sample...]}. */
    public static final String INPUT = "input";

    /** The graph's output, {@code [N, ...]}. */
    public static final String OUTPUT = "output";

    private NetworkLowering() {}

    /** Nodes of a lowered network; parameters by name ({@code 0.1.2.kernel}). */
    public record Lowered(Node input, LinkedHashMap<String, Node> parameters, Node output) {}

    /** Graph that maps input to output. */
    public static Graph inference(Network network) {
        GraphBuilder g = new GraphBuilder();
        Lowered l = into(g, network);
        g.output(OUTPUT, l.output());
        return g.build();
    }

    /** Adds a network to a graph that goes on: a loss and its gradients, say. */
    public static Lowered into(GraphBuilder g, Network network) {
        Node input = g.input(INPUT, TensorType.f32(Samples.batched(network.input())));
        LinkedHashMap<String, Node> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, ParameterSpec> p : network.parameters().entrySet()) {
            parameters.put(p.getKey(), g.parameter(p.getKey(), p.getValue().shape()));
        }
        Node x = input;
        for (Place p : network.places()) {
            x = lower(g, p, parameters, x);
        }
        g.layer("");
        return new Lowered(input, parameters, x);
    }

    static Node lower(GraphBuilder g, Place place, LinkedHashMap<String, Node> parameters, Node x) {
        g.layer(place.label());
        Node y = place.layer().lower(new LayerContext(g, place, parameters), x);
        if (!y.shape().equals(Samples.batched(place.output()))) {
            throw new ShapeException(place.label() + ": declares output " + Samples.batched(place.output())
                    + " but computes " + y.shape());
        }
        g.name(place.label(), y);
        return y;
    }
}
