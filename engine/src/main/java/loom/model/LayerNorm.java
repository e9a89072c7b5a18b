package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016): {@code y = (x − μ)/√(σ² + epsilon)·scale + bias}, μ and σ² the mean and the
 * variance of the last {@code axes} axes.
 *
 * <p>{@code x} and {@code y} {@code [..., d...]}, {@code scale} and {@code bias} {@code [d...]}.
 *
 * @param axes number of axes that are normalised together
 * @param useScale whether there is a scale
 * @param useBias whether there is a bias
 */
public record LayerNorm(int axes, float epsilon, boolean useScale, boolean useBias) implements Layer {
    private static final Field<LayerNorm, Integer> AXES = Field.optional(
            "axes",
            new FieldType.Whole(1, Shape.MAX_RANK - 1),
            1,
            LayerNorm::axes,
            "number of last axes that are normalised together");
    private static final Field<LayerNorm, Float> EPSILON = Normalisation.epsilon(LayerNorm::epsilon);
    private static final Field<LayerNorm, Boolean> SCALE = Normalisation.scale(LayerNorm::useScale);
    private static final Field<LayerNorm, Boolean> BIAS = Normalisation.bias(LayerNorm::useBias);

    public static final Declaration<LayerNorm> TYPE = Declaration.of(
            "layer_norm",
            "(x − mean)/√(variance + epsilon)·scale + bias over the last axes",
            List.of(AXES, EPSILON, SCALE, BIAS),
            v -> new LayerNorm(v.get(AXES), v.get(EPSILON), v.get(SCALE), v.get(BIAS)));

    public LayerNorm {
        AXES.check(axes);
        EPSILON.check(epsilon);
    }

    public LayerNorm() {
        this(1, 1e-5f, true, true);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return Normalisation.parameters(useScale, useBias, normalised(input));
    }

    private Shape normalised(Shape input) {
        return Shape.of(input.extents().subList(input.rank() - axes, input.rank()));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < axes) {
            throw new ShapeException("layer_norm over " + axes + " axes of " + input);
        }
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, axes);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node rows = Samples.rows(g, x, axes);
        Node centred = g.minus(rows, g.mean(rows, 1));
        Node y = Normalisation.standardise(g, centred, epsilon, v -> g.mean(v, 1));
        Shape scale = Shape.of(
                x.shape().extents().subList(x.shape().rank() - axes, x.shape().rank()));
        return Normalisation.affine(c, g.reshape(y, x.shape()), useScale, useBias, scale);
    }
}
