package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** Residual connection (He et al. 2015): {@code y = x + f(x)}, f the nested layers one after the other; all of one shape. */
public record Residual(List<Layer> layers) implements Layer {
    private static final Field<Residual, List<Layer>> LAYERS =
            Field.required("layers", new FieldType.Layers(), Residual::layers, "layers of f in order");

    public static final Declaration<Residual> TYPE = Declaration.of(
            "residual",
            "x + f(x), f the nested layers one after the other",
            List.of(LAYERS),
            v -> new Residual(v.get(LAYERS)));

    public Residual {
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
        Shape f = Chain.outputShape(layers, input);
        if (!f.equals(input)) {
            throw new ShapeException(
                    "residual adds " + input + " and " + f + ", which its layers give; shapes must be equal");
        }
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return c.graph().plus(x, Chain.lower(layers, c, x));
    }
}
