package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.WindowGeometry;
import loom.numeric.Quantized;

/**
 * Products of {@link Precision#INT8}: {@code y = (Σ q·w)·(s·t)}, q = round(x/s) with s = max|x|/127 of each row of x (of a convolution: of each
 * sample), w the weights' whole numbers and t their scales, one a channel. The derivative is that of {@code x·(w·t)}.
 */
public final class Int8 {
    /** Ends the name of the scales that belong to weights. */
    public static final String SCALE = "_int8_scale";

    /** Largest magnitude of a weight, and of what is multiplied by it. */
    public static final int LARGEST = 127;

    /** A row below it counts as if this were its largest magnitude, so that no reciprocal leaves domain D. */
    private static final float LEAST = 0x1p-40f;

    private Int8() {}

    /** Whether a parameter holds the whole numbers of weights. */
    public static boolean isNumbers(ParameterSpec spec) {
        return spec.role() == ParameterSpec.Role.FIXED && !spec.name().endsWith(SCALE);
    }

    /** Refuses weights that a product would round. */
    static void check(String name, ParameterSpec spec, Tensor t) {
        if (!isNumbers(spec)) {
            return;
        }
        float[] values = t.values();
        for (int i = 0; i < values.length; i++) {
            float v = values[i];
            if (v != Quantized.toInt8(v)) {
                throw new FieldException(
                        name,
                        "element " + i + " is " + Numbers.text(v)
                                + ", expected a whole number from -128 to 127, as the layer's precision is int8");
            }
        }
    }

    /** A layer's parameters with whole numbers for the weights of its products, each followed by its scales. */
    static List<ParameterSpec> parameters(Layer layer, List<ParameterSpec> specs) {
        List<String> products = layer.products();
        List<ParameterSpec> all = new ArrayList<>();
        for (ParameterSpec s : specs) {
            if (products.contains(s.name())) {
                int channels = s.shape().dim(Channels.axis(layer, s.shape()));
                int length = s.shape().elements(1) / channels;
                if (length > Factors.MOST_INT8) {
                    throw new ShapeException("precision int8: " + s.name() + " has sums of " + length
                            + " products, expected at most " + Factors.MOST_INT8);
                }
                all.add(ParameterSpec.fixed(s.name(), s.shape()));
                all.add(ParameterSpec.fixed(s.name() + SCALE, Shape.of(channels)));
            } else {
                all.add(s);
            }
        }
        return all;
    }

    /** {@code x [..., in] · w [in, out]}. */
    static Node product(LayerContext c, Node x, String name) {
        GraphBuilder g = c.graph();
        Node w = c.parameter(name);
        Node t = c.parameter(name + SCALE);
        Node most = most(g, x, x.shape().rank() - 1);
        Node sums = g.cast(g.matMul(numbers(g, x, most), w, Factors.INT8), ElementType.F32);
        Node y = g.times(sums, g.times(scale(g, most), t));
        return g.surrogate(y, g.matMul(x, g.times(w, t)));
    }

    /** Convolution with one group: {@code x [N, C, S...]}, {@code w [F, C, K...]} → {@code [N, F, O...]}. */
    static Node convolution(LayerContext c, Node x, String name, WindowGeometry geometry) {
        GraphBuilder g = c.graph();
        Node w = c.parameter(name);
        Node t = c.parameter(name + SCALE);
        int rank = x.shape().rank();
        Extent batch = x.shape().extent(0);
        Node row = g.reshape(x, Shape.of(List.of(batch, x.shape().product(1, rank))));
        Node most = most(g, row, 1);
        Node q = numbers(g, x, g.reshape(most, ones(batch, rank)));
        Node sums = g.cast(Windows.product(g, q, w, geometry, Factors.INT8), ElementType.F32);
        Shape channels = Samples.channels(sums.shape());
        Node scales = g.times(g.reshape(scale(g, most), ones(batch, rank)), g.reshape(t, channels));
        Node plain = g.conv(x, g.times(w, g.reshape(t, ones(t.shape().extent(0), rank))), geometry, 1);
        return g.surrogate(g.times(sums, scales), plain);
    }

    private static Shape ones(Extent first, int rank) {
        List<Extent> extents = new ArrayList<>(List.of(first));
        while (extents.size() < rank) {
            extents.add(Extent.ONE);
        }
        return Shape.of(extents);
    }

    private static Node most(GraphBuilder g, Node x, int axis) {
        Node most = g.reduce(Op.ReduceKind.MAX, g.unary(UnaryKind.ABS, x), axis);
        return g.max(g.constant(LEAST), most);
    }

    /** What the product rounds. */
    private static Node numbers(GraphBuilder g, Node x, Node most) {
        return g.times(x, g.divide(g.constant((float) LARGEST), most));
    }

    private static Node scale(GraphBuilder g, Node most) {
        return g.divide(most, g.constant((float) LARGEST));
    }
}
