package loom.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Malformed and unusable ONNX files, by what is wrong with them. */
final class HostileOnnx {
    private static final String[] X = {"x"};
    private static final String[] Y = {"y"};

    private final Map<String, byte[]> all = new LinkedHashMap<>();

    private HostileOnnx() {}

    static Map<String, byte[]> all() {
        HostileOnnx h = new HostileOnnx();
        h.bytes();
        h.structure();
        h.tensors();
        h.ports();
        h.graphs();
        h.operators();
        return h.all;
    }

    private void add(String name, OnnxBytes file) {
        all.put(name, file.bytes());
    }

    /** A good graph, {@code y = x + w}, and something else before it. */
    private void graph(String name, Consumer<OnnxBytes> more) {
        add(name, OnnxBytes.model(g -> {
            more.accept(g);
            g.node("Add x w -> y")
                    .floats("w", new int[] {2}, 1, 2)
                    .input("x", "n", 2)
                    .output("y");
        }));
    }

    /** One operator of {@code x [n, 4]}. */
    private void operator(String name, String op, Consumer<OnnxBytes> node) {
        operator(name, op, X, node, g -> {});
    }

    private void operator(String name, String op, String[] inputs, Consumer<OnnxBytes> node, Consumer<OnnxBytes> more) {
        add(name, OnnxBytes.model(g -> {
            g.node(op, inputs, Y, node).input("x", "n", 4).output("y");
            more.accept(g);
        }));
    }

    private void tensor(String name, Consumer<OnnxBytes> content) {
        graph(name, g -> g.message(5, content));
    }

    private void bytes() {
        byte[] good = OnnxBytes.model(
                        g -> g.node("Relu x -> y").input("x", "n", 2).output("y"))
                .bytes();
        for (int n : new int[] {1, 3, 9, 17, 30, good.length - 1}) {
            all.put("cut after " + n + " bytes", java.util.Arrays.copyOf(good, n));
        }
        all.put("empty", new byte[0]);
        add("field number 0", new OnnxBytes().whole(1, 8).raw(0, 0));
        add(
                "field number of 30 bits",
                new OnnxBytes().whole(1, 8).varint(8L << 30).raw(0));
        add("a group", new OnnxBytes().whole(1, 8).raw(0x3b));
        add("wire type 7", new OnnxBytes().whole(1, 8).raw(0x3f));
        add(
                "a varint of 11 bytes",
                new OnnxBytes().whole(1, 8).raw(0x28, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1));
        add(
                "a varint of 65 bits",
                new OnnxBytes().whole(1, 8).raw(0x28, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2));
        add("a length of 2 GiB", new OnnxBytes().whole(1, 8).raw(0x3a).varint(1L << 31));
        add("a length of 2^63", new OnnxBytes().whole(1, 8).raw(0x3a).varint(Long.MIN_VALUE));
        add("a length of 2^64-1", new OnnxBytes().whole(1, 8).raw(0x3a).varint(-1));
        add("the graph is a number", new OnnxBytes().whole(1, 8).whole(7, 5));
        add("the producer is a number", new OnnxBytes().whole(1, 8).whole(2, 5));
        add("text that is not UTF-8", new OnnxBytes().whole(1, 8).bytes(2, new byte[] {(byte) 0xff}));
    }

