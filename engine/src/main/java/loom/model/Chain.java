package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;

/** Nested layers that run one after the other, called by their numbers. */
final class Chain {
    private Chain() {}

    static List<Layer.Child> children(List<Layer> layers, Shape input) {
        List<Layer.Child> children = new ArrayList<>();
        Shape s = input;
        for (Layer layer : layers) {
            children.add(new Layer.Child(Integer.toString(children.size()), layer, s));
            s = layer.outputShape(s);
        }
        return children;
    }

    static Shape outputShape(List<Layer> layers, Shape input) {
        Shape s = input;
        for (Layer layer : layers) {
            s = layer.outputShape(s);
        }
        return s;
    }

    static Node lower(List<Layer> layers, LayerContext c, Node x) {
        Node y = x;
        for (int i = 0; i < layers.size(); i++) {
            y = c.child(Integer.toString(i), y);
        }
        return y;
    }
}
