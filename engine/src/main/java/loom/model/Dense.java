package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Fully connected layer: {@code y = f(x·W + b)} over the last axis.
 *
 * <p>{@code x [..., in]}, {@code W [in, units]}, {@code b [units]}, {@code y [..., units]}.
 *
 * @param activation f
 * @param useBias whether there is a b
 * @param initialiser of W; b starts at zero
 */
public record Dense(int units, Activation activation, boolean useBias, Initialiser initialiser) implements Layer {
    public static final String KERNEL = "kernel";
    public static final String BIAS = "bias";

    private static final Field<Dense, Integer> UNITS =
            Field.required("units", new FieldType.Whole(1, 1 << 24), Dense::units, "number of outputs");
    private static final Field<Dense, Activation> ACTIVATION = Field.optional(
            "activation",
            new FieldType.Variant<>(Activation.Types.ALL),
            Activation.Simple.LINEAR,
            Dense::activation,
            "function applied to every output");
    private static final Field<Dense, Boolean> USE_BIAS =
            Field.optional("bias", new FieldType.Flag(), true, Dense::useBias, "whether a bias is added");
    private static final Field<Dense, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            Initialiser.Scaled.GLOROT_UNIFORM,
            Dense::initialiser,
            "how the kernel starts; the bias starts at zero");

    public static final Declaration<Dense> TYPE = Declaration.of(
            "dense",
            "fully connected: f(x·W + b) over the last axis",
            List.of(UNITS, ACTIVATION, USE_BIAS, INITIALISER),
            v -> new Dense(v.get(UNITS), v.get(ACTIVATION), v.get(USE_BIAS), v.get(INITIALISER)));

    public Dense {
        UNITS.check(units);
    }

    public Dense(int units, Activation activation, boolean useBias) {
        this(units, activation, useBias, Initialiser.Scaled.GLOROT_UNIFORM);
    }

    public Dense(int units, Activation activation) {
        this(units, activation, true);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int in = input.dim(input.rank() - 1);
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(new ParameterSpec(KERNEL, Shape.of(in, units), initialiser, in, units));
        if (useBias) {
            specs.add(new ParameterSpec(BIAS, Shape.of(units), Initialiser.Constant.ZEROS));
        }
        return specs;
    }

    @Override
    public List<String> products() {
        return List.of(KERNEL);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("dense needs at least one axis, not a scalar");
        }
        return input.withDim(input.rank() - 1, loom.graph.Extent.of(units));
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node z = c.product(x, KERNEL);
        if (useBias) {
            z = g.plus(z, c.parameter(BIAS));
        }
        return activation.lower(g, z);
    }
}
