package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Group normalisation (Wu and He 2018): the channels in {@code groups}, each with mean 0 and variance 1 over its channels and
 * positions of one sample, then {@code ·scale + bias} channel by channel. With as many groups as channels it is instance
 * normalisation, with one group layer normalisation of whole samples.
 *
 * <p>{@code x} and {@code y} {@code [channels, positions...]}, {@code scale} and {@code bias} {@code [channels]}.
 *
 * @param groups divides the channels
 * @param useScale whether there is a scale
 * @param useBias whether there is a bias
 */
public record GroupNorm(int groups, float epsilon, boolean useScale, boolean useBias) implements Layer {
    private static final Field<GroupNorm, Integer> GROUPS = Field.required(
            "groups",
            new FieldType.Whole(1, 1 << 20),
            GroupNorm::groups,
            "number of groups, a divisor of the channels");
    private static final Field<GroupNorm, Float> EPSILON = Normalisation.epsilon(GroupNorm::epsilon);
    private static final Field<GroupNorm, Boolean> SCALE = Normalisation.scale(GroupNorm::useScale);
    private static final Field<GroupNorm, Boolean> BIAS = Normalisation.bias(GroupNorm::useBias);

    public static final Declaration<GroupNorm> TYPE = Declaration.of(
            "group_norm",
            "mean 0 and variance 1 over groups of channels of a sample, then scale and bias for each channel",
            List.of(GROUPS, EPSILON, SCALE, BIAS),
            v -> new GroupNorm(v.get(GROUPS), v.get(EPSILON), v.get(SCALE), v.get(BIAS)));

    public GroupNorm {
        GROUPS.check(groups);
        EPSILON.check(epsilon);
    }

    public GroupNorm(int groups) {
        this(groups, 1e-5f, true, true);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return Normalisation.parameters(useScale, useBias, Shape.of(input.dim(0)));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1 || input.dim(0) % groups != 0) {
            throw new ShapeException(
                    "group_norm of " + groups + " groups needs channels in front that they divide, not " + input);
        }
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.wholeSequence("its channels stand where the sequence would");
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Shape grouped =
                Shape.batched(groups, x.shape().product(1, x.shape().rank()).coefficient() / groups);
        Node rows = Samples.rows(g, g.reshape(x, grouped), 1);
        Node centred = g.minus(rows, g.mean(rows, 1));
        Node y = Normalisation.standardise(g, centred, epsilon, v -> g.mean(v, 1));
        return Normalisation.affine(c, g.reshape(y, x.shape()), useScale, useBias, Samples.channels(x.shape()));
    }
}
