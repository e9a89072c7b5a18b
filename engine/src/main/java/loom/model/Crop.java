package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

/**
 * Cuts positions off the ends of the spatial axes: {@code [C, S...]} becomes {@code [C, S − before − after...]}.
 *
 * @param size one number for all; or one an axis, before and after it; or those before every axis, then those after
 */
public record Crop(Words size) implements Layer {
    private static final Field<Crop, Words> SIZE = Windows.around(Crop::size, "positions to cut off");

    public static final Declaration<Crop> TYPE = Declaration.of(
            "crop", "cuts positions off the ends of the spatial axes", List.of(SIZE), v -> new Crop(v.get(SIZE)));

    public Crop {
        SIZE.check(size);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    private Words around(Shape input) {
        Windows.check(typeName(), input, 1, Windows.MAX_AXES);
        return Windows.around("size", size, Windows.axes(input));
    }

    @Override
    public Shape outputShape(Shape input) {
        Words around = around(input);
        int axes = Windows.axes(input);
        Shape output = input;
        for (int i = 0; i < axes; i++) {
            int left = input.dim(1 + i) - around.get(i) - around.get(axes + i);
            if (left < 1) {
                throw new ShapeException(
                        "crop leaves " + left + " of the " + input.dim(1 + i) + " positions of spatial axis " + i);
            }
            output = output.withDim(1 + i, Extent.of(left));
        }
        return output;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Shape input = x.shape().remove(0);
        Shape output = outputShape(input);
        Words around = around(input);
        Node y = x;
        for (int i = 0; i < Windows.axes(input); i++) {
            if (output.dim(1 + i) != input.dim(1 + i)) {
                y = c.graph().slice(y, 2 + i, around.get(i), output.dim(1 + i));
            }
        }
        return y;
    }
}
