package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;

/** Network to graph. Every layer's output is named by its label, so that a receipt can digest it. */
public final class NetworkLowering {
    /** The graph's input, {@code [N, sample...]}. */
    public static final String INPUT = "input";

    /** The graph's output, {@code [N, ...]}. */
    public static final String OUTPUT = "output";

    /** Scalar of a decoding graph: number of the first position that it is given. */
    public static final String POSITION = "position";

    private final GraphBuilder graph;
    private final Mode mode;
    /** Positions that a decoding graph is given in a run. */
    private final int chunk;

    /** Positions of the whole sequence. */
    private final int length;

    private final Weights weights;
    /** Layers are asked for derivatives as long as nobody says otherwise. */
    private Bands bands = Bands.NONE;

    private final LinkedHashMap<String, Node> parameters = new LinkedHashMap<>();
    /** What layers compute with in the place of some parameters. */
    private final LinkedHashMap<String, Node> inPlace = new LinkedHashMap<>();
    /** What layers that have run gave, by their names. */
    private final LinkedHashMap<String, Node> named = new LinkedHashMap<>();

    private final LinkedHashMap<Object, Node> shared = new LinkedHashMap<>();
    private int draws;

    /** Whether layers name their outputs and move their statistics: of layers that run several times, only once. */
    private boolean counts = true;

    /** What layers compute with in the place of a parameter, given the nodes of a graph. */
    public interface Weights {
        Weights AS_THEY_ARE = (g, place, spec, parameter) -> parameter;

        Node of(GraphBuilder g, Place place, ParameterSpec spec, Node parameter);
    }

    NetworkLowering(GraphBuilder graph, Mode mode, int chunk, int length, Weights weights) {
        this.graph = graph;
        this.weights = weights;
        this.mode = mode;
        this.chunk = chunk;
        this.length = length;
    }

    /**
     * Nodes of a lowered network.
     *
     * @param parameters by name ({@code 0.1.2.kernel})
     * @param layers what the layers of cells gave, in the order of {@link Network#places}; of a pipeline, in the last tick
     */
    public record Lowered(Node input, LinkedHashMap<String, Node> parameters, List<Node> layers, Node output) {}

    /** Graph that maps input to output, as machines run it. */
    public static Graph inference(Network network) {
        return inference(network, Bands.USUAL);
    }

    /** As above, with attention in such bands. */
    public static Graph inference(Network network, Bands bands) {
        GraphBuilder g = new GraphBuilder();
        NetworkLowering lowering = new NetworkLowering(g, Mode.INFERENCE, 0, 0, Weights.AS_THEY_ARE);
        lowering.bands = bands;
        Lowered l = lowering.network(network, g.input(INPUT, TensorType.f32(Samples.batched(network.input()))));
        g.output(OUTPUT, l.output());
        return g.build();
    }

    /**
     * Graph that maps the next {@code chunk} positions of a sequence to the network's output there, given how many came before.
     * Throws what {@link #obstacle} finds.
     */
    public static Graph decoding(Network network, int chunk) {
        Optional<LayerException> obstacle = obstacle(network);
        if (obstacle.isPresent()) {
            throw obstacle.get();
        }
        GraphBuilder g = new GraphBuilder();
        NetworkLowering lowering =
                new NetworkLowering(g, Mode.DECODING, chunk, network.input().dim(0), Weights.AS_THEY_ARE);
        Node input = g.input(INPUT, TensorType.f32(Samples.batched(lowering.positions(network.input()))));
        Lowered l = lowering.network(network, input);
        g.output(OUTPUT, l.output());
        return g.build();
    }

    /** The first layer that cannot answer position by position, and why; empty if every layer can. */
    public static Optional<LayerException> obstacle(Network network) {
        return obstacle(network.places(), network.input().dim(0));
    }

    private static Optional<LayerException> obstacle(List<Place> places, int length) {
        for (Place p : places) {
            Stepping s = p.options().on(p.layer()).stepping(p.input());
            if (s.kind() == Stepping.Kind.WHOLE_SEQUENCE) {
                return obstacle(p, s.reason());
            }
            for (Shape shape : List.of(p.input(), p.output())) {
                if (shape.rank() < 1 || shape.dim(0) != length) {
                    return obstacle(p, shape + " is not a sequence of " + length + " positions");
                }
            }
            Optional<LayerException> inside =
                    p.options().disabled() ? Optional.empty() : obstacle(p.children(), length);
            if (inside.isPresent()) {
                return inside;
            }
        }
        return Optional.empty();
    }