    private void structure() {
        add("no graph", new OnnxBytes().whole(1, 8).message(8, o -> o.whole(2, 17)));
        add("no opset", new OnnxBytes().whole(1, 8).message(7, g -> {}));
        add("two graphs", new OnnxBytes().whole(1, 8).message(7, g -> {}).message(7, g -> {}));
        add("opset 6", OnnxBytes.model(6, g -> {}));
        add("opset 0", OnnxBytes.model(0, g -> {}));
        add("opset 2^40", new OnnxBytes().whole(1, 8).message(7, g -> {}).message(8, o -> o.whole(2, 1L << 40)));
        add("opset -1", new OnnxBytes().whole(1, 8).message(7, g -> {}).message(8, o -> o.whole(2, -1)));
        add(
                "only a foreign opset",
                new OnnxBytes()
                        .whole(1, 8)
                        .message(7, g -> {})
                        .message(8, o -> o.text(1, "a").whole(2, 1)));
        add("a function", OnnxBytes.model(g -> {}).message(25, f -> {}));
        add("an empty graph", OnnxBytes.model(g -> {}));
        OnnxBytes deep = new OnnxBytes();
        for (int i = 0; i < 60; i++) {
            OnnxBytes inner = deep;
            deep = new OnnxBytes().node("If", X, Y, n -> n.attribute("then_branch", 5, a -> a.bytes(6, inner.bytes())));
        }
        OnnxBytes deepest = deep;
        add(
                "graphs 60 deep",
                new OnnxBytes().whole(1, 8).bytes(7, deepest.bytes()).message(8, o -> o.whole(2, 17)));
    }

    private void tensors() {
        tensor("a tensor without a type", t -> t.whole(1, 1).real(4, 1).text(8, "t"));
        tensor("a tensor of type 99", t -> t.whole(1, 1).whole(2, 99).text(8, "t"));
        tensor("a tensor of text", t -> t.whole(1, 1).whole(2, 8).text(8, "t"));
        tensor("a tensor of complex numbers", t -> t.whole(1, 1).whole(2, 14).text(8, "t"));
        tensor("too few values", t -> t.whole(1, 3).whole(2, 1).real(4, 1).text(8, "t"));
        tensor(
                "too many values",
                t -> t.whole(1, 1).whole(2, 1).real(4, 1).real(4, 2).text(8, "t"));
        tensor(
                "values of another type",
                t -> t.whole(1, 1).whole(2, 1).whole(7, 1).text(8, "t"));
        tensor("too few raw bytes", t -> t.whole(1, 2).whole(2, 1).text(8, "t").bytes(9, new byte[7]));
        tensor("a negative extent", t -> t.whole(1, -2).whole(2, 1).text(8, "t"));
        tensor("an extent of 2^40", t -> t.whole(1, 1L << 40).whole(2, 1).text(8, "t"));
        tensor(
                "2^60 elements",
                t -> t.whole(1, 1 << 30).whole(1, 1 << 30).whole(2, 1).text(8, "t"));
        tensor("2^30 elements and no data", t -> t.whole(1, 1 << 30).whole(2, 1).text(8, "t"));
        tensor("rank 9", t -> {
            for (int i = 0; i < 9; i++) {
                t.whole(1, 1);
            }
            t.whole(2, 1).real(4, 1).text(8, "t");
        });
        tensor("a NaN", t -> t.whole(1, 1).whole(2, 1).real(4, Float.NaN).text(8, "t"));
        tensor(
                "data in another file",
                t -> t.whole(1, 1)
                        .whole(2, 1)
                        .text(8, "t")
                        .message(13, e -> e.text(1, "location").text(2, "../../etc/passwd"))
                        .whole(14, 1));
        tensor(
                "data in another file that is not named",
                t -> t.whole(1, 1).whole(2, 1).text(8, "t").whole(14, 1));
        tensor("a segment", t -> t.whole(1, 1).whole(2, 1).text(8, "t").message(3, s -> {}));
        tensor(
                "packed numbers that are cut",
                t -> t.whole(1, 1).whole(2, 1).bytes(4, new byte[] {1, 2, 3}).text(8, "t"));
        tensor("a tensor without a name", t -> t.whole(1, 1).whole(2, 1).real(4, 1));
        tensor(
                "a tensor twice",
                t -> t.whole(1, 2).whole(2, 1).real(4, 1).real(4, 1).text(8, "w"));
        graph("a sparse initializer", g -> g.message(15, s -> {}));
    }

