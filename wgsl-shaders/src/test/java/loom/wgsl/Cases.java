package loom.wgsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.numeric.Domain;

/** Programs and data that any WebGPU device must run with the reference machine's bits: every kernel kind, every function. */
final class Cases {
    /** @param inputs recipe of every f32 input, parameter and state by name; others are filled with small integers */
    record Case(String name, Graph graph, int batch, Map<String, DawnHost.Values> inputs, int... scalars) {}

    private final List<Case> cases = new ArrayList<>();
    private final int large;

    private Cases(int large) {
        this.large = large;
    }

    /** @param large elements of a function sweep */
    static List<Case> all(int large) {
        Cases c = new Cases(large);
        c.functions();
        c.pointwise();
        c.reductions();
        c.copies();
        c.products();
        c.rows();
        c.loops();
        return c.cases;
    }

    private void add(String name, GraphBuilder b, int batch, Object... inputs) {
        Map<String, DawnHost.Values> map = new LinkedHashMap<>();
        for (int i = 0; i < inputs.length; i += 2) {
            map.put((String) inputs[i], (DawnHost.Values) inputs[i + 1]);
        }
        cases.add(new Case(name, b.build(), batch, map));
    }

    private static DawnHost.Values values(int seed, int low, int high, int count) {
        return new DawnHost.Values(seed, low, high, count);
    }

    private void functions() {
        for (UnaryKind kind : UnaryKind.values()) {
            for (int[] range : new int[][] {{-60, 50}, {-6, 6}}) {
                GraphBuilder b = new GraphBuilder();
                Node x = b.input("x", TensorType.f32(Shape.of(large)));
                // An undefined result is a NaN of any bits, and traps.
                boolean positive = kind == UnaryKind.SQRT || kind == UnaryKind.RSQRT || kind == UnaryKind.LOG;
                b.output("y", b.unary(kind, positive ? b.unary(UnaryKind.ABS, x) : x));
                add(
                        kind + " 2^" + range[0] + "..2^" + range[1],
                        b,
                        1,
                        "x",
                        values(kind.ordinal() + 1, range[0], range[1], large));
            }
        }
        for (BinaryKind kind : BinaryKind.values()) {
            boolean integers = kind == BinaryKind.AND || kind == BinaryKind.OR || kind == BinaryKind.XOR;
            if (integers) {
                continue;
            }
            for (int[] range : new int[][] {{-60, 49, -60, 49}, {-8, 8, -4, 4}}) {
                GraphBuilder b = new GraphBuilder();
                Node x = b.input("x", TensorType.f32(Shape.of(large)));
                Node y = b.input("y", TensorType.f32(Shape.of(large)));
                b.output("z", b.binary(kind, x, y));
                add(
                        kind + " 2^" + range[0] + "..2^" + range[1],
                        b,
                        1,
                        "x",
                        values(100 + kind.ordinal(), range[0], range[1], large),
                        "y",
                        values(200 + kind.ordinal(), range[2], range[3], large));
            }
        }
        for (BinaryKind kind : List.of(BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL, BinaryKind.DIV)) {
            GraphBuilder b = new GraphBuilder();
            TensorType wide = new TensorType(Shape.of(large), ElementType.F32, Domain.W);
            Node x = b.state("x", wide);
            Node y = b.state("y", wide);
            b.output("z", b.binary(kind, x, y));
            add(
                    "wide " + kind,
                    b,
                    1,
                    "x",
                    new DawnHost.Values(300 + kind.ordinal(), -36, 60, large),
                    "y",
                    new DawnHost.Values(400 + kind.ordinal(), -36, 60, large));
        }
        GraphBuilder b = new GraphBuilder();
        Node x = b.state("x", new TensorType(Shape.of(large), ElementType.F32, Domain.W));
        b.output("z", b.unary(UnaryKind.NARROW, b.unary(UnaryKind.SQRT, b.unary(UnaryKind.ABS, x))));
        add("wide sqrt", b, 1, "x", values(500, -36, 60, large));
    }

