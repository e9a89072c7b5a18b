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

    private final GraphBuilder graph;
    private final Mode mode;
    private final LinkedHashMap<String, Node> parameters = new LinkedHashMap<>();
    private int draws;

    private NetworkLowering(GraphBuilder graph, Mode mode) {
        this.graph = graph;
        this.mode = mode;
    }

    /** Nodes of a lowered network; parameters by name ({@code 0.1.2.kernel}). */
    public record Lowered(Node input, LinkedHashMap<String, Node> parameters, Node output) {}

    /** Graph that maps input to output. */
    public static Graph inference(Network network) {
        GraphBuilder g = new GraphBuilder();
        Lowered l = into(g, network, Mode.INFERENCE);
        g.output(OUTPUT, l.output());
        return g.build();
    }

    /** Adds a network to a graph that goes on: a loss and its gradients, say. */
    public static Lowered into(GraphBuilder g, Network network, Mode mode) {
        return new NetworkLowering(g, mode).network(network);
    }

    private Lowered network(Network network) {
        Node input = graph.input(INPUT, TensorType.f32(Samples.batched(network.input())));
        for (Map.Entry<String, ParameterSpec> p : network.parameters().entrySet()) {
            parameters.put(p.getKey(), graph.parameter(p.getKey(), p.getValue().shape()));
        }
        Node x = input;
        for (Place p : network.places()) {
            x = lower(p, x);
        }
        graph.layer("");
        return new Lowered(input, parameters, x);
    }

    GraphBuilder graph() {
        return graph;
    }

    Mode mode() {
        return mode;
    }

    /** The number of the next draw: draws are counted in the order in which layers lower themselves. */
    int nextDraw() {
        return draws++;
    }

    Node parameter(Place place, String name) {
        Node n = parameters.get(place.path() + "." + name);
        if (n == null) {
            throw new IllegalArgumentException(place.label() + " declares no parameter " + name);
        }
        return n;
    }

    Node lower(Place place, Node x) {
        graph.layer(place.label());
        Node y = place.options().on(place.layer()).lower(new LayerContext(this, place), x);
        if (!y.shape().equals(Samples.batched(place.output()))) {
            throw new ShapeException(place.label() + ": declares output " + Samples.batched(place.output())
                    + " but computes " + y.shape());
        }
        graph.name(place.label(), y);
        return y;
    }
}
