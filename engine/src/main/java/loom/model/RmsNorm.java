package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Root mean square normalisation (Zhang and Sennrich 2019): {@code y = x/√(mean(x²) + epsilon)·scale} over the last axis.
 *
 * <p>{@code x} and {@code y} {@code [..., d]}, {@code scale [d]}.
 *
 * @param useScale whether there is a scale
 */
public record RmsNorm(float epsilon, boolean useScale) implements Layer {
    private static final Field<RmsNorm, Float> EPSILON = Normalisation.epsilon(RmsNorm::epsilon);
    private static final Field<RmsNorm, Boolean> SCALE = Normalisation.scale(RmsNorm::useScale);

    public static final Declaration<RmsNorm> TYPE = Declaration.of(
            "rms_norm",
            "x/√(mean(x²) + epsilon)·scale over the last axis",
            List.of(EPSILON, SCALE),
            v -> new RmsNorm(v.get(EPSILON), v.get(SCALE)));

    public RmsNorm {
        EPSILON.check(epsilon);
    }

    public RmsNorm() {
        this(1e-5f, true);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return Normalisation.parameters(useScale, false, Shape.of(input.dim(input.rank() - 1)));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("rms_norm needs at least one axis, not a scalar");
        }
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        int last = x.shape().rank() - 1;
        Node y = Normalisation.standardise(g, x, epsilon, v -> g.mean(v, last));
        return Normalisation.affine(c, y, useScale, false, Shape.of(x.shape().dim(last)));
    }
}
