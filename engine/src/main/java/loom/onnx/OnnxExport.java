package loom.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.FloatBytes;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.graph.Factors;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.model.Bands;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Place;
import loom.model.Tensor;
import loom.numeric.FloatText;
import loom.onnx.OnnxWriter.Attribute;

/**
 * A model as an ONNX file: the primitives that its layers become, each as an operator or a few, and whole layers where ONNX has an
 * operator for them ({@link ExportedLayers}, {@link ExportedLoops}). So every layer has its form, as long as its primitives have one.
 * Parameters keep their names, layers' outputs have their labels.
 */
public final class OnnxExport {
    /** Version of the operators that are written. */
    public static final int OPSET = 20;

    static final String INPUT = "input";
    static final String OUTPUT = "output";

    private final Model model;
    private final Graph graph;
    private final OnnxWriter out = new OnnxWriter("loom", OPSET);
    private final ExportedViews views = new ExportedViews(this);
    private final ExportedPointwise pointwise = new ExportedPointwise(this);
    private final LinkedHashMap<Node, String> labels = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> constants = new LinkedHashMap<>();
    /** How many values have a name. */
    private final LinkedHashMap<String, Integer> used = new LinkedHashMap<>();

    /** Node by node. A value's shape may lack what repeating gives it. */
    private final String[] names;

    private final Shape[] shapes;
    private final boolean[] truths;

    private OnnxExport(Model model) {
        this.model = model;
        this.graph = NetworkLowering.inference(model.network(), Bands.NONE);
        int n = graph.nodes().size();
        names = new String[n];
        shapes = new Shape[n];
        truths = new boolean[n];
        graph.names().forEach((label, node) -> {
            if (node.layer().equals(label)) {
                labels.put(node, label);
            }
        });
    }

    /** The bytes of the file. What has no form in ONNX is a {@link ModelException} that names the layer. */
    public static byte[] write(Model model) {
        return new OnnxExport(model).file();
    }

    private byte[] file() {
        Map<String, Place> places = new LinkedHashMap<>();
        model.network().allPlaces().forEach(p -> places.put(p.label(), p));
        ExportedLayers layers = new ExportedLayers(this, places);
        ExportedLoops loops = new ExportedLoops(this, places);
        Node y = graph.output(NetworkLowering.OUTPUT);
        boolean[] needed = new boolean[names.length];
        needed[y.id()] = true;
        for (int id = names.length - 1; id >= 0; id--) {
            if (needed[id]) {
                for (Node operand : operands(layers, loops, graph.nodes().get(id))) {
                    needed[operand.id()] = true;
                }
            }
        }
        out.input(INPUT, extents(model.network().input()));
        for (Node n : graph.nodes()) {
            if (needed[n.id()]) {
                if (layers.covers(n)) {
                    layers.write(n);
                } else if (n.op() instanceof Op.Loop loop) {
                    loops.write(n, loop);
                } else if (n.op() instanceof Op.Result r) {
                    loops.result(n, r.index());
                } else {
                    write(n);
                }
            }
        }
        out.named(OUTPUT, "Identity", List.of(full(y)), List.of(OUTPUT));
        out.output(OUTPUT, extents(model.network().output()));
        return out.toBytes(
                model.network().name().isEmpty() ? "loom" : model.network().name(), model.metadata());
    }

    private static List<Node> operands(ExportedLayers layers, ExportedLoops loops, Node n) {
        if (layers.covers(n)) {
            return List.of(layers.input(n));
        }
        if (ExportedPointwise.isRelu(n)) {
            return List.of(n.input(1));
        }
        return n.op() instanceof Op.Loop loop ? loops.operands(n, loop) : n.inputs();
    }

    private static int[] extents(Shape sample) {
        int[] dims = new int[sample.rank() + 1];
        dims[0] = OnnxWriter.BATCH;
        System.arraycopy(sample.dims(), 0, dims, 1, sample.rank());
        return dims;
    }

    // ---- what other classes write with ----

    Tensor parameter(Node n) {
        return parameter(parameterName(n));
    }

    Tensor parameter(String name) {
        return model.parameters().get(name);
    }

    /** The layer whose output a node is, or nothing. */
    String label(Node n) {
        return labels.getOrDefault(n, "");
    }

    String reshaped(Node n, String name, Shape shape) {
        return views.reshaped(n, name, shape);
    }

    static String parameterName(Node n) {
        return ((Op.Parameter) n.op()).name();
    }

    ModelException none(Node n, String what) {
        return new ModelException(Code.UNSUPPORTED, "", "", n.layer(), "has no form in ONNX: " + what, "");
    }

