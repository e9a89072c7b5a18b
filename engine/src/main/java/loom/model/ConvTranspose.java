package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/**
 * Transposed convolution (Zeiler et al. 2010): the convolution that carries the gradient of a {@link Conv} back to its input, as a
 * layer: {@code y[g·F/groups + f, s] = act(Σ x[c, o] · kernel[c, f, k] + bias)} over channels c of group g and all (o, k) with
 * {@code stride·o + dilation·k − before = s}.
 *
 * <p>{@code x [C, O...]}, {@code kernel [C, filters/groups, K...]}, {@code bias [filters]}, {@code y [filters, S...]} with one to
 * three spatial axes, {@code S = (O − 1)·stride + dilation·(K − 1) + 1 − before − after + outputPadding}. The sum over (c, k) has
 * k turned round and is row-major.
 *
 * @param axes number of spatial axes
 * @param padding cut off the result
 * @param outputPadding positions more after each axis: a stride above 1 gives several S the same O
 * @param groups divides channels and filters
 * @param activation act
 * @param initialiser of the kernel; the bias starts at zero
 */
public record ConvTranspose(
        int axes,
        int filters,
        Words kernel,
        Words stride,
        Padding padding,
        Words outputPadding,
        Words dilation,
        int groups,
        Activation activation,
        boolean useBias,
        Initialiser initialiser)
        implements Layer {
    private static final Field<ConvTranspose, Integer> FILTERS = Filters.filters(ConvTranspose::filters);
    private static final Field<ConvTranspose, Words> KERNEL = Windows.kernel(ConvTranspose::kernel);
    private static final Field<ConvTranspose, Words> STRIDE = Windows.stride(ConvTranspose::stride);
    private static final Field<ConvTranspose, Padding> PADDING =
            Windows.padding(ConvTranspose::padding, "positions cut off the result");
    private static final Field<ConvTranspose, Words> OUTPUT_PADDING = Field.optional(
            "output_padding",
            new FieldType.Wholes(0, Windows.MAX_SIZE, 1, Windows.MAX_AXES),
            Words.of(0),
            ConvTranspose::outputPadding,
            "positions more after each axis of the result");
    private static final Field<ConvTranspose, Words> DILATION = Windows.dilation(ConvTranspose::dilation);
    private static final Field<ConvTranspose, Integer> GROUPS = Filters.groups(ConvTranspose::groups);
    private static final Field<ConvTranspose, Activation> ACTIVATION = Filters.activation(ConvTranspose::activation);
    private static final Field<ConvTranspose, Boolean> USE_BIAS = Filters.bias(ConvTranspose::useBias);
    private static final Field<ConvTranspose, Initialiser> INITIALISER =
            Filters.initialiser(ConvTranspose::initialiser);

    /** {@code conv1d_transpose}, {@code conv2d_transpose}, {@code conv3d_transpose}. */
    public static final List<Declaration<ConvTranspose>> TYPES = List.of(type(1), type(2), type(3));

    private static Declaration<ConvTranspose> type(int axes) {
        return Declaration.of(
                "conv" + axes + "d_transpose",
                "the transpose of a convolution over " + Windows.count(axes) + ", which enlarges by its stride",
                List.of(
                        FILTERS,
                        KERNEL,
                        STRIDE,
                        PADDING,
                        OUTPUT_PADDING,
                        DILATION,
                        GROUPS,
                        ACTIVATION,
                        USE_BIAS,
                        INITIALISER),
                v -> new ConvTranspose(
                        axes,
                        v.get(FILTERS),
                        v.get(KERNEL),
                        v.get(STRIDE),
                        v.get(PADDING),
                        v.get(OUTPUT_PADDING),
                        v.get(DILATION),
                        v.get(GROUPS),
                        v.get(ACTIVATION),
                        v.get(USE_BIAS),
                        v.get(INITIALISER)));
    }

    public ConvTranspose {
        FILTERS.check(filters);
        KERNEL.check(kernel);
        STRIDE.check(stride);
        OUTPUT_PADDING.check(outputPadding);
        DILATION.check(dilation);
        GROUPS.check(groups);
        Windows.unpadded(axes, kernel, stride, dilation);
        FieldType.Wholes.forAxes("output_padding", outputPadding, axes);
    }

    @Override
    public FieldValues fields() {
        return TYPES.get(axes - 1).valuesOf(this);
    }

    /** The convolution that this one transposes. */
    private WindowGeometry forward() {
        WindowGeometry g = Windows.unpadded(axes, kernel, stride, dilation);
        return Windows.padded(
                g,
                padding.around(
                        axes, i -> Math.max(0, g.span(i) + more(i) - g.strides().get(i))));
    }

    private int more(int axis) {
        return FieldType.Wholes.forAxes("output_padding", outputPadding, axes).get(axis);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        Shape shape =
                Windows.sample(filters / groups, forward().kernel().toArray()).insert(0, input.extent(0));
        int taps = shape.product(2, shape.rank()).coefficient();
        ParameterSpec spec = new ParameterSpec(
                Filters.KERNEL, shape, initialiser, input.dim(0) / groups * taps, filters / groups * taps);
        return Filters.parameters(spec, useBias, filters);
    }

    @Override
    public Shape outputShape(Shape input) {
        Windows.check(typeName(), input, axes, axes);
        Filters.checkGroups(groups, input.dim(0), filters);
        WindowGeometry g = forward();
        int[] sizes = new int[axes];
        for (int i = 0; i < axes; i++) {
            long size = (input.dim(1 + i) - 1L) * g.strides().get(i)
                    + g.span(i)
                    + more(i)
                    - g.before().get(i)
                    - g.after().get(i);
            if (size < 1 || size > Integer.MAX_VALUE) {
                throw new ShapeException(
                        typeName() + " of " + input + " gives " + size + " positions along spatial axis " + i);
            }
            sizes[i] = (int) size;
        }
        return Windows.sample(filters, sizes);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Shape output = Samples.batched(outputShape(x.shape().remove(0)));
        Node y = c.graph().convTransposed(x, c.parameter(Filters.KERNEL), forward(), groups, output);
        return Filters.finish(c, y, useBias, activation);
    }
}
