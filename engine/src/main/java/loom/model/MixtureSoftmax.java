package loom.model;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Mixture of softmaxes (Yang, Dai, Salakhutdinov and Cohen 2018): {@code y = Σ_k π_k · softmax(tanh(x·L_k + l_k)·W + b)}, {@code π =
 * softmax(x·P)}. Unlike one softmax its logarithms can have any rank.
 *
 * <p>{@code x [..., d]}, {@code y [..., units]}, {@code prior} P {@code [d, K]}, {@code latent} L {@code [d, K·size]}, {@code
 * latent_bias} l {@code [K·size]}, {@code kernel} W {@code [size, units]}, {@code bias} b {@code [units]}. It is a layer and not a
 * softmax kind because of these parameters.
 *
 * @param components K
 * @param size of each latent vector; without it d
 * @param log whether y are natural logarithms
 */
public record MixtureSoftmax(int units, int components, Optional<Integer> size, boolean log, Initialiser initialiser)
        implements Layer {
    public static final String PRIOR = "prior";
    public static final String LATENT = "latent";
    public static final String LATENT_BIAS = "latent_bias";
    public static final String KERNEL = "kernel";
    public static final String BIAS = "bias";

    private static final Field<MixtureSoftmax, Integer> UNITS =
            Field.required("units", new FieldType.Whole(1, 1 << 24), MixtureSoftmax::units, "number of classes");
    private static final Field<MixtureSoftmax, Integer> COMPONENTS = Field.required(
            "components", new FieldType.Whole(1, 1 << 10), MixtureSoftmax::components, "number of softmaxes");
    private static final Field<MixtureSoftmax, Optional<Integer>> SIZE = Field.maybe(
            "size",
            new FieldType.Whole(1, 1 << 20),
            MixtureSoftmax::size,
            "extent of each component's latent vector; without it that of the features");
    private static final Field<MixtureSoftmax, Boolean> LOG = Field.optional(
            "log", new FieldType.Flag(), false, MixtureSoftmax::log, "whether the result are logarithms");
    private static final Field<MixtureSoftmax, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            Initialiser.Scaled.GLOROT_UNIFORM,
            MixtureSoftmax::initialiser,
            "how the matrices start; the biases start at zero");

    public static final Declaration<MixtureSoftmax> TYPE = Declaration.of(
            "mixture_softmax",
            "features to probabilities: a weighted mean of softmaxes of different projections",
            List.of(UNITS, COMPONENTS, SIZE, LOG, INITIALISER),
            v -> new MixtureSoftmax(v.get(UNITS), v.get(COMPONENTS), v.get(SIZE), v.get(LOG), v.get(INITIALISER)));

    public MixtureSoftmax {
        UNITS.check(units);
        COMPONENTS.check(components);
        SIZE.check(size);
    }

    public MixtureSoftmax(int units, int components) {
        this(units, components, Optional.empty(), false, Initialiser.Scaled.GLOROT_UNIFORM);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int d = input.dim(input.rank() - 1);
        int latent = size.orElse(d);
        int all = Shape.of(components, latent).elements(1);
        return List.of(
                new ParameterSpec(PRIOR, Shape.of(d, components), initialiser, d, components),
                new ParameterSpec(LATENT, Shape.of(d, all), initialiser, d, latent),
                new ParameterSpec(LATENT_BIAS, Shape.of(all), Initialiser.Constant.ZEROS),
                new ParameterSpec(KERNEL, Shape.of(latent, units), initialiser, latent, units),
                new ParameterSpec(BIAS, Shape.of(units), Initialiser.Constant.ZEROS));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("mixture_softmax needs at least one axis, not a scalar");
        }
        return input.withDim(input.rank() - 1, Extent.of(units));
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node rows = Samples.rows(g, x, 1);
        Extent n = rows.shape().extent(0);
        Node latent = g.plus(g.matMul(rows, c.parameter(LATENT)), c.parameter(LATENT_BIAS));
        latent = Activation.Simple.TANH.lower(g, latent);
        latent = g.reshape(
                latent,
                Shape.of(List.of(
                        n, Extent.of(components), Extent.of(latent.shape().dim(1) / components))));
        Node logits = g.plus(g.matMul(latent, c.parameter(KERNEL)), c.parameter(BIAS));
        Node each = Probabilities.softmax(g, logits, 1, log); // [n, K, units]
        Node prior = Probabilities.softmax(g, g.matMul(rows, c.parameter(PRIOR)), 1, log);
        prior = g.reshape(prior, Shape.of(List.of(n, Extent.of(components), Extent.ONE)));
        Node mixed = log ? logOfSum(g, g.plus(each, prior)) : g.sum(g.times(each, prior), 1);
        return g.reshape(mixed, x.shape().withDim(x.shape().rank() - 1, Extent.of(units)));
    }

    /** {@code ln Σ e^z} over axis 1. */
    private static Node logOfSum(GraphBuilder g, Node z) {
        Node max = g.stopGradient(g.reduce(ReduceKind.MAX, z, 1));
        return g.plus(max, g.log(g.sum(g.exp(g.minus(z, max)), 1)));
    }
}