    /** Applies an operator; its output's name. */
    String node(Node n, String operator, List<String> inputs, Attribute... attributes) {
        String name = unique(n);
        out.named(name, operator, inputs, List.of(name), attributes);
        return name;
    }

    void node(Node n, String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
        out.named(outputs.get(0), operator, inputs, outputs, attributes);
    }

    /** A name of a node's value, or of one on the way to it. */
    String unique(Node n) {
        String base = labels.containsKey(n) ? labels.get(n) : n.layer() + "/" + n.id();
        int before = used.merge(base, 1, Integer::sum) - 1;
        return before == 0 ? base : base + "." + before;
    }

    void put(Node n, String name, Shape shape, boolean truth) {
        names[n.id()] = name;
        shapes[n.id()] = shape;
        truths[n.id()] = truth;
    }

    /** A value of the node's own shape. */
    void put(Node n, String name) {
        put(n, name, n.shape(), false);
    }

    String constant(String name, Tensor t) {
        if (!constants.containsKey(name)) {
            constants.put(name, out.constant(name, t));
        }
        return name;
    }

    String wholes(int... values) {
        StringBuilder name = new StringBuilder("i64");
        for (int v : values) {
            name.append(' ').append(v);
        }
        String key = name.toString();
        if (!constants.containsKey(key)) {
            constants.put(key, out.shape(key, values));
        }
        return key;
    }

    private String words(String name, TensorType type, Shape shape, int... bits) {
        if (!constants.containsKey(name)) {
            int element = type.element().isFloat() ? OnnxWriter.FLOAT : OnnxWriter.INT32;
            constants.put(name, out.constant(name, element, FloatBytes.bytesOfWords(bits), shape.dims()));
        }
        return name;
    }

    /** The number of samples, {@code [1]}. */
    private String batch(Node n) {
        if (!constants.containsKey("batch")) {
            String shape = node(n, "Shape", List.of(INPUT));
            constants.put("batch", node(n, "Slice", List.of(shape, wholes(0), wholes(1))));
        }
        return constants.get("batch");
    }

    /** A shape as a value. */
    private String extents(Node n, Shape shape) {
        int axis = shape.batchAxis();
        if (axis < 0) {
            return wholes(shape.dims());
        }
        int c = shape.dim(axis);
        List<String> parts = new ArrayList<>();
        int[] dims = shape.dims();
        if (axis > 0) {
            parts.add(wholes(Arrays.copyOfRange(dims, 0, axis)));
        }
        parts.add(c == 1 ? batch(n) : node(n, "Mul", List.of(batch(n), wholes(c))));
        if (axis < dims.length - 1) {
            parts.add(wholes(Arrays.copyOfRange(dims, axis + 1, dims.length)));
        }
        return node(n, "Concat", parts, Attribute.of("axis", 0));
    }

    // ---- values ----

    /** The value's name; its shape may lack what repeating gives it ({@link #shape}). */
    String name(Node n) {
        return names[n.id()];
    }

    Shape shape(Node n) {
        return shapes[n.id()];
    }

    boolean isTruth(Node n) {
        return truths[n.id()];
    }

    /** The value with its whole shape. */
    String full(Node n) {
        if (!shapes[n.id()].equals(n.shape())) {
            String expanded = node(n, "Expand", List.of(names[n.id()], extents(n, n.shape())));
            put(n, expanded, n.shape(), truths[n.id()]);
        }
        return names[n.id()];
    }

    /** The value as numbers, 0 and 1 for truth values. */
    String number(Node n) {
        return truths[n.id()] ? cast(n, names[n.id()], OnnxWriter.INT32) : names[n.id()];
    }

    String fullNumber(Node n) {
        full(n);
        return number(n);
    }

    String truth(Node n) {
        return truths[n.id()] ? names[n.id()] : cast(n, names[n.id()], OnnxWriter.BOOL);
    }

    String cast(Node n, String name, int type) {
        return node(n, "Cast", List.of(name), Attribute.of("to", type));
    }

    // ---- primitives ----

