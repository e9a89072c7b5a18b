package loom.model;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/**
 * Maximum of every window over the spatial axes: {@code y[c, o] = max_k x[c, stride·o + dilation·k − before]}. Padding never wins:
 * it counts as the least number there is, −2^50. The gradient goes to the first maximum of a window in row-major order.
 *
 * <p>{@code x [C, S...]}, {@code y [C, O...]} with one to three spatial axes, {@code O = ⌊(S + before + after − dilation·(K − 1) −
 * 1) / stride⌋ + 1}.
 *
 * @param stride empty for the kernel's extents: windows side by side
 * @param ceil whether a last window may reach out of the padding
 */
public record MaxPool(Words kernel, Optional<Words> stride, Padding padding, Words dilation, boolean ceil)
        implements Layer {
    private static final float LEAST = -0x1p50f;

    private static final Field<MaxPool, Words> KERNEL = Windows.kernel(MaxPool::kernel);
    private static final Field<MaxPool, Optional<Words>> STRIDE = Pooling.stride(MaxPool::stride);
    private static final Field<MaxPool, Padding> PADDING =
            Windows.padding(MaxPool::padding, "positions around the input, which never win");
    private static final Field<MaxPool, Words> DILATION = Windows.dilation(MaxPool::dilation);
    private static final Field<MaxPool, Boolean> CEIL = Pooling.ceil(MaxPool::ceil);

    public static final Declaration<MaxPool> TYPE = Declaration.of(
            "max_pool",
            "maximum of every window over the spatial axes",
            List.of(KERNEL, STRIDE, PADDING, DILATION, CEIL),
            v -> new MaxPool(v.get(KERNEL), v.get(STRIDE), v.get(PADDING), v.get(DILATION), v.get(CEIL)));

    public MaxPool {
        KERNEL.check(kernel);
        STRIDE.check(stride);
        DILATION.check(dilation);
    }

    /** Windows side by side, without padding. */
    public MaxPool(Words kernel) {
        this(kernel, Optional.empty(), Padding.Explicit.NONE, Words.of(1), false);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    /** Where the windows over a sample are, all they reach of padding included. */
    public WindowGeometry geometry(Shape input) {
        return Pooling.geometry(typeName(), input, kernel, stride, dilation, padding, ceil);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Windows.sample(input.dim(0), Windows.counts(geometry(input), input));
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return maxima(c.graph(), x, geometry(x.shape().remove(0)));
    }

    /**
     * Maxima of windows over {@code x [N, C, S...]}: one axis after the other, the last first. Of equal ones the one with the lowest
     * row-major tap remains.
     */
    public static Node maxima(GraphBuilder b, Node x, WindowGeometry g) {
        Node y = x;
        for (int i = g.rank() - 1; i >= 0; i--) {
            y = along(b, y, g, i);
        }
        return y;
    }

    private static Node along(GraphBuilder b, Node x, WindowGeometry g, int i) {
        int axis = 2 + i;
        int windows = g.windows(i, x.shape().dim(axis));
        Shape output = x.shape().withDim(axis, Extent.of(windows));
        Node padded = padded(b, x, axis, g.before().get(i), g.after().get(i));
        Shape s = padded.shape();
        Extent outer = s.product(1, axis);
        Extent inner = s.product(axis + 1, s.rank());
        int taps = g.kernel().get(i);
        boolean sideBySide = g.strides().get(i) == taps && g.dilations().get(i) == 1 && windows * taps == s.dim(axis);
        if (sideBySide) {
            List<Extent> split = List.of(s.extent(0), outer, Extent.of(windows), Extent.of(taps), inner);
            return b.reshape(b.reduce(ReduceKind.MAX, b.reshape(padded, Shape.of(split)), 3), output);
        }
        Node rows = b.reshape(padded, Shape.of(List.of(s.extent(0), outer, s.extent(axis), inner)));
        WindowGeometry one = Windows.unpadded(
                2,
                Words.of(taps, 1),
                Words.of(g.strides().get(i), 1),
                Words.of(g.dilations().get(i), 1));
        return b.reshape(b.reduce(ReduceKind.MAX, b.window(rows, one), 2), output);
    }

    private static Node padded(GraphBuilder b, Node x, int axis, int before, int after) {
        if (before == 0 && after == 0) {
            return x;
        }
        int size = x.shape().dim(axis);
        int[] inside = new int[before + size + after];
        java.util.Arrays.fill(inside, before, before + size, 1);
        int[] dims = new int[x.shape().rank() - axis];
        java.util.Arrays.fill(dims, 1);
        dims[0] = inside.length;
        Node mask = b.table(TensorType.i32(Shape.of(dims)), Words.of(inside));
        return b.select(mask, b.pad(x, axis, before, after), b.constant(LEAST));
    }
}
