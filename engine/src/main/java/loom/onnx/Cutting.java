package loom.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;

/** Operators that take parts or put parts together. */
final class Cutting {
    static final List<Operator> ALL = List.of(
            Operator.of("Concat", 4, Cutting::concat),
            new Operator("Split", 2, "sizes known", Cutting::split),
            Operator.of("Slice", 1, "bounds known", Cutting::slice),
            Operator.of("Pad", 2, "widths known", Cutting::pad),
            Operator.of("CenterCropPad", 18, "shape known", Cutting::centerCropPad),
            Operator.of("Trilu", 14, "diagonal known", Cutting::trilu));

    private Cutting() {}

    private static Node concat(Call c) {
        Node[] parts = new Node[c.count()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = c.x(i);
        }
        return c.graph().concat(c.axis(c.whole("axis", 1), parts[0].shape().rank()), parts);
    }

    private static List<Value> split(Call c) {
        Node x = c.x(0);
        int axis = c.axis(c.whole("axis", 0), x.shape().rank());
        int size = c.fixed(x.shape(), axis);
        int[] sizes = c.either(1, "split");
        if (sizes == null) {
            int n = c.whole("num_outputs", c.outputs());
            int each = (size + n - 1) / n;
            sizes = new int[n];
            Arrays.fill(sizes, each);
            sizes[n - 1] = size - each * (n - 1);
        }
        List<Node> parts = new ArrayList<>();
        int from = 0;
        for (int s : sizes) {
            parts.add(c.graph().slice(x, axis, from, s));
            from += s;
        }
        if (from != size) {
            throw c.refuse("parts of " + from + " of " + size);
        }
        return Operator.values(parts);
    }

    // ---- slices ----

    /** Positions of one axis: {@code size} of them from {@code start}; {@code step} may be negative. */
    record Cut(int axis, int start, int step, int size) {}

