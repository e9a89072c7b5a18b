package loom.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.WindowGeometry;
import loom.onnx.OnnxWriter.Attribute;

/** Primitives that move elements or read them in windows, as operators of ONNX. */
final class ExportedViews {
    private final OnnxExport to;

    ExportedViews(OnnxExport to) {
        this.to = to;
    }

    /** Views of truth values are truth values. */
    private void put(Node n, String name) {
        to.put(n, name, n.shape(), to.isTruth(n.input(0)));
    }

    void reshape(Node n) {
        put(n, reshaped(n, to.full(n.input(0)), n.shape()));
    }

    String reshaped(Node n, String name, Shape shape) {
        int[] dims = shape.dims();
        if (shape.isBatched()) {
            dims[shape.batchAxis()] = -1;
        }
        return to.node(n, "Reshape", List.of(name, to.wholes(dims)));
    }

    void permute(Node n, Op.Permute p) {
        String x = to.full(n.input(0));
        put(
                n,
                to.node(
                        n,
                        "Transpose",
                        List.of(x),
                        Attribute.list("perm", p.axes().toArray())));
    }

    void slice(Node n, Op.Slice s) {
        Shape shape = n.input(0).shape();
        String x = to.full(n.input(0));
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.batchAxis() != axis
                    && (s.starts().get(axis) > 0 || s.sizes().get(axis) < shape.dim(axis))) {
                int stride = s.strides().get(axis);
                int end = s.starts().get(axis) + (s.sizes().get(axis) - 1) * stride + 1;
                x = cut(n, x, axis, s.starts().get(axis), end, stride);
            }
        }
        put(n, x);
    }

    private String cut(Node n, String x, int axis, int from, int end, int stride) {
        return to.node(n, "Slice", List.of(x, to.wholes(from), to.wholes(end), to.wholes(axis), to.wholes(stride)));
    }

    void reverse(Node n, int axis) {
        put(n, cut(n, to.full(n.input(0)), axis, -1, Integer.MIN_VALUE, -1));
    }

    void concat(Node n, int axis) {
        List<String> parts = new ArrayList<>();
        for (Node part : n.inputs()) {
            parts.add(to.fullNumber(part));
        }
        to.put(n, to.node(n, "Concat", parts, Attribute.of("axis", axis)));
    }

    void pad(Node n, Op.Pad p) {
        String x = to.fullNumber(n.input(0));
        Shape shape = n.input(0).shape();
        for (int axis = 0; axis < shape.rank(); axis++) {
            x = apart(n, x, shape, axis, p.interior().get(axis) + 1);
            shape = apart(shape, axis, p.interior().get(axis) + 1);
        }
        to.put(n, padded(n, x, p.before().toArray(), p.after().toArray()));
    }

    private String padded(Node n, String x, int[] before, int[] after) {
        int[] pads = Arrays.copyOf(before, 2 * before.length);
        System.arraycopy(after, 0, pads, before.length, after.length);
        return to.node(n, "Pad", List.of(x, to.wholes(pads)));
    }

    /** Zeros between neighbours along an axis, so that they are {@code step} apart. */
    private String apart(Node n, String x, Shape shape, int axis, int step) {
        if (step == 1) {
            return x;
        }
        String single = reshaped(n, x, shape.insert(axis + 1, Extent.ONE));
        int[] before = new int[shape.rank() + 1];
        int[] after = before.clone();
        after[axis + 1] = step - 1;
        Shape wide = shape.withDim(axis, Extent.of(shape.dim(axis) * step));
        String joined = reshaped(n, padded(n, single, before, after), wide);
        return cut(n, joined, axis, 0, apart(shape, axis, step).dim(axis), 1);
    }

    private static Shape apart(Shape shape, int axis, int step) {
        return step == 1 ? shape : shape.withDim(axis, Extent.of((shape.dim(axis) - 1) * step + 1));
    }

    void conv(Node n, Op.Conv c) {
        WindowGeometry g = c.geometry();
        Shape shape = n.input(0).shape();
        String x = to.full(n.input(0));
        int[] pads = new int[2 * g.rank()];
        for (int i = 0; i < g.rank(); i++) {
            int axis = 2 + i;
            x = apart(n, x, shape, axis, g.inputDilations().get(i));
            shape = apart(shape, axis, g.inputDilations().get(i));
            int before = g.before().get(i);
            int after = g.after().get(i);
            if (before < 0 || after < 0) {
                int from = Math.max(0, -before);
                int end = shape.dim(axis) - Math.max(0, -after);
                x = cut(n, x, axis, from, end, 1);
                shape = shape.withDim(axis, Extent.of(end - from));
            }
            pads[i] = Math.max(0, before);
            pads[g.rank() + i] = Math.max(0, after);
        }
        to.put(
                n,
                to.node(
                        n,
                        "Conv",
                        List.of(x, to.full(n.input(1))),
                        Attribute.list("pads", pads),
                        Attribute.list("strides", g.strides().toArray()),
                        Attribute.list("dilations", g.dilations().toArray()),
                        Attribute.of("group", c.groups())));
    }

    void gather(Node n, int lead) {
        String table = to.full(n.input(0));
        String indices = to.fullNumber(n.input(1));
        if (lead == 0) {
            to.put(n, to.node(n, "Gather", List.of(table, indices), Attribute.of("axis", 0)));
            return;
        }
        Shape shape = n.input(1).shape();
        String each = reshaped(n, to.cast(n, indices, OnnxWriter.INT64), shape.insert(shape.rank(), Extent.ONE));
        to.put(n, to.node(n, "GatherND", List.of(table, each), Attribute.of("batch_dims", lead)));
    }
}
