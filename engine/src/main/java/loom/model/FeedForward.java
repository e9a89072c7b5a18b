package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * The feed-forward layer of transformers (Vaswani et al. 2017): {@code y = f(x·U + u)·D + b}; gated (Shazeer 2020) {@code y = (f(x·G +
 * g)·(x·U + u))·D + b}, which is SwiGLU with f = silu, GEGLU with gelu, ReGLU with relu, GLU with the sigmoid.
 *
 * <p>{@code x} and {@code y [..., d]}; {@code gate} G and {@code up} U {@code [d, units]}, {@code down} D {@code [units, d]}.
 *
 * @param units between the two products
 * @param activation f
 * @param useBias whether there are g and u
 * @param useOutputBias whether there is a b
 */
public record FeedForward(
        boolean gated,
        int units,
        Activation activation,
        boolean useBias,
        boolean useOutputBias,
        Initialiser initialiser)
        implements Layer {
    public static final String GATE = "gate";
    public static final String UP = "up";
    public static final String DOWN = "down";

    private static final Field<FeedForward, Integer> UNITS = Field.required(
            "units", new FieldType.Whole(1, 1 << 24), FeedForward::units, "elements between the two products");
    private static final Field<FeedForward, Activation> ACTIVATION = activation(Activation.Simple.GELU);
    private static final Field<FeedForward, Activation> GATE_ACTIVATION = activation(Activation.Simple.SILU);
    private static final Field<FeedForward, Boolean> USE_BIAS = Field.optional(
            "bias", new FieldType.Flag(), true, FeedForward::useBias, "whether biases are added before the activation");
    private static final Field<FeedForward, Boolean> USE_OUTPUT_BIAS = Field.optional(
            "output_bias", new FieldType.Flag(), true, FeedForward::useOutputBias, "whether the output has a bias");
    private static final Field<FeedForward, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            Initialiser.Scaled.GLOROT_UNIFORM,
            FeedForward::initialiser,
            "how the matrices start; biases start at zero");

    public static final Declaration<FeedForward> MLP = Declaration.of(
            "mlp",
            "f(x·U + u)·D + b, with as many outputs as inputs",
            List.of(UNITS, ACTIVATION, USE_BIAS, USE_OUTPUT_BIAS, INITIALISER),
            v -> of(false, ACTIVATION, v));
    public static final Declaration<FeedForward> GATED = Declaration.of(
            "gated",
            "(f(x·G + g)·(x·U + u))·D + b; SwiGLU with silu, GEGLU with gelu, GLU with sigmoid",
            List.of(UNITS, GATE_ACTIVATION, USE_BIAS, USE_OUTPUT_BIAS, INITIALISER),
            v -> of(true, GATE_ACTIVATION, v));

    private static Field<FeedForward, Activation> activation(Activation usual) {
        return Field.optional(
                "activation", new FieldType.Variant<>(Activation.Types.ALL), usual, FeedForward::activation, "f");
    }

    private static FeedForward of(boolean gated, Field<FeedForward, Activation> activation, FieldValues v) {
        return new FeedForward(
                gated, v.get(UNITS), v.get(activation), v.get(USE_BIAS), v.get(USE_OUTPUT_BIAS), v.get(INITIALISER));
    }

    public FeedForward {
        UNITS.check(units);
    }

    public FeedForward(boolean gated, int units, Activation activation, boolean biases) {
        this(gated, units, activation, biases, biases, Initialiser.Scaled.GLOROT_UNIFORM);
    }

    @Override
    public FieldValues fields() {
        return (gated ? GATED : MLP).valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int d = input.dim(input.rank() - 1);
        List<ParameterSpec> specs = new ArrayList<>();
        if (gated) {
            Linear.parameters(specs, GATE, d, units, useBias, initialiser);
        }
        Linear.parameters(specs, UP, d, units, useBias, initialiser);
        Linear.parameters(specs, DOWN, units, d, useOutputBias, initialiser);
        return specs;
    }

    @Override
    public List<String> products() {
        return gated ? List.of(GATE, UP, DOWN) : List.of(UP, DOWN);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException(typeName() + " needs at least one axis, not a scalar");
        }
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Node up = Linear.of(c, x, UP, useBias);
        Node inner = gated
                ? c.graph().times(activation.lower(c.graph(), Linear.of(c, x, GATE, useBias)), up)
                : activation.lower(c.graph(), up);
        return Linear.of(c, inner, DOWN, useOutputBias);
    }
}
