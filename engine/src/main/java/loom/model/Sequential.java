package loom.model;

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
        return Chain.children(layers, input);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Chain.outputShape(layers, input);
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return Chain.lower(layers, c, x);
    }
}
