package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Batch normalisation (Ioffe and Szegedy 2015): {@code y = (x − μ)/√(σ² + epsilon)·scale + bias} channel by channel. In training μ
 * and σ² are those of the batch, over samples and positions, and the running ones follow: {@code r ← r + momentum·(batch's − r)},
 * the variance with n − 1 in the denominator (n if that is 1). Answers, and a frozen layer in training, use the running ones.
 *
 * <p>{@code x} and {@code y} {@code [channels, positions...]}; every parameter {@code [channels]}.
 *
 * @param momentum weight of the newest batch
 * @param useScale whether there is a scale
 * @param useBias whether there is a bias
 */
public record BatchNorm(float momentum, float epsilon, boolean useScale, boolean useBias) implements Layer {
    public static final String RUNNING_MEAN = "running_mean";
    public static final String RUNNING_VARIANCE = "running_variance";

    private static final Field<BatchNorm, Float> MOMENTUM = Field.optional(
            "momentum",
            new FieldType.Real(0, 1),
            0.1f,
            BatchNorm::momentum,
            "weight of the newest batch in the running statistics");
    private static final Field<BatchNorm, Float> EPSILON = Normalisation.epsilon(BatchNorm::epsilon);
    private static final Field<BatchNorm, Boolean> SCALE = Normalisation.scale(BatchNorm::useScale);
    private static final Field<BatchNorm, Boolean> BIAS = Normalisation.bias(BatchNorm::useBias);

    public static final Declaration<BatchNorm> TYPE = Declaration.of(
            "batch_norm",
            "(x − mean)/√(variance + epsilon)·scale + bias for each channel, over batch and positions",
            List.of(MOMENTUM, EPSILON, SCALE, BIAS),
            v -> new BatchNorm(v.get(MOMENTUM), v.get(EPSILON), v.get(SCALE), v.get(BIAS)));

    public BatchNorm {
        MOMENTUM.check(momentum);
        EPSILON.check(epsilon);
    }

    public BatchNorm() {
        this(0.1f, 1e-5f, true, true);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Shape channels = Shape.of(input.dim(0));
        List<ParameterSpec> specs = new ArrayList<>(Normalisation.parameters(useScale, useBias, channels));
        specs.add(ParameterSpec.statistic(RUNNING_MEAN, channels, Initialiser.Constant.ZEROS));
        specs.add(ParameterSpec.statistic(RUNNING_VARIANCE, channels, Initialiser.Constant.ONES));
        return specs;
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("batch_norm needs channels in front, not a scalar");
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
        Shape channels = Samples.channels(x.shape());
        Node y = c.learning() ? byBatch(c, x, channels) : byRunning(c, x, channels);
        return Normalisation.affine(c, y, useScale, useBias, channels);
    }

    private Node byRunning(LayerContext c, Node x, Shape channels) {
        GraphBuilder g = c.graph();
        Node variance = g.plus(c.parameter(RUNNING_VARIANCE), g.constant(epsilon));
        Node r = g.reshape(g.unary(UnaryKind.RSQRT, variance), channels);
        return g.times(g.minus(x, g.reshape(c.parameter(RUNNING_MEAN), channels)), r);
    }

    private Node byBatch(LayerContext c, Node x, Shape channels) {
        GraphBuilder g = c.graph();
        Shape shape = x.shape();
        // [N, channels, positions]: positions are summed first, then samples.
        Node flat = g.reshape(x, Shape.of(List.of(shape.extent(0), shape.extent(1), shape.product(2, shape.rank()))));
        Extent each = flat.shape().extent(0).times(flat.shape().extent(2));
        Normalisation.Mean mean = v -> g.divide(g.sum(g.sum(v, 2), 0), g.count(each));
        Node batchMean = mean.of(flat);
        Node centred = g.minus(flat, batchMean);
        Node variance = mean.of(g.times(centred, centred));
        Node n = g.count(each);
        Node unbiased = g.times(variance, g.divide(n, g.max(g.minus(n, g.constant(1f)), g.constant(1f))));
        follow(c, RUNNING_MEAN, batchMean);
        follow(c, RUNNING_VARIANCE, unbiased);
        return g.reshape(Normalisation.standardise(g, centred, variance, epsilon, mean), shape);
    }

    private void follow(LayerContext c, String statistic, Node batch) {
        GraphBuilder g = c.graph();
        Node running = c.parameter(statistic);
        Node difference = g.minus(g.reshape(batch, running.shape()), running);
        c.update(statistic, g.plus(running, g.times(difference, momentum)));
    }
}
