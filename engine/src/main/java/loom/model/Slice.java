package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** {@code size} elements of one axis of a sample, from {@code start} on; the other axes stay. */
public record Slice(int axis, int start, int size) implements Layer {
    private static final Field<Slice, Integer> AXIS = Field.optional(
            "axis", new FieldType.Whole(0, Shape.MAX_RANK - 2), 0, Slice::axis, "axis of a sample, from 0");
    private static final Field<Slice, Integer> START =
            Field.required("start", new FieldType.Whole(0, 1 << 24), Slice::start, "first element that is taken");
    private static final Field<Slice, Integer> SIZE =
            Field.required("size", new FieldType.Whole(1, 1 << 24), Slice::size, "number of elements");

    public static final Declaration<Slice> TYPE = Declaration.of(
            "slice",
            "some neighbouring elements of one axis",
            List.of(AXIS, START, SIZE),
            v -> new Slice(v.get(AXIS), v.get(START), v.get(SIZE)));

    public Slice {
        AXIS.check(axis);
        START.check(start);
        SIZE.check(size);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (axis >= input.rank() || start + size > input.dim(axis)) {
            throw new ShapeException(
                    "slice of " + size + " elements from " + start + " on along axis " + axis + " of " + input);
        }
        return input.withDim(axis, Extent.of(size));
    }

    @Override
    public Stepping stepping(Shape input) {
        return axis > 0 ? Stepping.EACH_POSITION : Stepping.wholeSequence("it takes a part of the sequence");
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return c.graph().slice(x, axis + 1, start, size);
    }
}