    private void ports() {
        graph("an input of text", g -> g.port(11, "t", 8, 1));
        graph("an input without a type", g -> g.message(11, p -> p.text(1, "t")));
        graph(
                "an input that is a sequence",
                g -> g.message(11, p -> p.text(1, "t").message(2, t -> t.message(4, s -> {}))));
        graph("an input without a name", g -> g.message(11, p -> {}));
        graph(
                "an input without a shape",
                g -> g.message(11, p -> p.text(1, "t").message(2, t -> t.message(1, s -> s.whole(1, 1)))));
        graph("an input of extent 0", g -> g.input("t", "n", 0));
        graph("an input of extent 2^40", g -> g.input("t", "n", 1L << 40));
        graph("an input of 2^60 elements", g -> g.input("t", "n", 1 << 30, 1 << 30));
        graph("an input of rank 9", g -> g.input("t", "n", 1, 1, 1, 1, 1, 1, 1, 1));
        graph("an open extent inside", g -> g.input("t", "n", "time"));
        graph("an input without the batch", g -> g.input("t", 3));
        graph("an output that nothing gives", g -> g.output("z"));
        graph("an input twice", g -> g.input("x", "n", 2));
        add(
                "no inputs",
                OnnxBytes.model(
                        g -> g.floats("w", new int[] {1}, 1).node("Relu w -> y").output("y")));
        add("no outputs", OnnxBytes.model(g -> g.node("Relu x -> y").input("x", "n", 2)));
    }

    private void graphs() {
        graph("a value before it is there", g -> g.node("Relu late -> r"));
        graph("a value twice", g -> g.node("Relu x -> y"));
        graph("a node that reads itself", g -> g.node("Relu r -> r"));
        graph(
                "a node without an operator",
                g -> g.message(1, n -> n.text(1, "x").text(2, "r")));
        graph(
                "a foreign operator",
                g -> g.message(
                        1, n -> n.text(1, "x").text(2, "r").text(4, "FusedConv").text(7, "com.microsoft")));
        graph("an unknown operator", g -> g.node("Frobnicate x -> r"));
        graph("a branch that is not known", g -> g.node("If x -> r"));
        graph("a branch that is not there", g -> g.longs("c", new int[] {}, 1).node("If c -> r"));
        graph(
                "a branch of other outputs",
                g -> g.longs("c", new int[] {}, 1)
                        .node(
                                "If",
                                new String[] {"c"},
                                new String[] {"r"},
                                n -> n.attribute("then_branch", 5, a -> a.message(6, b -> {}))));
        graph("a constant without a value", g -> g.node("Constant", new String[0], new String[] {"c"}, n -> {}));
        graph(
                "an attribute without a name",
                g -> g.node("Relu", X, new String[] {"r"}, n -> n.message(5, a -> a.whole(20, 2))));
        graph(
                "an attribute twice",
                g -> g.node("Relu", X, new String[] {"r"}, n -> n.wholes("a", 1).wholes("a", 1)));
        graph(
                "an attribute of type 99",
                g -> g.node("Relu", X, new String[] {"r"}, n -> n.attribute("a", 99, a -> {})));
        graph(
                "a tensor attribute without a tensor",
                g -> g.node("Relu", X, new String[] {"r"}, n -> n.attribute("a", 4, a -> {})));
        graph(
                "an infinite attribute",
                g -> g.node(
                        "Relu",
                        X,
                        new String[] {"r"},
                        n -> n.attribute("a", 1, a -> a.real(2, Float.POSITIVE_INFINITY))));
    }

