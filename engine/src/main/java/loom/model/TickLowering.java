package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.TensorType;

/**
 * A network as a pipeline. In a tick every layer of a cell runs once, and reads what the layer before it gave one tick earlier (zeros
 * before the first); the first layer reads the network's input of this tick. So an input takes as many ticks to the output as there
 * are layers, and values that a layer reads by name are as old as the tick before, too. Layers inside others belong to their tick;
 * disabled ones take none.
 */
public final class TickLowering {
    private final NetworkLowering lowering;
    private final List<Place> places;

    private TickLowering(GraphBuilder graph, Network network, Mode mode, NetworkLowering.Weights weights) {
        lowering = new NetworkLowering(graph, mode, 0, 0, weights);
        places = stations(network);
    }

    /** The layers that take a tick, in order. */
    public static List<Place> stations(Network network) {
        List<Place> stations = new ArrayList<>();
        for (Place p : network.places()) {
            if (!p.options().disabled()) {
                stations.add(p);
            }
        }
        return List.copyOf(stations);
    }

    /** Name of the state that holds what a layer gave in the last tick. */
    public static String state(Place place) {
        return place.path() + ".tick";
    }

    /** Graph of one tick: input {@code [N, sample...]}, output {@code [N, ...]}, and what every layer gave as state of the samples. */
    public static Graph tick(Network network) {
        GraphBuilder g = new GraphBuilder();
        TickLowering l = new TickLowering(g, network, Mode.INFERENCE, NetworkLowering.Weights.AS_THEY_ARE);
        Node input = g.input(NetworkLowering.INPUT, TensorType.f32(Samples.batched(network.input())));
        l.lowering.parametersOf(network);
        LinkedHashMap<String, Node> before = new LinkedHashMap<>();
        for (Place p : l.keepers()) {
            before.put(state(p), g.state(state(p), TensorType.f32(Samples.batched(p.output()))));
        }
        LinkedHashMap<String, Node> after = l.run(input, before);
        before.forEach((name, s) -> g.update(s, after.get(name)));
        g.output(NetworkLowering.OUTPUT, l.output(input, after));
        return g.build();
    }

    /** {@code ticks} ticks from zeros on: input {@code [N, ticks, sample...]}, output {@code [N, ticks, ...]}. */
    public static NetworkLowering.Lowered into(GraphBuilder g, Network network, Mode mode, int ticks, Node input) {
        return into(g, network, mode, NetworkLowering.Weights.AS_THEY_ARE, ticks, input);
    }

    /** As above, with something else in the place of parameters. */
    public static NetworkLowering.Lowered into(
            GraphBuilder g, Network network, Mode mode, NetworkLowering.Weights weights, int ticks, Node input) {
        TickLowering l = new TickLowering(g, network, mode, weights);
        LinkedHashMap<String, Node> parameters = l.lowering.parametersOf(network);
        LinkedHashMap<String, Node> values = new LinkedHashMap<>();
        for (Place p : l.keepers()) {
            values.put(state(p), g.splat(0, Samples.batched(p.output())));
        }
        List<Node> outputs = new ArrayList<>();
        Node x = input;
        for (int t = 0; t < ticks; t++) {
            l.lowering.count(t == ticks - 1);
            x = g.reshape(g.slice(input, 1, t, 1), Samples.batched(network.input()));
            values = l.run(x, values);
            Node y = l.output(x, values);
            outputs.add(g.reshape(y, y.shape().insert(1, Extent.ONE)));
        }
        g.layer("");
        List<Node> layers = new ArrayList<>();
        for (Place p : network.places()) {
            x = values.getOrDefault(state(p), x);
            layers.add(x);
        }
        return new NetworkLowering.Lowered(input, parameters, layers, g.concat(1, outputs.toArray(new Node[0])));
    }

    /** Whose outputs are kept from tick to tick: layers of cells, and layers with names inside them. */
    private List<Place> keepers() {
        List<Place> all = new ArrayList<>(places);
        for (Place p : places) {
            for (Place inside : named(p)) {
                if (inside != p) {
                    all.add(inside);
                }
            }
        }
        return all;
    }

    /** A layer and those inside it that have names and are lowered. */
    private static List<Place> named(Place place) {
        List<Place> all = new ArrayList<>();
        if (!place.options().name().isEmpty()) {
            all.add(place);
        }
        if (!place.options().disabled()) {
            place.children().forEach(c -> all.addAll(named(c)));
        }
        return all;
    }

    /** One tick: what every keeper gives, by its state, given what it gave a tick before. */
    private LinkedHashMap<String, Node> run(Node input, Map<String, Node> before) {
        LinkedHashMap<String, Node> seen = new LinkedHashMap<>();
        seen.put(Earlier.INPUT, input);
        LinkedHashMap<String, Node> after = new LinkedHashMap<>();
        Node x = input;
        for (Place p : places) {
            List<Place> own = named(p);
            LinkedHashMap<String, Node> now = lowering.see(seen);
            after.put(state(p), lowering.lower(p, x));
            for (Place n : own) {
                after.putIfAbsent(state(n), now.get(n.options().name()));
                // Layers after this one see what it gave a tick before.
                seen.putIfAbsent(n.options().name(), before.get(state(n)));
            }
            x = before.get(state(p));
        }
        return after;
    }

    private Node output(Node input, Map<String, Node> values) {
        return places.isEmpty() ? input : values.get(state(places.get(places.size() - 1)));
    }
}
