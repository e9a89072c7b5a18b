package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;

/** Layers one after the other, as one layer: {@code y = fₙ(…f₁(x))}. */
public record Sequential(List<Layer> layers) implements Layer {
    private static final Field<Sequential, List<Layer>> LAYERS =
            Field.required("layers", new FieldType.Layers(), Sequential::layers, "layers in order");

    public static final Declaration<Sequential> TYPE = Declaration.of(
            "sequential", "layers one after the other", List.of(LAYERS), v -> new Sequential(v.get(LAYERS)));

    public Sequential {
        layers = List.copyOf(layers);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Child> children(Shape input) {
        List<Child> children = new ArrayList<>();
        Shape s = input;
        for (Layer layer : layers) {
            children.add(new Child(Integer.toString(children.size()), layer, s));
            s = layer.outputShape(s);
        }
        return children;
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape s = input;
        for (Layer layer : layers) {
            s = layer.outputShape(s);
        }
        return s;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Node y = x;
        for (int i = 0; i < layers.size(); i++) {
            y = c.child(Integer.toString(i), y);
        }
        return y;
    }
}
