package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/**
 * Convolution (as everywhere, cross-correlation; LeCun et al. 1989): {@code y[f, o] = act(Σ_{c, k} kernel[f, c, k] ·
 * x[g·C/groups + c, stride·o + dilation·k − before] + bias[f])}, g the group of f, zeros around x.
 *
 * <p>{@code x [C, S...]}, {@code kernel [filters, C/groups, K...]}, {@code bias [filters]}, {@code y [filters, O...]} with one to
 * three spatial axes, {@code O = ⌊(S + before + after − dilation·(K − 1) − 1) / stride⌋ + 1}.
 *
 * @param axes number of spatial axes
 * @param groups divides channels and filters; as many as channels makes it depthwise
 * @param activation act
 * @param initialiser of the kernel; the bias starts at zero
 */
public record Conv(
        int axes,
        int filters,
        Words kernel,
        Words stride,
        Padding padding,
        Words dilation,
        int groups,
        Activation activation,
        boolean useBias,
        Initialiser initialiser)
        implements Layer {
    private static final Field<Conv, Integer> FILTERS = Filters.filters(Conv::filters);
    private static final Field<Conv, Words> KERNEL = Windows.kernel(Conv::kernel);
    private static final Field<Conv, Words> STRIDE = Windows.stride(Conv::stride);
    private static final Field<Conv, Padding> PADDING = Windows.padding(Conv::padding, "zeros around the input");
    private static final Field<Conv, Words> DILATION = Windows.dilation(Conv::dilation);
    private static final Field<Conv, Integer> GROUPS = Filters.groups(Conv::groups);
    private static final Field<Conv, Activation> ACTIVATION = Filters.activation(Conv::activation);
    private static final Field<Conv, Boolean> USE_BIAS = Filters.bias(Conv::useBias);
    private static final Field<Conv, Initialiser> INITIALISER = Filters.initialiser(Conv::initialiser);

    /** {@code conv1d}, {@code conv2d}, {@code conv3d}. */
    public static final List<Declaration<Conv>> TYPES = List.of(type(1), type(2), type(3));

    private static Declaration<Conv> type(int axes) {
        return Declaration.of(
                "conv" + axes + "d",
                "f(kernel ∗ x + b): convolution over " + Windows.count(axes),
                List.of(FILTERS, KERNEL, STRIDE, PADDING, DILATION, GROUPS, ACTIVATION, USE_BIAS, INITIALISER),
                v -> new Conv(
                        axes,
                        v.get(FILTERS),
                        v.get(KERNEL),
                        v.get(STRIDE),
                        v.get(PADDING),
                        v.get(DILATION),
                        v.get(GROUPS),
                        v.get(ACTIVATION),
                        v.get(USE_BIAS),
                        v.get(INITIALISER)));
    }

    public Conv {
        FILTERS.check(filters);
        KERNEL.check(kernel);
        STRIDE.check(stride);
        DILATION.check(dilation);
        GROUPS.check(groups);
        Windows.unpadded(axes, kernel, stride, dilation);
    }

    /** Of stride 1, without padding. */
    public Conv(int axes, int filters, Words kernel, Activation activation) {
        this(
                axes,
                filters,
                kernel,
                Words.of(1),
                Padding.Explicit.NONE,
                Words.of(1),
                1,
                activation,
                true,
                Initialiser.Scaled.GLOROT_UNIFORM);
    }

    public Conv withStride(Words newStride, Padding newPadding) {
        return new Conv(
                axes, filters, kernel, newStride, newPadding, dilation, groups, activation, useBias, initialiser);
    }

    @Override
    public FieldValues fields() {
        return TYPES.get(axes - 1).valuesOf(this);
    }

    private WindowGeometry geometry(Shape input) {
        Windows.check(typeName(), input, axes, axes);
        Filters.checkGroups(groups, input.dim(0), filters);
        return Windows.geometry(input, kernel, stride, dilation, padding);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Words taps = geometry(input).kernel();
        Shape shape = Windows.sample(input.dim(0) / groups, taps.toArray()).insert(0, Extent.of(filters));
        int fanIn = shape.product(1, shape.rank()).coefficient();
        int fanOut = shape.product(2, shape.rank()).coefficient() * (filters / groups);
        return Filters.parameters(
                new ParameterSpec(Filters.KERNEL, shape, initialiser, fanIn, fanOut), useBias, filters);
    }

    @Override
    public List<String> products() {
        return groups == 1 ? List.of(Filters.KERNEL) : List.of();
    }

    @Override
    public Shape outputShape(Shape input) {
        return Windows.sample(filters, Windows.counts(geometry(input), input));
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Node y = c.convolution(x, Filters.KERNEL, geometry(x.shape().remove(0)), groups);
        return Filters.finish(c, y, useBias, activation);
    }
}
