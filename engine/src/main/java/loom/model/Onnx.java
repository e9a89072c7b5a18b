package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;

/**
 * A graph of operators as an ONNX file has them. Its initialisers are the layer's parameters. Of several inputs the layer takes, of
 * every sample, all numbers one after the other, and gives several outputs in the same way.
 *
 * <p>The operators are a large table ({@code loom.onnx}), which only those programs have that {@link #install} it.
 */
public record Onnx(OnnxGraph graph) implements Layer {
    /** Lowers the operators of a graph. */
    public interface Operators {
        /**
         * Values of the graph's outputs, in their order.
         *
         * @param values inputs and weights by name
         */
        List<Node> lower(GraphBuilder g, OnnxGraph graph, Map<String, Node> values, Naming naming);
    }

    /** Hears of what every operator gives. */
    public interface Naming {
        void name(String value, Node node);
    }

    private static Optional<Operators> operators = Optional.empty();

    private static final Field<Onnx, OnnxGraph> GRAPH =
            Field.required("graph", new FieldType.Operators(), Onnx::graph, "operators, and the values between them");

    public static final Declaration<Onnx> TYPE = Declaration.of(
            "onnx", "operators of an ONNX file, see `docs/onnx.md`", List.of(GRAPH), v -> new Onnx(v.get(GRAPH)));

    /** Makes the operators known; a program does this once, at its start. */
    public static void install(Operators all) {
        operators = Optional.of(all);
    }

    /** What a program without operators says of them. */
    public static LeftOut leftOut() {
        return new LeftOut("this program has no ONNX operators");
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<ParameterSpec> specs = new ArrayList<>();
        for (OnnxGraph.Weight w : graph.weights()) {
            specs.add(
                    w.trained()
                            ? new ParameterSpec(w.name(), w.shape(), Initialiser.Constant.ZEROS)
                            : ParameterSpec.statistic(w.name(), w.shape(), Initialiser.Constant.ZEROS));
        }
        return specs;
    }

    /** What the layer takes of a sample. */
    public Shape input() {
        return OnnxGraph.sample(graph.inputs());
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape expected = input();
        if (!input.equals(expected)) {
            throw new loom.graph.ShapeException("the graph takes " + expected + ", not " + input);
        }
        return OnnxGraph.sample(graph.outputs());
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Operators all = operators.orElseThrow(Onnx::leftOut);
        Map<String, Node> values = new LinkedHashMap<>();
        int from = 0;
        for (OnnxGraph.Port p : graph.inputs()) {
            boolean plain = OnnxGraph.isPlain(graph.inputs());
            Node part = plain || graph.inputs().size() == 1 ? x : g.slice(x, 1, from, p.elements());
            from += p.elements();
            values.put(p.name(), entering(g, part, p));
        }
        for (OnnxGraph.Weight w : graph.weights()) {
            values.put(w.name(), c.parameter(w.name()));
        }
        return leaving(g, all.lower(g, graph, values, c::name));
    }

    /** {@code part [N, ...]} as the graph has it. */
    private Node entering(GraphBuilder g, Node part, OnnxGraph.Port p) {
        Node x = part;
        if (graph.oneSample()) {
            x = onlySample(g, x);
            x = g.reshape(x, p.shape());
        } else {
            x = g.reshape(x, p.sample().insert(0, OnnxGraph.batch()));
            x = moved(g, x, 0, p.batchAxis());
        }
        return p.whole() ? g.cast(x, ElementType.I32) : x;
    }

    /** The only sample without the batch axis. Of another batch the index is outside, which traps. */
    private static Node onlySample(GraphBuilder g, Node x) {
        Node first = g.reduce(ReduceKind.MAX, x, 0);
        Node last = g.minus(g.batch(), g.constant(1));
        return g.gather(first, last);
    }

    private static Node moved(GraphBuilder g, Node x, int from, int to) {
        int rank = x.shape().rank();
        int[] axes = new int[rank];
        for (int i = 0, next = 0; i < rank; i++) {
            if (next == from) {
                next++;
            }
            axes[i] = i == to ? from : next++;
        }
        return g.permute(x, axes);
    }

    private Node leaving(GraphBuilder g, List<Node> outputs) {
        List<Node> samples = new ArrayList<>();
        boolean plain = OnnxGraph.isPlain(graph.outputs());
        for (int i = 0; i < outputs.size(); i++) {
            OnnxGraph.Port p = graph.outputs().get(i);
            Node y = g.cast(outputs.get(i), ElementType.F32);
            if (p.batchAxis() > 0) {
                y = moved(g, y, p.batchAxis(), 0);
            } else if (p.batchAxis() < 0) {
                y = g.broadcast(y, p.sample().insert(0, OnnxGraph.batch()));
            }
            samples.add(plain ? y : g.reshape(y, Shape.batched(p.elements())));
        }
        return g.concat(1, samples.toArray(new Node[0]));
    }

    /** Numbers of named values as the layer takes or gives them: sample by sample, those of all values one after the other. */
    public static float[] pack(List<OnnxGraph.Port> ports, Map<String, float[]> values, int batch) {
        int total = 0;
        for (OnnxGraph.Port p : ports) {
            total += p.elements();
        }
        float[] packed = new float[Math.multiplyExact(total, batch)];
        int from = 0;
        for (OnnxGraph.Port p : ports) {
            move(p, values.get(p.name()), packed, from, total, batch, true);
            from += p.elements();
        }
        return packed;
    }

    /** The other way round. */
    public static LinkedHashMap<String, float[]> unpack(List<OnnxGraph.Port> ports, float[] packed, int batch) {
        int total = packed.length / batch;
        LinkedHashMap<String, float[]> values = new LinkedHashMap<>();
        int from = 0;
        for (OnnxGraph.Port p : ports) {
            float[] value = new float[p.elements() * batch];
            move(p, value, packed, from, total, batch, false);
            values.put(p.name(), value);
            from += p.elements();
        }
        return values;
    }

    /** A value has its own axis of samples anywhere; what comes behind that axis stays together. */
    private static void move(
            OnnxGraph.Port p, float[] value, float[] packed, int from, int total, int batch, boolean into) {
        int inner = p.batchAxis() < 0
                ? p.elements()
                : p.shape().stride(p.batchAxis()).coefficient();
        int outer = p.elements() / inner;
        for (int n = 0; n < batch; n++) {
            for (int o = 0; o < outer; o++) {
                int there = (o * batch + n) * inner;
                int here = n * total + from + o * inner;
                if (into) {
                    System.arraycopy(value, there, packed, here, inner);
                } else {
                    System.arraycopy(packed, here, value, there, inner);
                }
            }
        }
    }
}
