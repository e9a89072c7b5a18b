package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

/**
 * Adds positions at the ends of the spatial axes, one axis after the other: {@code [C, S...]} becomes {@code [C, before + S +
 * after...]}.
 *
 * @param size one number for all; or one an axis, before and after it; or those before every axis, then those after
 * @param mode what they hold
 */
public record Pad(Words size, PadMode mode) implements Layer {
    private static final Field<Pad, Words> SIZE = Windows.around(Pad::size, "positions to add");
    private static final Field<Pad, PadMode> MODE = Field.optional(
            "mode", new FieldType.Variant<>(PadMode.Types.ALL), PadMode.Constant.ZEROS, Pad::mode, "what they hold");

    public static final Declaration<Pad> TYPE = Declaration.of(
            "pad",
            "adds positions at the ends of the spatial axes",
            List.of(SIZE, MODE),
            v -> new Pad(v.get(SIZE), v.get(MODE)));

    public Pad {
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
            int most = mode.most(input.dim(1 + i));
            int before = around.get(i);
            int after = around.get(axes + i);
            if (before > most || after > most) {
                throw new ShapeException("pad by " + before + " and " + after + ": at most " + most + " beside the "
                        + input.dim(1 + i) + " positions of spatial axis " + i);
            }
            output = output.withDim(1 + i, Extent.of(Math.addExact(input.dim(1 + i), before + after)));
        }
        return output;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Shape input = x.shape().remove(0);
        int axes = Windows.axes(input);
        Words around = around(input);
        Node y = x;
        for (int i = 0; i < axes; i++) {
            if (around.get(i) + around.get(axes + i) > 0) {
                y = mode.lower(c.graph(), y, 2 + i, around.get(i), around.get(axes + i));
            }
        }
        return y;
    }
}
