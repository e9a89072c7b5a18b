package loom.wgsl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.graph.Autodiff;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/** Convolutions whose windows end in every place where a shader that reads them itself could go wrong. */
final class ConvCases {
    private final List<Cases.Case> cases = new ArrayList<>();
    private int seed = 2_000;

    private ConvCases() {}

    static List<Cases.Case> all() {
        ConvCases c = new ConvCases();
        c.windows();
        c.gradients();
        c.rounded();
        c.transposed();
        c.loops();
        return c.cases;
    }

    /**
     * A convolution.
     *
     * @param picture channels and extents
     * @param kernel filters and extents
     * @param steps stride, dilation, zeros before, zeros behind, distance of the input's elements; along every axis
     */
    private record Conv(int batch, int groups, int[] picture, int[] kernel, int... steps) {
        int rank() {
            return kernel.length - 1;
        }

        private Words along(int step) {
            int[] w = new int[rank()];
            Arrays.fill(w, steps[step]);
            return Words.of(w);
        }

        WindowGeometry geometry() {
            return new WindowGeometry(
                    Words.of(Arrays.copyOfRange(kernel, 1, kernel.length)),
                    along(0),
                    along(1),
                    along(2),
                    along(3),
                    along(4));
        }

        Shape weights() {
            int[] w = new int[rank() + 2];
            w[0] = kernel[0];
            w[1] = picture[0] / groups;
            System.arraycopy(kernel, 1, w, 2, rank());
            return Shape.of(w);
        }

        @Override
        public String toString() {
            return "conv " + batch + "x" + Arrays.toString(picture) + " by " + Arrays.toString(kernel) + " "
                    + Arrays.toString(steps) + (groups > 1 ? " groups " + groups : "");
        }
    }

    private static Conv conv(int batch, int groups, int[] picture, int[] kernel, int... steps) {
        return new Conv(batch, groups, picture, kernel, steps);
    }

    private static int[] of(int... sizes) {
        return sizes;
    }

    private void windows() {
        for (int batch : new int[] {1, 3, 17}) {
            add(conv(batch, 1, of(5, 9, 11), of(7, 3, 3), 1, 1, 1, 1, 1), -9, 3, false);
            add(conv(batch, 1, of(1, 6, 7), of(9, 3, 3), 1, 1, 1, 1, 1), -9, 3, false);
            add(conv(batch, 1, of(4, 7, 6), of(40, 3, 3), 3, 1, 0, 0, 1), -9, 3, false);
        }
        // Whole tiles of nothing but zeros around; more taps before the picture than it has elements.
        add(conv(2, 1, of(3, 2, 3), of(10, 3, 3), 1, 1, 40, 39, 1), -9, 3, false);
        add(conv(2, 1, of(2, 2, 2), of(8, 7, 7), 1, 1, 6, 6, 1), -9, 3, false);
        // k of one, of two blocks and a rest, of whole blocks, of whole parts of a tile.
        add(conv(3, 1, of(1, 30, 5), of(33, 2, 1), 2, 1, 0, 1, 1), -9, 3, false);
        add(conv(2, 1, of(33, 6, 6), of(37, 3, 3), 1, 1, 1, 1, 1), -20, 8, false);
        add(conv(2, 1, of(64, 5, 7), of(64, 2, 2), 1, 1, 0, 0, 1), -20, 8, false);
        add(conv(2, 1, of(16, 8, 9), of(66, 3, 3), 1, 1, 1, 1, 1), -20, 8, false);
        add(conv(1, 1, of(40, 6, 6), of(3, 3, 3), 1, 1, 1, 1, 1), -20, 8, false);
        // Rule D rounds these sums.
        add(conv(2, 1, of(20, 6, 7), of(12, 3, 3), 1, 1, 1, 1, 1), -45, -28, false);
        // Dilations, strides beyond the kernel, gaps in the input, and all of them.
        add(conv(3, 1, of(6, 14, 12), of(11, 3, 3), 1, 3, 2, 2, 1), -9, 3, false);
        add(conv(3, 1, of(6, 14, 12), of(11, 2, 2), 5, 1, 0, 0, 1), -9, 3, false);
        add(conv(3, 1, of(6, 7, 5), of(11, 3, 3), 1, 1, 2, 1, 2), -9, 3, false);
        add(conv(3, 1, of(6, 7, 5), of(11, 3, 3), 2, 2, 3, 4, 3), -9, 3, false);
        // Groups: several, and one channel each.
        add(conv(3, 3, of(12, 9, 8), of(30, 3, 3), 1, 1, 1, 1, 1), -9, 3, false);
        add(conv(5, 6, of(6, 9, 8), of(6, 3, 3), 1, 1, 1, 1, 1), -9, 3, false);
        add(conv(2, 2, of(64, 5, 4), of(24, 3, 3), 2, 1, 1, 1, 1), -9, 3, false);
        // One axis, three axes, more taps than the text of a shader has as numbers.
        add(conv(4, 1, of(7, 150), of(20, 5), 2, 2, 3, 0, 1), -9, 3, false);
        add(conv(2, 1, of(2, 5, 6, 4), of(9, 2, 3, 2), 1, 1, 1, 1, 1), -9, 3, false);
        add(conv(2, 2, of(4, 5, 6, 4), of(18, 2, 3, 2), 1, 1, 1, 1, 1), -9, 3, false);
        add(conv(2, 1, of(3, 5, 60), of(10, 1, 40), 1, 1, 0, 0, 1), -9, 3, false);
        // Few elements of a long k, few columns of many rows, many tiles.
        add(conv(1, 1, of(128, 4, 3), of(16, 3, 3), 1, 1, 1, 1, 1), -9, 3, false);
        add(conv(1, 1, of(72, 3, 3), of(260, 2, 2), 1, 1, 0, 0, 1), -9, 3, false);
        add(conv(9, 1, of(20, 24, 23), of(70, 3, 3), 1, 1, 1, 1, 1), -9, 3, false);
    }

