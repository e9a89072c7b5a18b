package loom.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/** What layers share that slide a window over the spatial axes of samples {@code [channels, spatial...]}. */
final class Windows {
    static final int MAX_AXES = 3;

    /** Of a kernel, stride, dilation or padding; a product of two is an int. */
    static final int MAX_SIZE = 1 << 15;

    static final FieldType<Words> SIZES = new FieldType.Wholes(1, MAX_SIZE, 1, MAX_AXES);

    /** Of both ends of the axes, see {@link #around(String, Words, int)}. */
    static final FieldType<Words> AROUND = new FieldType.Wholes(0, MAX_SIZE, 1, 2 * MAX_AXES);

    private Windows() {}

    // ---- fields ----

    static <L> Field<L, Words> kernel(Function<L, Words> getter) {
        return Field.required("kernel", SIZES, getter, "extents of the window");
    }

    static <L> Field<L, Words> stride(Function<L, Words> getter) {
        return Field.optional("stride", SIZES, Words.of(1), getter, "steps from window to window");
    }

    static <L> Field<L, Words> dilation(Function<L, Words> getter) {
        return Field.optional("dilation", SIZES, Words.of(1), getter, "steps between neighbours in a window");
    }

    static <L> Field<L, Padding> padding(Function<L, Padding> getter, String doc) {
        return Field.optional(
                "padding", new FieldType.Variant<>(Padding.Types.ALL), Padding.Explicit.NONE, getter, doc);
    }

    /** Numbers of positions at the ends of the axes; {@code doc} says what for. */
    static <L> Field<L, Words> around(Function<L, Words> getter, String doc) {
        return Field.required(
                "size", AROUND, getter, doc + ": one number an axis, or those before every axis and then those after");
    }

    /** The numbers before every axis, then those after: {@code size} may have one for all, one an axis, or both. */
    static Words around(String name, Words size, int axes) {
        if (size.size() == 2 * axes) {
            return size;
        }
        Words each = FieldType.Wholes.forAxes(name, size, axes);
        int[] around = new int[2 * axes];
        for (int i = 0; i < around.length; i++) {
            around[i] = each.get(i % axes);
        }
        return Words.of(around);
    }

    // ---- shapes ----

    static int axes(Shape sample) {
        return sample.rank() - 1;
    }

    static String count(int axes) {
        return axes == 1 ? "1 spatial axis" : axes + " spatial axes";
    }

    /** Refuses samples without channels and {@code least} to {@code most} spatial axes. */
    static void check(String layer, Shape sample, int least, int most) {
        if (axes(sample) < least || axes(sample) > most) {
            String count = least == most ? count(least) : least + " to " + count(most);
            throw new ShapeException(layer + " needs [channels, ...] with " + count + ", not " + sample);
        }
    }

    /** {@code [channels, spatial...]}. */
    static Shape sample(int channels, int[] spatial) {
        List<Extent> extents = new ArrayList<>(List.of(Extent.of(channels)));
        for (int s : spatial) {
            extents.add(Extent.of(s));
        }
        return Shape.of(extents);
    }

    /** Numbers of windows. */
    static int[] counts(WindowGeometry g, Shape sample) {
        int[] counts = new int[g.rank()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = g.windows(i, sample.dim(1 + i));
        }
        return counts;
    }

    /** Convolution of one group, {@code x [N, C, S...], w [F, C, K...] → [N, F, O...]}, as a product of patches whose operands are rounded. */
    static Node product(GraphBuilder g, Node x, Node w, WindowGeometry geometry, Factors factors) {
        int rank = x.shape().rank();
        Node patches = g.add(new Op.Window(geometry), x);
        Shape p = patches.shape();
        Extent batch = x.shape().extent(0);
        Extent filters = w.shape().extent(0);
        Extent taps = w.shape().product(1, rank);
        Node matrix = g.reshape(patches, Shape.of(List.of(batch, taps, p.product(rank, p.rank()))));
        Node y = g.matMul(g.reshape(w, Shape.of(List.of(filters, taps))), matrix, factors);
        List<Extent> out = new ArrayList<>(List.of(batch, filters));
        out.addAll(p.extents().subList(rank, p.rank()));
        return g.reshape(y, Shape.of(out));
    }

    // ---- geometry ----

    static WindowGeometry geometry(Shape sample, Words kernel, Words stride, Words dilation, Padding padding) {
        WindowGeometry bare = unpadded(axes(sample), kernel, stride, dilation);
        return padded(bare, padding.around(bare.rank(), i -> {
            int size = sample.dim(1 + i);
            int step = bare.strides().get(i);
            int last = (size - 1) / step * step;
            return Math.max(0, last + bare.span(i) - size);
        }));
    }

    static WindowGeometry unpadded(int axes, Words kernel, Words stride, Words dilation) {
        Words none = Words.of(new int[axes]);
        return new WindowGeometry(
                FieldType.Wholes.forAxes("kernel", kernel, axes),
                FieldType.Wholes.forAxes("stride", stride, axes),
                FieldType.Wholes.forAxes("dilation", dilation, axes),
                none,
                none,
                FieldType.Wholes.forAxes("input dilation", Words.of(1), axes));
    }

    /** {@code around}: before every axis, then after. */
    static WindowGeometry padded(WindowGeometry g, Words around) {
        int axes = g.rank();
        int[] all = around.toArray();
        return new WindowGeometry(
                g.kernel(),
                g.strides(),
                g.dilations(),
                Words.of(Arrays.copyOf(all, axes)),
                Words.of(Arrays.copyOfRange(all, axes, 2 * axes)),
                g.inputDilations());
    }
}