    private void pointwise() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.of(large)));
        Node y = b.input("y", TensorType.f32(Shape.of(large)));
        Node z = b.input("z", TensorType.f32(Shape.of(large)));
        b.output("a", b.plus(b.times(x, y), z));
        b.output("b", b.minus(b.plus(b.minus(b.times(x, y), b.times(y, z)), b.times(x, z)), x));
        b.output("c", b.minus(b.plus(x, y), x));
        b.output("d", b.times(b.times(x, 0.1f), 10.1f));
        b.output("e", b.divide(b.times(b.times(x, x), y), b.plus(b.times(z, z), b.constant(1f))));
        add(
                "fused chains",
                b,
                1,
                "x",
                values(1, -6, 6, large),
                "y",
                values(2, -6, 6, large),
                "z",
                values(3, -6, 6, large));

        b = new GraphBuilder();
        x = b.input("x", TensorType.f32(Shape.batched(5, 7)));
        y = b.parameter("y", Shape.of(5, 1));
        z = b.parameter("z", Shape.of(7));
        Node i = b.iota(Shape.batched(5, 7), 1);
        Node j = b.iota(Shape.batched(5, 7), 0);
        Node k = b.cast(b.plus(b.times(i, j), b.batch()), ElementType.F32);
        b.output("o", b.plus(b.times(b.plus(x, y), z), k));
        b.output("lt", b.lessThan(x, b.broadcast(z, Shape.batched(5, 7))));
        b.output("le", b.compare(CompareKind.LE, x, y));
        b.output("eq", b.compare(CompareKind.EQ, x, x));
        b.output("sel", b.select(b.lessThan(x, y), x, z));
        b.output("int", b.cast(b.times(x, 1e9f), ElementType.I32));
        b.output(
                "bits",
                b.binary(BinaryKind.XOR, b.binary(BinaryKind.AND, i, j), b.binary(BinaryKind.OR, i, k == x ? j : j)));
        add("broadcasts", b, 13, "x", values(4, -6, 6, 13 * 35), "y", values(5, -6, 6, 5), "z", values(6, -6, 6, 7));

        b = new GraphBuilder();
        x = b.table(TensorType.i32(Shape.of(6)), Words.of(0, 1, -1, 0x7fffffff, 0x80000000, 123456789));
        y = b.broadcast(b.reshape(x, Shape.of(6, 1)), Shape.of(6, 6));
        z = b.broadcast(x, Shape.of(6, 6));
        for (BinaryKind kind : BinaryKind.values()) {
            if (kind != BinaryKind.DIV && kind != BinaryKind.POW) {
                b.output("i" + kind, b.binary(kind, y, z));
                b.output("u" + kind, b.binary(kind, b.cast(y, ElementType.U32), b.cast(z, ElementType.U32)));
            }
        }
        for (CompareKind kind : CompareKind.values()) {
            b.output("i" + kind, b.compare(kind, y, z));
            b.output("u" + kind, b.compare(kind, b.cast(y, ElementType.U32), b.cast(z, ElementType.U32)));
        }
        b.output("f", b.cast(x, ElementType.F32));
        add("integers", b, 1);
    }

    private void reductions() {
        int n = 0;
        for (int[] s : new int[][] {
            {1, 1, 1},
            {3, 10, 1},
            {40, 31, 1},
            {2, 33, 5},
            {5, 4096, 1},
            {3, 4097, 2},
            {2, 20_000, 1},
            {1, 70_000, 3},
            {1, 4096 * 33 + 5, 1}
        }) {
            for (ReduceKind kind : ReduceKind.values()) {
                GraphBuilder b = new GraphBuilder();
                Node x = b.input("x", TensorType.f32(Shape.of(s)));
                b.output("y", b.reduce(kind, x, 1));
                int count = s[0] * s[1] * s[2];
                add("reduce " + kind + " " + Shape.of(s), b, 1, "x", values(600 + n++, -30, 20, count));
            }
        }
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(6)));
        b.output("sum", b.sum(x, 0));
        b.output("mean", b.mean(x, 0));
        Node whole = b.cast(b.times(x, 1000f), ElementType.I32);
        b.output("max", b.reduce(ReduceKind.MAX, whole, 1));
        b.output("min", b.reduce(ReduceKind.MIN, whole, 0));
        add("reduce over the batch", b, 5000, "x", values(700, -20, 10, 30_000));
        // x - mean, squared, chunk by chunk: softmax and a variance as layers write them
        b = new GraphBuilder();
        x = b.input("x", TensorType.f32(Shape.batched(1000)));
        Node e = b.exp(b.minus(x, b.reduce(ReduceKind.MAX, x, 1)));
        b.output("softmax", b.divide(e, b.sum(e, 1)));
        Node d = b.minus(x, b.mean(x, 1));
        b.output("variance", b.mean(b.times(d, d), 1));
        add("softmax and variance", b, 9, "x", values(701, -6, 4, 9000));
    }

    private void copies() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.of(new int[] {3, 1, 5, 7}, 1)));
        b.output("permute", b.permute(x, 2, 1, 3, 0));
        b.output("slice", b.slice(x, 3, 2, 4));
        b.output(
                "strided",
                b.add(new loom.graph.Op.Slice(Words.of(0, 0, 1, 0), Words.of(2, 1, 2, 3), Words.of(2, 1, 3, 3)), x));
        b.output("pad", b.pad(x, 2, 2, 3));
        b.output(
                "dilated",
                b.add(new loom.graph.Op.Pad(Words.of(1, 0, 0, 2), Words.of(0, 0, 1, 3), Words.of(1, 0, 2, 0)), x));
        b.output("concat", b.concat(2, x, b.slice(x, 2, 1, 2), x));
        add("copies", b, 11, "x", values(800, -6, 6, 11 * 105));
    }

    private void rows() {
        for (int[] s : new int[][] {{7, 3, 5}, {300, 40, 12}, {3, 2000, 64}, {1000, 500, 1}, {1, 16, 33}}) {
            GraphBuilder b = new GraphBuilder();
            int[] index = new int[s[1]];
            for (int i = 0; i < index.length; i++) {
                index[i] = i * i % 977 % s[0];
            }
            Node indices = b.table(TensorType.i32(Shape.of(s[1])), Words.of(index));
            Node x = b.input("x", TensorType.f32(Shape.of(s[1], s[2])));
            Node sums = b.scatterAdd(x, indices, 0, Extent.of(s[0]));
            b.output("sums", sums).output("rows", b.gather(sums, indices));
            add("rows " + Shape.of(s), b, 1, "x", values(850 + s[1], -20, 10, s[1] * s[2]));
        }
    }

    private void products() {
        int n = 0;
        for (int[] s : new int[][] {
            {1, 1, 1},
            {3, 5, 7},
            {64, 128, 64},
            {65, 129, 63},
            {130, 300, 70},
            {1, 784, 130},
            {7, 1000, 3},
            {33, 127, 257}
        }) {
            for (int t = 0; t < 4; t++) {
                GraphBuilder b = new GraphBuilder();
                boolean ta = (t & 1) != 0;
                boolean tb = (t & 2) != 0;
                Node x = b.input("x", TensorType.f32(ta ? Shape.of(s[1], s[0]) : Shape.of(s[0], s[1])));
                Node y = b.input("y", TensorType.f32(tb ? Shape.of(s[2], s[1]) : Shape.of(s[1], s[2])));
                b.output("z", b.matMul(x, ta, y, tb));
                add(
                        "matmul " + s[0] + "x" + s[1] + "x" + s[2] + (ta ? " aT" : "") + (tb ? " bT" : ""),
                        b,
                        1,
                        "x",
                        values(900 + n, -9, 3, s[0] * s[1]),
                        "y",
                        values(950 + n++, -9, 3, s[1] * s[2]));
            }
        }
        for (int batch : new int[] {40, 700, 4_099}) {
            GraphBuilder b = new GraphBuilder();
            Node x = b.input("x", TensorType.f32(Shape.batched(36)));
            Node y = b.input("y", TensorType.f32(Shape.batched(50)));
            b.output("z", b.matMul(x, true, y, false));
            add(
                    "matmul over a batch of " + batch,
                    b,
                    batch,
                    "x",
                    values(960, -9, 3, batch * 36),
                    "y",
                    values(961, -9, 3, batch * 50));
        }
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.of(40, 200)));
        Node y = b.input("y", TensorType.f32(Shape.of(200, 36)));
        b.output("z", b.matMul(x, y));
        add("matmul of tiny numbers", b, 1, "x", values(970, -60, -30, 8000), "y", values(971, -60, -10, 7200));
        b = new GraphBuilder();
        x = b.input("x", TensorType.f32(Shape.batched(3, 20, 140)));
        y = b.parameter("y", Shape.of(140, 24));
        Node q = b.input("q", TensorType.f32(Shape.batched(3, 140, 9)));
        b.output("shared", b.matMul(x, y));
        b.output("groups", b.matMul(x, q));
        b.output("transposed", b.matMul(q, true, x, true));
        b.output("square", b.matMul(x, false, x, true));
        b.output("shared left", b.matMul(y, true, q, false));
        Node rows = b.reshape(x, Shape.of(new int[] {60, 140}, 0));
        b.output("over the batch", b.matMul(rows, true, rows, false));
        add(
                "matmul in groups",
                b,
                4,
                "x",
                values(980, -9, 3, 4 * 8400),
                "y",
                values(981, -9, 3, 3360),
                "q",
                values(982, -9, 3, 4 * 3780));
    }

    private void loops() {
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(6)));
        Node x = body.input("x", TensorType.f32(Shape.batched(4)));
        Node w = body.input("w", TensorType.f32(Shape.of(4, 6)));
        Node u = body.input("u", TensorType.f32(Shape.of(6, 6)));
        Node next = body.unary(UnaryKind.TANH, body.plus(body.matMul(x, w), body.matMul(h, u)));
        body.output("h", next);
        body.output("y", body.times(next, next));
        Graph trip = body.build();
        for (boolean reverse : new boolean[] {false, true}) {
            GraphBuilder b = new GraphBuilder();
            Node h0 = b.input("h", TensorType.f32(Shape.batched(6)));
            Node xs = b.input("x", TensorType.f32(Shape.of(new int[] {5, 1, 4}, 1)));
            Node ws = b.parameter("w", Shape.of(4, 6));
            Node us = b.parameter("u", Shape.of(6, 6));
            List<Node> r = b.loop(trip, 5, reverse, List.of(h0), List.of(xs), List.of(ws, us));
            b.output("last", r.get(0));
            b.output("all", r.get(1));
            b.update(ws, b.times(ws, 0.5f));
            add(
                    "loop" + (reverse ? " backwards" : ""),
                    b,
                    3,
                    "h",
                    values(990, -3, 0, 18),
                    "x",
                    values(991, -3, 0, 60),
                    "w",
                    values(992, -3, 0, 24),
                    "u",
                    values(993, -3, 0, 36));
        }
    }
}