    private void operators() {
        operator("too few operands", "Add", n -> {});
        operator("an axis outside", "Softmax", n -> n.attribute("axis", 2, a -> a.whole(3, 5)));
        operator("softmax over the batch", "Softmax", n -> n.attribute("axis", 2, a -> a.whole(3, 0)));
        operator("a sum over the batch", "ReduceMax", n -> n.wholes("axes", 0));
        operator("text for a number", "Softmax", n -> n.attribute("axis", 3, a -> a.text(4, "last")));
        operator("a list for a number", "Softmax", n -> n.wholes("axis", 1, 2));
        operator("a permutation of other axes", "Transpose", n -> n.wholes("perm", 1, 1));
        operator(
                "a reshape that does not fit",
                "Reshape",
                new String[] {"x", "s"},
                n -> {},
                g -> g.longs("s", new int[] {2}, -1, 3));
        operator("a reshape that is computed", "Reshape", new String[] {"x", "x"}, n -> {}, g -> {});
        operator(
                "a reshape to 2^62",
                "Reshape",
                new String[] {"x", "s"},
                n -> {},
                g -> g.longs("s", new int[] {1}, 1L << 62));
        operator(
                "shapes that do not broadcast",
                "Add",
                new String[] {"x", "s"},
                n -> {},
                g -> g.floats("s", new int[] {3}, 1, 2, 3));
        operator(
                "a matrix that does not fit",
                "MatMul",
                new String[] {"x", "s"},
                n -> {},
                g -> g.floats("s", new int[] {3, 1}, 1, 2, 3));
        operator(
                "a kernel of another rank",
                "Conv",
                new String[] {"x", "s"},
                n -> {},
                g -> g.floats("s", new int[] {1, 1, 1}, 1));
        operator("windows of no kernel", "MaxPool", n -> {});
        operator("windows of kernel 0", "MaxPool", n -> n.wholes("kernel_shape", 0));
        operator(
                "an index outside",
                "Gather",
                new String[] {"x", "s"},
                n -> n.attribute("axis", 2, a -> a.whole(3, 1)),
                g -> g.longs("s", new int[] {}, 9));
        operator(
                "a slice of nothing",
                "Slice",
                new String[] {"x", "s", "s", "o"},
                n -> {},
                g -> g.longs("s", new int[] {1}, 2).longs("o", new int[] {1}, 1));
        operator(
                "a slice of the batch",
                "Slice",
                new String[] {"x", "s", "o"},
                n -> {},
                g -> g.longs("s", new int[] {1}, 0).longs("o", new int[] {1}, 1));
        operator(
                "a step of 0",
                "Slice",
                new String[] {"x", "s", "o", "o", "s"},
                n -> {},
                g -> g.longs("s", new int[] {1}, 0).longs("o", new int[] {1}, 1));
        operator("a cast to text", "Cast", n -> n.attribute("to", 2, a -> a.whole(3, 8)));
        operator(
                "a split that does not fit",
                "Split",
                new String[] {"x", "s"},
                n -> n.attribute("axis", 2, a -> a.whole(3, 1)),
                g -> g.longs("s", new int[] {1}, 3));
        operator(
                "repeats without end",
                "Tile",
                new String[] {"x", "s"},
                n -> {},
                g -> g.longs("s", new int[] {2}, 1, 1L << 40));
        operator(
                "a range without end",
                "Range",
                new String[] {"a", "b", "c"},
                n -> {},
                g -> g.longs("a", new int[] {}, 0)
                        .longs("b", new int[] {}, 1L << 40)
                        .longs("c", new int[] {}, 1));
        operator(
                "a division by zero",
                "Div",
                new String[] {"a", "z"},
                n -> {},
                g -> g.longs("a", new int[] {}, 1).longs("z", new int[] {}, 0));
        operator(
                "a whole number of 40 bits",
                "Gather",
                new String[] {"s", "x"},
                n -> {},
                g -> g.longs("s", new int[] {2}, 1L << 40, 1));
        operator(
                "padding that cuts all",
                "Pad",
                new String[] {"x", "s"},
                n -> {},
                g -> g.longs("s", new int[] {4}, 0, -2, 0, -2));
        operator(
                "a one-hot of depth 0",
                "OneHot",
                new String[] {"x", "s", "v"},
                n -> {},
                g -> g.longs("s", new int[] {1}, 0).floats("v", new int[] {2}, 0, 1));
        operator(
                "an expansion to 2^62",
                "Expand",
                new String[] {"x", "s"},
                n -> {},
                g -> g.longs("s", new int[] {2}, 1, 1L << 62));
        operator(
                "a recurrence of rank 2",
                "LSTM",
                new String[] {"x", "s", "s"},
                n -> {},
                g -> g.floats("s", new int[] {2}, 0, 1));
    }
}
