package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;

/** {@code y = f(x)} for every element; {@code x} and {@code y} have any equal shape. */
public record ActivationLayer(Activation activation) implements Layer {
    private static final Field<ActivationLayer, Activation> FUNCTION = Field.required(
            "activation",
            new FieldType.Variant<>(Activation.Types.ALL),
            ActivationLayer::activation,
            "function applied to every element");

    public static final Declaration<ActivationLayer> TYPE = Declaration.of(
            "activation", "f(x) for every element", List.of(FUNCTION), v -> new ActivationLayer(v.get(FUNCTION)));

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return activation.lower(c.graph(), x);
    }
}