    private void write(Node n) {
        switch (n.op()) {
            case Op.Input x -> put(n, INPUT);
            case Op.Parameter p -> put(n, constant(p.name(), parameter(n)));
            case Op.State s -> throw none(n, "state");
            case Op.Scalar s -> put(n, scalar(n, s));
            case Op.Splat s -> {
                String kind = s.type().element().isFloat() ? "f32 " : "i32 ";
                String text = s.type().element().isFloat()
                        ? FloatText.print(Float.intBitsToFloat(s.bits()))
                        : Integer.toString(s.bits());
                put(n, words(kind + text, s.type(), Shape.SCALAR, s.bits()), Shape.SCALAR, false);
            }
            case Op.Table t ->
                put(n, words("table " + n.id(), t.type(), n.shape(), t.bits().toArray()));
            case Op.Iota i -> iota(n, i.axis());
            case PointOp p -> pointwise.write(n, p);
            case Op.StopGradient s -> same(n);
            case Op.Surrogate s -> same(n);
            case Op.Broadcast b -> same(n);
            case Op.Reshape r -> views.reshape(n);
            case Op.Permute p -> views.permute(n, p);
            case Op.Slice s -> views.slice(n, s);
            case Op.Pad p -> views.pad(n, p);
            case Op.Concat c -> views.concat(n, c.axis());
            case Op.Reverse r -> views.reverse(n, r.axis());
            case Op.Conv c -> views.conv(n, c);
            case Op.Gather g -> views.gather(n, g.lead());
            case Op.Reduce r -> put(n, node(n, reduction(r.kind()), List.of(fullNumber(n.input(0)), wholes(r.axis()))));
            case Op.MatMul m -> matMul(n, m);
            case Op.Window w -> throw none(n, "windows");
            case Op.Unwindow w -> throw none(n, "windows");
            case Op.ScatterAdd s -> throw none(n, "sums of rows");
            case Op.Loop l -> throw new IllegalStateException();
            case Op.Result r -> throw new IllegalStateException();
        }
    }

    /** The first operand's value, whatever is repeated of it. */
    private void same(Node n) {
        Node x = n.input(0);
        put(n, names[x.id()], shapes[x.id()], truths[x.id()]);
    }

    private String scalar(Node n, Op.Scalar s) {
        if (!s.name().equals(Op.Scalar.BATCH)) {
            throw none(n, s.name());
        }
        String number = cast(n, batch(n), OnnxWriter.INT32);
        return node(n, "Reshape", List.of(number, wholes()));
    }

    private void iota(Node n, int axis) {
        if (n.shape().batchAxis() == axis) {
            throw none(n, "numbers of samples");
        }
        int[] dims = new int[n.shape().rank() - axis];
        Arrays.fill(dims, 1);
        dims[0] = n.shape().dim(axis);
        int[] values = new int[dims[0]];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Shape shape = Shape.of(dims);
        put(n, words("table " + n.id(), n.type(), shape, values), shape, false);
    }

    private void matMul(Node n, Op.MatMul m) {
        String a = matrix(n, 0, m.transposeA());
        String b = matrix(n, 1, m.transposeB());
        put(
                n,
                switch (m.factors()) {
                    case F32 -> node(n, "MatMul", List.of(a, b));
                    case BF16 ->
                        node(
                                n,
                                "MatMul",
                                List.of(rounded(n, a, OnnxWriter.BFLOAT16), rounded(n, b, OnnxWriter.BFLOAT16)));
                    case F16 -> node(n, "MatMul", List.of(f16(n, a), f16(n, b)));
                    case INT8 -> node(n, "MatMulInteger", List.of(int8(n, a), int8(n, b)));
                });
    }

    private String rounded(Node n, String name, int type) {
        return cast(n, cast(n, name, type), OnnxWriter.FLOAT);
    }

    /** What is too large for f16 becomes its largest, not infinity. */
    private String f16(Node n, String name) {
        String least = constant("least f16", new Tensor(Shape.SCALAR, new float[] {-Factors.LARGEST_F16}));
        String most = constant("largest f16", new Tensor(Shape.SCALAR, new float[] {Factors.LARGEST_F16}));
        return rounded(n, node(n, "Clip", List.of(name, least, most)), OnnxWriter.FLOAT16);
    }

    private String int8(Node n, String name) {
        String one = constant("one", new Tensor(Shape.SCALAR, new float[] {1}));
        if (!constants.containsKey("int8 zero")) {
            constants.put("int8 zero", out.constant("int8 zero", OnnxWriter.INT8, new byte[1], new int[0]));
        }
        return node(n, "QuantizeLinear", List.of(name, one, constants.get("int8 zero")));
    }

    private static String reduction(Op.ReduceKind kind) {
        return switch (kind) {
            case SUM -> "ReduceSum";
            case MAX -> "ReduceMax";
            case MIN -> "ReduceMin";
        };
    }

    private String matrix(Node n, int operand, boolean transposed) {
        Node x = n.input(operand);
        String name = fullNumber(x);
        if (!transposed) {
            return name;
        }
        int[] axes = new int[x.shape().rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        axes[axes.length - 1] = axes.length - 2;
        axes[axes.length - 2] = axes.length - 1;
        return node(n, "Transpose", List.of(name), Attribute.list("perm", axes));
    }
}