    private static Optional<LayerException> obstacle(Place p, String reason) {
        return Optional.of(new LayerException(p.label(), "cannot answer position by position: " + reason));
    }

    /** Adds a network to a graph that goes on. */
    public static Lowered into(GraphBuilder g, Network network, Mode mode) {
        return into(g, network, mode, g.input(INPUT, TensorType.f32(Samples.batched(network.input()))));
    }

    /** As above, {@code input [N, sample...]} being there: a loss and its gradients may follow. */
    public static Lowered into(GraphBuilder g, Network network, Mode mode, Node input) {
        return into(g, network, mode, Weights.AS_THEY_ARE, input);
    }

    /** As above, with something else in the place of parameters. */
    public static Lowered into(GraphBuilder g, Network network, Mode mode, Weights weights, Node input) {
        if (mode == Mode.DECODING) {
            throw new IllegalArgumentException("a decoding graph has a number of positions");
        }
        return new NetworkLowering(g, mode, 0, 0, weights).network(network, input);
    }

    private Lowered network(Network network, Node input) {
        parametersOf(network);
        named.put(Earlier.INPUT, input);
        Node x = input;
        List<Node> layers = new ArrayList<>();
        for (Place p : network.places()) {
            x = lower(p, x);
            layers.add(x);
        }
        graph.layer("");
        return new Lowered(input, parameters, layers, x);
    }

    LinkedHashMap<String, Node> parametersOf(Network network) {
        for (Map.Entry<String, ParameterSpec> p : network.parameters().entrySet()) {
            parameters.put(p.getKey(), graph.parameter(p.getKey(), p.getValue().shape()));
        }
        for (Place place : network.allPlaces()) {
            for (ParameterSpec spec : place.parameters()) {
                String name = place.parameterName(spec);
                if (parameters.containsKey(name)) {
                    inPlace.put(name, weights.of(graph, place, spec, parameters.get(name)));
                }
            }
        }
        return parameters;
    }

    /** What layers see by name from now on; those that run add theirs. */
    LinkedHashMap<String, Node> see(Map<String, Node> values) {
        named.clear();
        named.putAll(values);
        return named;
    }

    void count(boolean whether) {
        counts = whether;
    }

    boolean counts() {
        return counts;
    }

    GraphBuilder graph() {
        return graph;
    }

    Mode mode() {
        return mode;
    }

    Shape positions(Shape sample) {
        return mode == Mode.DECODING ? sample.withDim(0, Extent.of(chunk)) : sample;
    }

    /** Positions of the sequence that is decoded. */
    int length() {
        return length;
    }

    Bands bands() {
        return bands;
    }

    /** The number of the next draw: draws are counted in the order in which layers lower themselves. */
    int nextDraw() {
        return draws++;
    }

    Node parameter(Place place, String name) {
        Node n = inPlace.get(place.path() + "." + name);
        if (n == null) {
            throw new IllegalArgumentException(place.label() + " declares no parameter " + name);
        }
        return n;
    }

    Node shared(Object key, Supplier<Node> maker) {
        Node n = shared.get(key);
        if (n == null) {
            n = maker.get();
            shared.put(key, n);
        }
        return n;
    }

    Node recall(Earlier value, Place by) {
        Node n = named.get(value.name());
        if (n == null) {
            throw new IllegalArgumentException(by.label() + " runs before " + value);
        }
        return n;
    }

    Node lower(Place place, Node x) {
        graph.layer(place.label());
        Node y = place.options().on(place.layer()).lower(new LayerContext(this, place), x);
        Shape declared = Samples.batched(positions(place.output()));
        if (!y.shape().equals(declared)) {
            throw new ShapeException(place.label() + ": declares output " + declared + " but computes " + y.shape());
        }
        if (counts) {
            graph.name(place.label(), y);
        }
        if (!place.options().name().isEmpty()) {
            named.putIfAbsent(place.options().name(), y);
        }
        return y;
    }
}
