package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

/**
 * Enlarges the spatial axes by whole factors: {@code [C, S...]} becomes {@code [C, scale·S...]}, one axis after the other.
 *
 * @param mode how values between are found
 */
public record Upsample(Words scale, Interpolation mode) implements Layer {
    private static final Field<Upsample, Words> SCALE =
            Field.required("scale", Windows.SIZES, Upsample::scale, "factor of each spatial axis");
    private static final Field<Upsample, Interpolation> MODE = Field.optional(
            "mode",
            new FieldType.Variant<>(Interpolation.Types.ALL),
            new Interpolation.Nearest(),
            Upsample::mode,
            "how values between are found");

    public static final Declaration<Upsample> TYPE = Declaration.of(
            "upsample",
            "enlarges the spatial axes by whole factors",
            List.of(SCALE, MODE),
            v -> new Upsample(v.get(SCALE), v.get(MODE)));

    public Upsample {
        SCALE.check(scale);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    private Words scales(Shape input) {
        Windows.check(typeName(), input, 1, Windows.MAX_AXES);
        return FieldType.Wholes.forAxes("scale", scale, Windows.axes(input));
    }

    @Override
    public Shape outputShape(Shape input) {
        Words scales = scales(input);
        int[] sizes = new int[scales.size()];
        for (int i = 0; i < sizes.length; i++) {
            long size = (long) scales.get(i) * input.dim(1 + i);
            if (size > Integer.MAX_VALUE) {
                throw new ShapeException(size + " positions along spatial axis " + i);
            }
            sizes[i] = (int) size;
        }
        return Windows.sample(input.dim(0), sizes);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Words scales = scales(x.shape().remove(0));
        Node y = x;
        for (int i = 0; i < scales.size(); i++) {
            y = scales.get(i) == 1 ? y : mode.lower(c.graph(), y, 2 + i, scales.get(i));
        }
        return y;
    }
}
