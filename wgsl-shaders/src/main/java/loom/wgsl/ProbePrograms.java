package loom.wgsl;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.RandomKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.numeric.Domain;
import loom.program.Compiler;
import loom.program.Program;

/** Small programs whose results tell a device that fuses, reorders, flushes or estimates from one that does not. */
final class ProbePrograms {
    private static final int COUNT = 384;

    /** @param feeds words of every source by name */
    record Check(String name, Program program, LinkedHashMap<String, int[]> feeds) {}

    private final GraphBuilder g = new GraphBuilder();
    private final LinkedHashMap<String, int[]> feeds = new LinkedHashMap<>();
    private int seed;

    private ProbePrograms(int seed) {
        this.seed = seed;
    }

    private Check check(String name) {
        return new Check(name, Compiler.compile(g.build()), feeds);
    }

    /** Programs whose results must be the reference machine's. */
    static List<Check> of(Feature feature) {
        return switch (feature) {
            case ProductKind kind -> products(kind);
            case Feature.Function f -> List.of(new ProbePrograms(2).function(f.kind()));
            case Feature.Reduction r -> List.of(new ProbePrograms(5).reduction(r));
            case Feature.Other other ->
                switch (other) {
                    case ARITHMETIC -> List.of(new ProbePrograms(1).chains(), new ProbePrograms(7).commits());
                    case POWER -> List.of(new ProbePrograms(2).power());
                    case WIDE -> List.of(new ProbePrograms(3).wide());
                    case INTEGERS -> List.of(new ProbePrograms(4).integers());
                    case RANDOM -> List.of(new ProbePrograms(11).random());
                    case COPIES -> List.of(new ProbePrograms(6).copies());
                    case LOOPS -> List.of(new ProbePrograms(12).loops());
                    case ROWS -> List.of(new ProbePrograms(9).rows());
                };
        };
    }

    /** Runs in which an operation leaves the domain, or an index its table, and that would change a parameter. */
    static List<Check> trapping(Feature feature) {
        return switch (feature) {
            case ProductKind kind -> List.of();
            case Feature.Function f -> List.of();
            case Feature.Reduction r -> List.of();
            case Feature.Other other ->
                switch (other) {
                    case ARITHMETIC -> List.of(new ProbePrograms(8).overflow());
                    case ROWS ->
                        List.of(
                                new ProbePrograms(8).outside(0),
                                new ProbePrograms(8).outside(1),
                                new ProbePrograms(8).outside(2));
                    case POWER, WIDE, INTEGERS, RANDOM, COPIES, LOOPS -> List.of();
                };
        };
    }

    /** Small products of a kind; those of f32 also with sums that rule D rounds. */
    private static List<Check> products(ProductKind kind) {
        if (kind.factors() != Factors.F32) {
            // Operands within and beyond the ends of int8; of f16, smaller than the smallest normal one, too.
            boolean whole = kind.factors() == Factors.INT8;
            return List.of(new ProbePrograms(15).product(kind, whole ? -3 : -26, whole ? 8 : 17));
        }
        return List.of(new ProbePrograms(10).product(kind, -12, 6), new ProbePrograms(14).product(kind, -40, -22));
    }