    /** What the operands (before opset 10 the attributes) of Slice say of a value with these extents. */
    static List<Cut> cuts(Call c, int[] dims) {
        int[] starts = c.either(1, "starts");
        int[] ends = c.either(2, "ends");
        int[] axes = c.either(3, "axes");
        int[] steps = c.has(4) ? c.wholes(4) : null;
        if (starts == null || ends == null || starts.length != ends.length) {
            throw c.refuse("bounds are missing or differ in number");
        }
        List<Cut> cuts = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            int axis = c.axis(axes == null ? i : axes[i], dims.length);
            int step = steps == null ? 1 : steps[i];
            if (step == 0) {
                throw c.refuse("a step of 0");
            }
            long n = dims[axis];
            long start = starts[i] < 0 ? starts[i] + n : starts[i];
            long end = ends[i] < 0 ? ends[i] + n : ends[i];
            if (step > 0) {
                start = Math.max(0, Math.min(n, start));
                end = Math.max(0, Math.min(n, end));
            } else {
                start = Math.max(0, Math.min(n - 1, start));
                end = Math.max(-1, Math.min(n - 1, end));
            }
            long size = Math.max(
                    0, step > 0 ? Math.ceilDiv(end - start, (long) step) : Math.ceilDiv(start - end, -(long) step));
            cuts.add(new Cut(axis, (int) start, step, (int) size));
        }
        return cuts;
    }

    private static Node slice(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        int[] starts = c.either(1, "starts");
        int[] ends = c.either(2, "ends");
        for (Cut cut : cuts(c, x.shape().dims())) {
            if (x.shape().extent(cut.axis()).batched()) {
                int i = cuts(c, x.shape().dims()).indexOf(cut);
                boolean whole = starts[i] == 0 && cut.step() == 1 && ends[i] == Integer.MAX_VALUE;
                if (!whole) {
                    throw c.refuse("cuts the batch");
                }
                continue;
            }
            if (cut.size() == 0) {
                throw c.refuse("nothing is left of axis " + cut.axis() + " of " + x.shape());
            }
            int n = x.shape().dim(cut.axis());
            int start = cut.step() > 0 ? cut.start() : n - 1 - cut.start();
            x = cut.step() > 0 ? x : g.reverse(x, cut.axis());
            x = every(g, x, cut.axis(), start, Math.abs(cut.step()), cut.size());
        }
        return x;
    }

    private static Node every(GraphBuilder g, Node x, int axis, int start, int step, int size) {
        if (start == 0 && step == 1 && size == x.shape().dim(axis)) {
            return x;
        }
        int[] starts = new int[x.shape().rank()];
        int[] sizes = x.shape().dims();
        int[] steps = new int[starts.length];
        Arrays.fill(steps, 1);
        starts[axis] = start;
        sizes[axis] = size;
        steps[axis] = step;
        return g.add(new Op.Slice(Words.of(starts), Words.of(sizes), Words.of(steps)), x);
    }

    // ---- padding ----

    private static Node pad(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        int rank = x.shape().rank();
        int[] pads = c.either(1, "pads");
        if (pads == null) {
            throw c.refuse("does not say how wide");
        }
        int[] all = new int[rank];
        for (int i = 0; i < rank; i++) {
            all[i] = i;
        }
        int[] axes = c.has(3) ? c.axes(c.wholes(3), rank) : all;
        if (pads.length != 2 * axes.length) {
            throw c.refuse(pads.length + " widths for " + axes.length + " axes");
        }
        String mode = c.text("mode", "constant");
        Node fill = c.has(2) ? g.reshape(c.x(2), Shape.SCALAR) : null;
        for (int i = 0; i < axes.length; i++) {
            int before = pads[i];
            int after = pads[axes.length + i];
            if (before != 0 || after != 0) {
                c.fixed(x.shape(), axes[i]);
                x = padded(c, x, axes[i], before, after, mode, fill);
            }
        }
        return x;
    }

    private static Node padded(Call c, Node x, int axis, int before, int after, String mode, Node fill) {
        GraphBuilder g = c.graph();
        int from = Math.max(0, -before);
        int n = x.shape().dim(axis) - from - Math.max(0, -after);
        if (n < 1) {
            throw c.refuse("nothing is left of axis " + axis + " of " + x.shape());
        }
        x = every(g, x, axis, from, 1, n);
        int low = Math.max(0, before);
        int high = Math.max(0, after);
        if (mode.equals("constant")) {
            return constant(c, x, axis, low, high, fill);
        }
        int[] picks = new int[low + n + high];
        for (int i = 0; i < picks.length; i++) {
            picks[i] = source(c, mode, i - low, n);
        }
        Node moved = Choosing.toFront(g, x, axis);
        Node rows = g.gather(moved, g.table(TensorType.i32(Shape.of(picks.length)), Words.of(picks)));
        return Choosing.fromFront(g, rows, axis);
    }

    private static int source(Call c, String mode, int at, int n) {
        return switch (mode) {
            case "edge" -> Math.max(0, Math.min(n - 1, at));
            case "wrap" -> Math.floorMod(at, n);
            case "reflect" -> {
                int period = Math.max(1, 2 * (n - 1));
                int m = Math.floorMod(at, period);
                yield m < n ? m : period - m;
            }
            default -> throw c.refuse("mode " + mode);
        };
    }

    private static Node constant(Call c, Node x, int axis, int low, int high, Node fill) {
        GraphBuilder g = c.graph();
        if (low == 0 && high == 0) {
            return x;
        }
        Node padded = g.pad(x, axis, low, high);
        if (fill == null || c.isKnown(2) && c.known(2).real(0) == 0) {
            return padded;
        }
        int n = x.shape().dim(axis);
        int[] inside = new int[low + n + high];
        Arrays.fill(inside, low, low + n, 1);
        int[] dims = new int[x.shape().rank() - axis];
        Arrays.fill(dims, 1);
        dims[0] = inside.length;
        Node mask = g.table(TensorType.i32(Shape.of(dims)), Words.of(inside));
        return g.select(mask, padded, g.cast(fill, x.type().element()));
    }

    private static Node centerCropPad(Call c) {
        Node x = c.x(0);
        int[] to = c.wholes(1);
        int rank = x.shape().rank();
        int[] all = new int[rank];
        for (int i = 0; i < rank; i++) {
            all[i] = i;
        }
        int[] axes = c.axes(c.wholes("axes", all), rank);
        for (int i = 0; i < axes.length; i++) {
            int n = c.fixed(x.shape(), axes[i]);
            int more = to[i] - n;
            // Half of it before, rounded down; of a cut, too.
            int before = more >= 0 ? more / 2 : -((-more) / 2);
            x = padded(c, x, axes[i], before, more - before, "constant", null);
        }
        return x;
    }

    private static Node trilu(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        Shape s = x.shape();
        int k = c.has(1) ? c.wholes(1)[0] : 0;
        int rows = c.fixed(s, s.rank() - 2);
        int columns = c.fixed(s, s.rank() - 1);
        int[] kept = new int[rows * columns];
        for (int i = 0; i < kept.length; i++) {
            int distance = i % columns - i / columns;
            kept[i] = (c.whole("upper", 1) != 0 ? distance >= k : distance <= k) ? 1 : 0;
        }
        Node mask = g.table(TensorType.i32(Shape.of(rows, columns)), Words.of(kept));
        return g.select(mask, x, x.type().element() == ElementType.F32 ? g.constant(0f) : g.constant(0));
    }

    /** A shape with another extent on one axis. */
    static Shape with(Shape s, int axis, int extent) {
        return s.withDim(axis, Extent.of(extent));
    }
}