    private void gradients() {
        add(conv(3, 1, of(3, 9, 10), of(13, 3, 3), 1, 1, 1, 1, 1), -6, 2, true);
        add(conv(2, 1, of(9, 9, 10), of(13, 3, 3), 2, 1, 1, 0, 1), -6, 2, true);
        add(conv(20, 1, of(2, 8, 8), of(40, 3, 3), 1, 2, 2, 2, 1), -6, 2, true);
        add(conv(3, 2, of(8, 7, 7), of(20, 3, 3), 2, 1, 1, 1, 1), -6, 2, true);
        add(conv(3, 1, of(8, 33), of(10, 4), 3, 1, 1, 2, 1), -6, 2, true);
    }

    private void add(Conv c, int low, int high, boolean gradients) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(c.picture)));
        Node w = b.parameter("w", c.weights());
        Node y = b.conv(x, w, c.geometry(), c.groups);
        b.output("y", y);
        if (gradients) {
            Node all = b.reshape(b.times(y, y), Shape.of(List.of(y.shape().elements())));
            Node loss = b.reshape(b.mean(all, 0), Shape.SCALAR);
            List<Node> g = Autodiff.gradients(b, loss, List.of(x, w));
            b.output("dx", g.get(0)).output("dw", g.get(1));
        }
        add(
                c + (gradients ? " and gradients" : ""),
                b,
                c.batch,
                values(x, c.batch, low, high),
                values(w, 1, low, high));
    }

    /** Products of windows whose operands are rounded, as layers write them. */
    private void rounded() {
        for (Factors f : List.of(Factors.BF16, Factors.F16, Factors.INT8)) {
            for (Conv c : List.of(
                    conv(3, 1, of(5, 9, 11), of(17, 3, 3), 1, 1, 1, 1, 1),
                    conv(2, 1, of(33, 8, 7), of(35, 3, 3), 2, 2, 3, 3, 1),
                    conv(1, 1, of(64, 5, 5), of(16, 3, 3), 1, 1, 1, 1, 1))) {
                GraphBuilder b = new GraphBuilder();
                Node x = b.input("x", TensorType.f32(Shape.batched(c.picture)));
                Node w = b.parameter("w", c.weights());
                Node windows = b.add(new Op.Window(c.geometry()), x);
                Extent taps = w.shape().product(1, w.shape().rank());
                Shape all = windows.shape();
                Extent positions = all.product(2 + c.rank(), all.rank());
                Node matrix = b.reshape(windows, Shape.of(List.of(all.extent(0), taps, positions)));
                b.output("y", b.matMul(b.reshape(w, Shape.of(List.of(w.shape().extent(0), taps))), matrix, f));
                int high = f == Factors.INT8 ? 8 : 3;
                add(f + " " + c, b, c.batch, values(x, c.batch, -9, high), values(w, 1, -9, high));
            }
        }
    }

    /** Windows as the transposed operand: k are positions, columns taps. */
    private void transposed() {
        for (int batch : new int[] {1, 5}) {
            Conv c = conv(batch, 1, of(3, 9, 14), of(1, 3, 3), 1, 1, 1, 1, 1);
            GraphBuilder b = new GraphBuilder();
            Node x = b.input("x", TensorType.f32(Shape.batched(c.picture)));
            Node w = b.parameter("w", Shape.of(40, 126));
            Node windows = b.reshape(b.add(new Op.Window(c.geometry()), x), Shape.batched(27, 126));
            b.output("y", b.matMul(w, false, windows, true));
            add("transposed " + c, b, batch, values(x, batch, -9, 3), values(w, 1, -9, 3));
        }
    }

    /** A convolution of what a loop slices and one of what it carries; both write where others of their kind lie. */
    private void loops() {
        WindowGeometry same =
                conv(1, 1, of(4, 6, 5), of(4, 3, 3), 1, 1, 1, 1, 1).geometry();
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(4, 6, 5)));
        Node x = body.input("x", TensorType.f32(Shape.batched(3, 6, 5)));
        Node u = body.input("u", TensorType.f32(Shape.of(4, 4, 3, 3)));
        Node w = body.input("w", TensorType.f32(Shape.of(4, 3, 3, 3)));
        Node own = body.conv(x, w, same, 1);
        body.output("h", body.unary(UnaryKind.TANH, body.plus(body.conv(h, u, same, 1), own)));
        body.output("own", own);
        Graph trip = body.build();
        GraphBuilder b = new GraphBuilder();
        Node h0 = b.input("h", TensorType.f32(Shape.batched(4, 6, 5)));
        Node xs = b.input("x", TensorType.f32(Shape.of(new int[] {3, 1, 3, 6, 5}, 1)));
        Node us = b.parameter("u", Shape.of(4, 4, 3, 3));
        Node ws = b.parameter("w", Shape.of(4, 3, 3, 3));
        List<Node> r = b.loop(trip, 3, false, List.of(h0), List.of(xs), List.of(us, ws));
        b.output("last", r.get(0)).output("own", r.get(1));
        add(
                "conv in a loop",
                b,
                2,
                values(h0, 2, -3, 0),
                values(xs, 2, -3, 0),
                values(us, 1, -6, 0),
                values(ws, 1, -6, 0));

        // Nothing but the convolution: what it reads is carried, and written in the same trip.
        body = new GraphBuilder();
        h = body.input("h", TensorType.f32(Shape.batched(4, 6, 5)));
        u = body.input("u", TensorType.f32(Shape.of(4, 4, 3, 3)));
        body.output("h", body.conv(h, u, same, 1));
        trip = body.build();
        b = new GraphBuilder();
        h0 = b.input("h", TensorType.f32(Shape.batched(4, 6, 5)));
        us = b.parameter("u", Shape.of(4, 4, 3, 3));
        b.output(
                "last",
                b.loop(trip, 4, false, List.of(h0), List.of(), List.of(us)).get(0));
        add("conv of what a loop carries", b, 2, values(h0, 2, -3, 0), values(us, 1, -6, -2));
    }

    private record Feed(String name, DawnHost.Values values) {}

    private Feed values(Node source, int batch, int low, int high) {
        String name = source.op() instanceof Op.Parameter p ? p.name() : ((Op.Input) source.op()).name();
        return new Feed(
                name, new DawnHost.Values(seed++, low, high, source.shape().elements(batch)));
    }

    private void add(String name, GraphBuilder b, int batch, Feed... feeds) {
        Map<String, DawnHost.Values> inputs = new LinkedHashMap<>();
        for (Feed f : feeds) {
            inputs.put(f.name, f.values);
        }
        cases.add(new Cases.Case(name, b.build(), batch, inputs));
    }
}