    private static final WindowGeometry AROUND = new WindowGeometry(
            Words.of(3, 3), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1));

    private static final WindowGeometry GAPS = new WindowGeometry(
            Words.of(2, 3), Words.of(2, 1), Words.of(2, 3), Words.of(3, 2), Words.of(2, 4), Words.of(3, 2));

    private Check product(ProductKind kind, int low, int high) {
        return switch (kind.right()) {
            case MATRIX -> matrices(kind, low, high);
            case WINDOWS -> windows(kind, AROUND, 9, Shape.of((kind.n() + 6) / 7, 7), low, high);
            case WINDOWS_WITH_GAPS -> windows(kind, GAPS, 6, Shape.of(4, 5), low, high);
        };
    }

    private Check matrices(ProductKind kind, int low, int high) {
        Shape left = kind.transposeA() ? Shape.of(kind.k(), kind.m()) : Shape.of(kind.m(), kind.k());
        Shape right = kind.transposeB() ? Shape.of(kind.n(), kind.k()) : Shape.of(kind.k(), kind.n());
        Extent groups = Extent.of(2);
        Node a = values("a", kind.sharedA() ? left : left.insert(0, groups), low, high);
        Node b = values("b", kind.sharedB() ? right : right.insert(0, groups), low, high);
        g.output("matmul", g.add(new Op.MatMul(kind.transposeA(), kind.transposeB(), kind.factors()), a, b));
        return check("matmul");
    }

    /** A convolution whose product reads windows of so many taps in zeros, or packs them from there. */
    private Check windows(ProductKind kind, WindowGeometry by, int taps, Shape picture, int low, int high) {
        int samples = 2;
        int channels = kind.channels(taps);
        int k = channels * taps;
        Node x = values("x", Shape.of(samples, channels, picture.dim(0), picture.dim(1)), low, high);
        Node windows = g.add(new Op.Window(by), x);
        int positions = windows.type().shape().elements(1) / samples / k;
        Shape filters = kind.transposeA() ? Shape.of(k, kind.m()) : Shape.of(kind.m(), k);
        Node w = values("w", kind.sharedA() ? filters : filters.insert(0, Extent.of(samples)), low, high);
        Node patches = g.reshape(windows, Shape.of(samples, k, positions));
        g.output("convolution", g.add(new Op.MatMul(kind.transposeA(), false, kind.factors()), w, patches));
        return check("convolution");
    }

    private Node values(String name, Shape shape, int low, int high) {
        feeds.put(name, words(shape.elements(1), low, high));
        return g.input(name, TensorType.f32(shape));
    }

    /** Pairs that cancel but for their last bits, exponents from low to high, zeros, and the smallest magnitudes. */
    private int[] words(int count, int low, int high) {
        int[] w = new int[count];
        for (int i = 0; i < count; i++) {
            int r = next();
            int exponent = low + (next() >>> 9) % (high - low + 1);
            int coarse = Math.max(0, -37 - exponent);
            w[i] = r & 0x80000000 | exponent + 127 << 23 | (r & 0x7fffff) >>> coarse << coarse;
            if (i % 4 == 3 && w[i - 1] != 0 && exponent > -30) {
                w[i] = (w[i - 1] ^ 0x80000000) + (r & 2) - 1;
            }
            if (i % 29 == 28) {
                w[i] = 0;
            }
        }
        return w;
    }

    private int next() {
        seed = seed * 1_664_525 + 1_013_904_223;
        int r = seed;
        r ^= r >>> 15;
        return r * 0x2c1b3c6d;
    }

    private Check chains() {
        Node x = values("x", Shape.of(COUNT), -20, 12);
        Node y = values("y", Shape.of(COUNT), -20, 12);
        Node z = values("z", Shape.of(COUNT), -20, 12);
        g.output("x*y+z", g.plus(g.times(x, y), z));
        g.output("x*y-x*z", g.minus(g.times(x, y), g.times(x, z)));
        g.output("(x+y)-x", g.minus(g.plus(x, y), x));
        g.output("x*c*d", g.times(g.times(x, 0.1f), 10.1f));
        g.output("two-sum", g.minus(y, g.minus(g.plus(x, y), x)));
        g.output("greater", g.binary(BinaryKind.MAX, x, y));
        g.output("less", g.binary(BinaryKind.MIN, x, y));
        g.output("x/y", g.divide(x, g.plus(g.unary(UnaryKind.ABS, y), g.constant(0x1p-20f))));
        Node a = values("a", Shape.of(COUNT), -60, -30);
        Node b = values("b", Shape.of(COUNT), -30, 20);
        g.output("tiny product", g.times(a, b));
        g.output("tiny product and sum", g.plus(g.times(a, b), a));
        return check("pointwise");
    }

    private Check function(UnaryKind kind) {
        Node x = values("x", Shape.of(COUNT), -40, 8);
        boolean ofPositive = kind == UnaryKind.LOG || kind == UnaryKind.SQRT || kind == UnaryKind.RSQRT;
        Node positive = g.plus(g.unary(UnaryKind.ABS, x), g.constant(0x1p-60f));
        g.output("function " + kind, g.unary(kind, ofPositive ? positive : x));
        return check("function");
    }

    private Check power() {
        Node base = g.plus(g.unary(UnaryKind.ABS, values("base", Shape.of(COUNT), -9, 8)), g.constant(0x1p-12f));
        g.output("function POW", g.binary(BinaryKind.POW, base, values("y", Shape.of(COUNT), -6, 1)));
        return check("function");
    }

    private Check random() {
        Shape shape = Shape.of(COUNT);
        Node[] words = new Node[4];
        Arrays.setAll(words, i -> anyOf(TensorType.u32(shape)));
        for (RandomKind kind : RandomKind.values()) {
            g.output("random " + kind, g.add(new PointOp.Random(kind, 3, 1), words));
        }
        return check("random");
    }

    private Check wide() {
        TensorType type = new TensorType(Shape.of(COUNT), ElementType.F32, Domain.W);
        feeds.put("v", words(COUNT, -36, 20));
        Node v = g.state("v", type);
        Node square = g.times(v, v);
        Node scale = g.plus(g.add(new PointOp.Unary(UnaryKind.SQRT), square), g.constant(0x1p-20f));
        g.output("square", g.times(square, square));
        g.output("quotient", g.unary(UnaryKind.NARROW, g.divide(v, scale)));
        return check("wide");
    }

    private Check integers() {
        int[] w = {0, 1, -1, 7, 0x7fffffff, 0x80000000, 123_456_789, -987_654_321};
        Node row = g.table(TensorType.i32(Shape.of(8)), Words.of(w));
        Node x = g.broadcast(row, Shape.of(8, 8));
        Node y = g.broadcast(g.reshape(row, Shape.of(8, 1)), Shape.of(8, 8));
        g.output("integer product", g.plus(g.times(x, y), g.iota(Shape.of(8, 8), 1)));
        Node f = g.cast(x, ElementType.F32);
        g.output("integer to f32", f);
        g.output("f32 to integer", g.cast(g.times(f, 1.5f), ElementType.I32));
        Node less = g.compare(CompareKind.LT, f, g.cast(y, ElementType.F32));
        g.output("select", g.select(less, x, y));
        for (CompareKind kind : CompareKind.values()) {
            g.output("compare " + kind, g.compare(kind, x, y));
            g.output("compare f32 " + kind, g.compare(kind, f, g.cast(y, ElementType.F32)));
        }
        for (BinaryKind kind : List.of(BinaryKind.AND, BinaryKind.OR, BinaryKind.XOR, BinaryKind.MAX, BinaryKind.MIN)) {
            g.output("integer " + kind, g.binary(kind, x, y));
        }
        return check("integers");
    }

    private Check reduction(Feature.Reduction r) {
        int length = r.chunked() ? 9_000 : 70;
        Shape shape = r.rows() ? Shape.of(3, length) : Shape.of(3, length, 9);
        Node x = r.element() == ElementType.F32 ? values("x", shape, -20, 10) : anyOf(TensorType.i32(shape));
        g.output("reduce " + r.kind(), g.reduce(r.kind(), x, 1));
        return check("reduce");
    }

    /** Constants with any bits. */
    private Node anyOf(TensorType type) {
        int[] w = new int[type.shape().elements(1)];
        Arrays.setAll(w, i -> next());
        return g.table(type, Words.of(w));
    }

    private Check loops() {
        Shape shape = Shape.of(COUNT);
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(shape));
        Node x = body.input("x", TensorType.f32(shape));
        Node next = body.plus(body.times(h, 0.3f), x);
        body.output("h", next);
        body.output("y", body.minus(next, h));
        Graph trip = body.build();
        int trips = 3;
        Node start = values("start", shape, -8, 3);
        Node xs = values("xs", Shape.of(trips, COUNT), -8, 3);
        for (boolean reverse : new boolean[] {false, true}) {
            List<Node> results = g.loop(trip, trips, reverse, List.of(start), List.of(xs), List.of());
            String name = reverse ? "loop backwards" : "loop";
            g.output(name, results.get(0));
            g.output(name + ", every trip", results.get(1));
        }
        return check("loop");
    }

    private Check copies() {
        Node x = values("x", Shape.of(3, 5, 7), -20, 10);
        g.output("permute", g.permute(x, 2, 0, 1));
        g.output("strides", g.add(new Op.Slice(Words.of(1, 0, 1), Words.of(2, 3, 3), Words.of(1, 2, 2)), x));
        g.output("pad", g.add(new Op.Pad(Words.of(1, 0, 2), Words.of(0, 1, 3), Words.of(0, 1, 2)), x));
        g.output("concat", g.concat(1, x, g.slice(x, 1, 1, 2)));
        return check("copy");
    }

    /** A run that commits. */
    private Check commits() {
        feeds.put("w", words(70, -8, 3));
        Node w = g.parameter("w", Shape.of(70));
        Node next = g.minus(w, g.times(w, 0.1f));
        g.output("w", next);
        g.update(w, next);
        return check("commit");
    }

    private static final int ROWS = 70;

    /** Rows of a table, and sums of rows by both shaders: of many positions, and of few. */
    private Check rows() {
        Node many = indices(Shape.of(4 * ROWS), 9);
        Node few = indices(Shape.of(ROWS, 4), 3);
        Node table = values("table", Shape.of(9, 5), -20, 10);
        Node own = values("own", Shape.of(ROWS, 3), -20, 10);
        Node x = values("rows", Shape.of(4 * ROWS, 5), -20, 10);
        g.output("gather", g.gather(table, many));
        g.output("gather by group", g.gather(own, few, 1));
        g.output("scatter-add", g.scatterAdd(x, many, 0, Extent.of(11)));
        g.output("scatter-add by group", g.scatterAdd(g.gather(own, few, 1), few, 1, Extent.of(3)));
        return check("rows");
    }

    /** Constant indices below {@code bound}. */
    private Node indices(Shape shape, int bound) {
        int[] w = new int[shape.elements(1)];
        for (int i = 0; i < w.length; i++) {
            w[i] = (next() >>> 9) % bound;
        }
        return g.table(TensorType.i32(shape), Words.of(w));
    }

    private Check overflow() {
        feeds.put("w", words(ROWS, 20, 26));
        Node w = g.parameter("w", Shape.of(ROWS));
        Node square = g.times(w, w);
        g.update(w, g.plus(g.times(square, 0.5f), g.constant(1f)));
        return check("trap");
    }

    /** By one index in a gather, a scatter-add of many positions or one of few. */
    private Check outside(int kind) {
        feeds.put("w", words(ROWS, -8, 3));
        Node w = g.parameter("w", Shape.of(ROWS));
        int[] index = new int[ROWS];
        index[ROWS - 1] = kind == 1 ? -1 : ROWS;
        Node indices = g.table(TensorType.i32(Shape.of(ROWS)), Words.of(index));
        Shape groups = Shape.of(ROWS / 10, 10);
        switch (kind) {
            case 0 -> g.update(w, g.gather(w, indices));
            case 1 -> g.update(w, g.scatterAdd(w, indices, 0, Extent.of(ROWS)));
            default -> {
                Node sums = g.scatterAdd(g.reshape(w, groups), g.reshape(indices, groups), 1, Extent.of(10));
                g.update(w, g.reshape(sums, w.shape()));
            }
        }
        return check("index " + kind);
    }
}
