package loom.model;

import java.util.LinkedHashMap;
import loom.graph.GraphBuilder;
import loom.graph.Node;

/** What a layer lowers itself with: the graph under construction, its parameters, its nested layers. */
public final class LayerContext {
    private final GraphBuilder graph;
    private final Place place;
    private final LinkedHashMap<String, Node> parameters;

    LayerContext(GraphBuilder graph, Place place, LinkedHashMap<String, Node> parameters) {
        this.graph = graph;
        this.place = place;
        this.parameters = parameters;
    }

    public GraphBuilder graph() {
        return graph;
    }

    /** A parameter that the layer declares for its input shape. */
    public Node parameter(String name) {
        Node n = parameters.get(place.path() + "." + name);
        if (n == null) {
            throw new IllegalArgumentException(place.label() + " declares no parameter " + name);
        }
        return n;
    }

    /** Lowers a nested layer under its own label. */
    public Node child(String name, Node x) {
        for (Place p : place.children()) {
            if (p.path().equals(place.path() + "." + name)) {
                Node y = NetworkLowering.lower(graph, p, parameters, x);
                graph.layer(place.label());
                return y;
            }
        }
        throw new IllegalArgumentException(place.label() + " has no layer " + name);
    }
}
