package loom.graph;

import java.util.ArrayList;
import java.util.List;

/** Shapes of windows and convolutions: {@code [N, C, spatial...]}, of which only N may be batched. */
final class WindowRules {
    private WindowRules() {}

    static TensorType window(Op.Window w, TensorType x) {
        WindowGeometry g = w.geometry();
        checkInput(g, x);
        List<Extent> out = new ArrayList<>(x.shape().extents().subList(0, 2));
        out.addAll(kernel(g));
        out.addAll(windows(g, x.shape()));
        return x.withShape(Shape.of(out));
    }

    static TensorType unwindow(Op.Unwindow u, TensorType t) {
        WindowGeometry g = u.geometry();
        int rank = g.rank();
        ShapeRules.check(
                u.spatial().size() == rank && t.shape().rank() == 2 + 2 * rank,
                "windows of " + t + " over " + u.spatial());
        List<Extent> input = new ArrayList<>(t.shape().extents().subList(0, 2));
        for (int i = 0; i < rank; i++) {
            input.add(Extent.of(u.spatial().get(i)));
        }
        TensorType windows = window(new Op.Window(g), t.withShape(Shape.of(input)));
        ShapeRules.check(windows.equals(t), "windows of " + t + " over " + u.spatial() + " should be " + windows);
        input.addAll(kernel(g));
        return t.withShape(Shape.of(input));
    }

    static TensorType conv(Op.Conv c, List<Node> in) {
        ShapeRules.check(in.size() == 2, "a convolution takes input and kernel");
        TensorType x = in.get(0).type();
        TensorType w = in.get(1).type();
        WindowGeometry g = c.geometry();
        checkInput(g, x);
        ShapeRules.check(
                x.equals(TensorType.f32(x.shape())) && w.equals(TensorType.f32(w.shape())),
                "convolution of " + x + " by " + w);
        ShapeRules.check(
                w.shape().rank() == x.shape().rank() && !w.shape().isBatched(),
                "convolution of " + x + " by kernel " + w + ": [filters, channels / groups, taps...] expected");
        int channels = x.shape().dim(1);
        int filters = w.shape().dim(0);
        ShapeRules.check(
                c.groups() >= 1 && channels % c.groups() == 0 && filters % c.groups() == 0,
                c.groups() + " groups of " + channels + " channels and " + filters + " filters");
        ShapeRules.check(
                w.shape().dim(1) == channels / c.groups(),
                "kernel " + w + " for " + channels / c.groups() + " channels a group");
        for (int i = 0; i < g.rank(); i++) {
            ShapeRules.check(w.shape().dim(2 + i) == g.kernel().get(i), "kernel " + w + " for taps " + g.kernel());
        }
        List<Extent> out = new ArrayList<>();
        out.add(x.shape().extent(0));
        out.add(Extent.of(filters));
        out.addAll(windows(g, x.shape()));
        return TensorType.f32(Shape.of(out));
    }

    private static void checkInput(WindowGeometry g, TensorType x) {
        ShapeRules.check(
                x.shape().rank() == 2 + g.rank() && x.shape().batchAxis() <= 0,
                "windows over " + g.rank() + " spatial axes of " + x + ": [N, channels, spatial...] expected");
    }

    private static List<Extent> kernel(WindowGeometry g) {
        List<Extent> k = new ArrayList<>();
        for (int i = 0; i < g.rank(); i++) {
            k.add(Extent.of(g.kernel().get(i)));
        }
        return k;
    }

    private static List<Extent> windows(WindowGeometry g, Shape x) {
        List<Extent> o = new ArrayList<>();
        for (int i = 0; i < g.rank(); i++) {
            o.add(Extent.of(g.windows(i, x.dim(2 + i))));
        }
        return o;
    }
}
