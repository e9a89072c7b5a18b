package loom.model;

import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.RandomKind;
import loom.graph.Shape;

/** What a layer lowers itself with: the graph under construction, its parameters, its nested layers. */
public final class LayerContext {
    private final NetworkLowering lowering;
    private final Place place;

    LayerContext(NetworkLowering lowering, Place place) {
        this.lowering = lowering;
        this.place = place;
    }

    public GraphBuilder graph() {
        return lowering.graph();
    }

    /** Whether the graph is a training step. */
    public boolean training() {
        return lowering.mode() == Mode.TRAINING;
    }

    /** Whether it is a training step that may change this layer: a frozen one keeps its statistics, and uses them. */
    public boolean learning() {
        return training() && place.learns();
    }

    /** A parameter that the layer declares for its input shape. */
    public Node parameter(String name) {
        return lowering.parameter(place, name);
    }

    /** At the end of the training step, a statistic takes {@code value}. */
    public void update(String name, Node value) {
        graph().update(parameter(name), value);
    }

    /** Random numbers for every element of a shape, independent of every other call's. */
    public Node random(RandomKind kind, Shape shape, int purpose) {
        return graph().random(kind, shape, lowering.nextDraw(), purpose);
    }

    /** Lowers a nested layer under its own label. */
    public Node child(String name, Node x) {
        for (Place p : place.children()) {
            if (p.path().equals(place.path() + "." + name)) {
                Node y = lowering.lower(p, x);
                graph().layer(place.label());
                return y;
            }
        }
        throw new IllegalArgumentException(place.label() + " has no layer " + name);
    }
}
