package loom.onnx;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;

/** Resizing, axis by axis: each position is a weighted sum of positions of the input, the weights a table. */
final class Resizing {
    static final List<Operator> ALL = List.of(
            Operator.of("Resize", 10, "sizes, scales and region known", Resizing::resize),
            Operator.of("Upsample", 7, "scales known", Resizing::upsample));

    private Resizing() {}

    private static Node upsample(Call c) {
        float[] scales = c.has(1) ? reals(c, 1) : c.reals("scales");
        Node x = c.real(0);
        String mode = c.text("mode", "nearest");
        for (int i = 0; i < scales.length; i++) {
            if (scales[i] != 1) {
                int n = c.fixed(x.shape(), i);
                ResizeWeights w = new ResizeWeights(c, mode, "asymmetric", "floor", scales[i], 0, 1);
                x = along(c.graph(), x, i, w.table(n, (int) Math.floor((double) n * scales[i])));
            }
        }
        return x;
    }

    private static float[] reals(Call c, int operand) {
        Known k = c.known(operand);
        float[] values = new float[k.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = k.real(i);
        }
        return values;
    }

    private static Node resize(Call c) {
        boolean old = c.opset() < 11;
        Node x = c.real(0);
        int rank = x.shape().rank();
        int[] every = new int[rank];
        for (int i = 0; i < rank; i++) {
            every[i] = i;
        }
        int[] axes = c.axes(c.wholes("axes", every), rank);
        boolean crops = c.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize");
        float[] region = crops ? reals(c, 1) : new float[0];
        float[] given = old ? reals(c, 1) : c.has(2) ? reals(c, 2) : new float[0];
        int[] sizes = !old && c.has(3) ? c.wholes(3) : new int[0];
        if (given.length != axes.length && sizes.length != axes.length) {
            throw c.refuse("neither scales nor sizes for " + axes.length + " axes");
        }
        double[] scales = new double[axes.length];
        int[] to = new int[axes.length];
        scales(c, x.shape(), axes, given, sizes, scales, to);
        for (int i = 0; i < axes.length; i++) {
            if (to[i] == x.shape().dim(axes[i]) && scales[i] == 1 && region.length == 0) {
                continue;
            }
            int n = c.fixed(x.shape(), axes[i]);
            float start = region.length > 0 ? region[i] : 0;
            float end = region.length > 0 ? region[axes.length + i] : 1;
            ResizeWeights w = new ResizeWeights(
                    c,
                    c.text("mode", "nearest"),
                    c.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
                    c.text("nearest_mode", old ? "floor" : "round_prefer_floor"),
                    scales[i],
                    start,
                    end);
            x = along(c.graph(), x, axes[i], w.table(n, to[i]));
        }
        return x;
    }

    private static void scales(Call c, Shape s, int[] axes, float[] given, int[] sizes, double[] scales, int[] to) {
        String policy = c.text("keep_aspect_ratio_policy", "stretch");
        double common = policy.equals("not_larger") ? Double.MAX_VALUE : 0;
        for (int i = 0; i < axes.length; i++) {
            int n = s.dim(axes[i]);
            scales[i] = given.length > 0 ? given[i] : (double) sizes[i] / n;
            to[i] = given.length > 0 ? (int) Math.floor(n * scales[i]) : sizes[i];
            common = policy.equals("not_larger") ? Math.min(common, scales[i]) : Math.max(common, scales[i]);
        }
        for (int i = 0; !policy.equals("stretch") && given.length == 0 && i < axes.length; i++) {
            scales[i] = common;
            to[i] = (int) Math.floor(common * s.dim(axes[i]) + 0.5);
        }
    }

    /** {@code table [to, from]} times one axis. */
    private static Node along(GraphBuilder g, Node x, int axis, float[][] table) {
        int to = table.length;
        int from = table[0].length;
        float[] flat = new float[to * from];
        int[] picks = new int[to];
        boolean picking = true;
        for (int o = 0; o < to; o++) {
            System.arraycopy(table[o], 0, flat, o * from, from);
            int ones = 0;
            for (int i = 0; i < from; i++) {
                if (table[o][i] != 0) {
                    picking &= table[o][i] == 1;
                    picks[o] = i;
                    ones++;
                }
            }
            picking &= ones == 1;
        }
        if (picking) {
            Node rows = g.gather(Choosing.toFront(g, x, axis), g.table(TensorType.i32(Shape.of(to)), Words.of(picks)));
            return Choosing.fromFront(g, rows, axis);
        }
        Node weights = g.table(TensorType.f32(Shape.of(to, from)), Words.bits(flat));
        Shape s = x.shape();
        Extent outer = s.product(0, axis);
        Extent inner = s.product(axis + 1, s.rank());
        Shape result = s.withDim(axis, Extent.of(to));
        if (axis == s.rank() - 1) {
            return g.reshape(
                    g.matMul(g.reshape(x, Shape.of(List.of(outer, s.extent(axis)))), false, weights, true), result);
        }
        Node columns = g.reshape(x, Shape.of(List.of(outer, s.extent(axis), inner)));
        return g.reshape(g.matMul(weights, columns), result);
    }
}
