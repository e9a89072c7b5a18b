package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** The same elements in the same row-major order under another shape of a sample. */
public record Reshape(Shape shape) implements Layer {
    private static final Field<Reshape, Shape> SHAPE =
            Field.required("shape", new FieldType.Extents(), Reshape::shape, "new extents of a sample");

    public static final Declaration<Reshape> TYPE = Declaration.of(
            "reshape", "the same elements under another shape", List.of(SHAPE), v -> new Reshape(v.get(SHAPE)));

    public Reshape {
        SHAPE.check(shape);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (!input.elements().equals(shape.elements())) {
            throw new ShapeException("reshape from " + input + " (" + input.elements() + " elements) to " + shape + " ("
                    + shape.elements() + ")");
        }
        return shape;
    }

    @Override
    public Stepping stepping(Shape input) {
        return input.rank() > 0 && input.dim(0) == shape.dim(0)
                ? Stepping.EACH_POSITION
                : Stepping.wholeSequence("it moves elements across positions");
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return c.graph().reshape(x, Samples.batched(c.positions(shape)));
    }
}
