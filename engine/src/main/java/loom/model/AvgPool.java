package loom.model;

import java.util.List;
import java.util.Optional;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/**
 * Mean of every window over the spatial axes: {@code y[c, o] = Σ_k x[c, stride·o + dilation·k − before] / n(o)}, n(o) the number of
 * taps inside the input, or inside the padded input. The sum over k is a row reduction in row-major order.
 *
 * <p>{@code x [C, S...]}, {@code y [C, O...]} with one to three spatial axes, {@code O = ⌊(S + before + after − dilation·(K − 1) −
 * 1) / stride⌋ + 1}.
 *
 * @param stride empty for the kernel's extents: windows side by side
 * @param countPadding whether zeros of the padding are among the n
 * @param ceil whether a last window may reach out of the padding; what is there never counts
 */
public record AvgPool(
        Words kernel, Optional<Words> stride, Padding padding, Words dilation, boolean countPadding, boolean ceil)
        implements Layer {
    private static final Field<AvgPool, Words> KERNEL = Windows.kernel(AvgPool::kernel);
    private static final Field<AvgPool, Optional<Words>> STRIDE = Pooling.stride(AvgPool::stride);
    private static final Field<AvgPool, Padding> PADDING = Windows.padding(AvgPool::padding, "zeros around the input");
    private static final Field<AvgPool, Words> DILATION = Windows.dilation(AvgPool::dilation);
    private static final Field<AvgPool, Boolean> COUNT_PADDING = Field.optional(
            "count_padding",
            new FieldType.Flag(),
            true,
            AvgPool::countPadding,
            "whether zeros of the padding count in the mean");
    private static final Field<AvgPool, Boolean> CEIL = Pooling.ceil(AvgPool::ceil);

    public static final Declaration<AvgPool> TYPE = Declaration.of(
            "avg_pool",
            "mean of every window over the spatial axes",
            List.of(KERNEL, STRIDE, PADDING, DILATION, COUNT_PADDING, CEIL),
            v -> new AvgPool(
                    v.get(KERNEL), v.get(STRIDE), v.get(PADDING), v.get(DILATION), v.get(COUNT_PADDING), v.get(CEIL)));

    public AvgPool {
        KERNEL.check(kernel);
        STRIDE.check(stride);
        DILATION.check(dilation);
    }

    /** Windows side by side, without padding. */
    public AvgPool(Words kernel) {
        this(kernel, Optional.empty(), Padding.Explicit.NONE, Words.of(1), true, false);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    /** Where the windows over a sample are, but for what {@link #ceil} adds. */
    public WindowGeometry geometry(Shape input) {
        return geometry(input, false);
    }

    private WindowGeometry geometry(Shape input, boolean beyond) {
        return Pooling.geometry(typeName(), input, kernel, stride, dilation, padding, beyond);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Windows.sample(input.dim(0), Windows.counts(geometry(input, ceil), input));
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder b = c.graph();
        Shape input = x.shape().remove(0);
        int axes = Windows.axes(input);
        Node windows = b.window(x, geometry(input, ceil));
        Shape s = windows.shape();
        Node rows = b.reshape(
                windows,
                Shape.of(List.of(s.extent(0), s.extent(1), s.product(2, 2 + axes), s.product(2 + axes, s.rank()))));
        Node sums = b.reshape(b.sum(rows, 2), Samples.batched(outputShape(input)));
        return b.divide(sums, counts(b, input));
    }

    /** n(o): one number, or a table {@code [O...]}. */
    private Node counts(GraphBuilder b, Shape input) {
        WindowGeometry g = geometry(input, ceil);
        WindowGeometry inner = geometry(input, false);
        Shape positions = outputShape(input).remove(0);
        float[] counts = new float[positions.elements(1)];
        java.util.Arrays.fill(counts, 1);
        for (int i = 0; i < g.rank(); i++) {
            int size = input.dim(1 + i);
            int from = countPadding ? -inner.before().get(i) : 0;
            int to = size + (countPadding ? inner.after().get(i) : 0);
            int stride = positions.stride(i).coefficient();
            for (int p = 0; p < counts.length; p++) {
                counts[p] *= Pooling.taps(g, i, p / stride % positions.dim(i), from, to);
            }
        }
        for (float n : counts) {
            if (n != counts[0]) {
                return b.table(TensorType.f32(positions), Words.bits(counts));
            }
        }
        return b.constant(counts[0]);
    }
}
