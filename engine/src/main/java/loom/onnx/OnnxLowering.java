package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.OnnxJson;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.ShapeException;
import loom.model.Onnx;
import loom.model.OnnxGraph;

/** Operators to primitives, one after the other. What follows from constants and extents alone is computed at once. */
public final class OnnxLowering implements Onnx.Operators {
    private OnnxLowering() {}

    /** Makes graphs of operators work in this program. */
    public static void install() {
        Onnx.install(new OnnxLowering());
        OnnxJson.install();
    }

    @Override
    public List<Node> lower(GraphBuilder g, OnnxGraph graph, Map<String, Node> given, Onnx.Naming naming) {
        LinkedHashMap<String, Value> values = new LinkedHashMap<>();
        for (Map.Entry<String, Node> e : given.entrySet()) {
            values.put(e.getKey(), new Value.Computed(e.getValue()));
        }
        for (OnnxGraph.Constant c : graph.constants()) {
            values.put(c.name(), constant(c));
        }
        for (OnnxGraph.Node n : graph.nodes()) {
            Operator o = Operators.ALL.get(n.op());
            if (o == null) {
                throw new ShapeException("no operator " + n.op());
            }
            List<Value> results = apply(g, graph.opset(), o, n, operands(n, values));
            for (int i = 0; i < n.outputs().size() && i < results.size(); i++) {
                String name = n.outputs().get(i);
                if (!name.isEmpty() && values.put(name, results.get(i)) != null) {
                    throw new ShapeException("two values " + TensorReader.quoted(name));
                }
                if (!name.isEmpty() && results.get(i) instanceof Value.Computed c) {
                    naming.name(name, c.node());
                }
            }
        }
        List<Node> outputs = new ArrayList<>();
        for (OnnxGraph.Port p : graph.outputs()) {
            Value v = values.get(p.name());
            if (v == null) {
                throw new ShapeException("nothing gives the output " + TensorReader.quoted(p.name()));
            }
            outputs.add(output(g, graph.opset(), p, v));
        }
        return outputs;
    }

    private static Node output(GraphBuilder g, int opset, OnnxGraph.Port p, Value v) {
        OnnxGraph.Node n = new OnnxGraph.Node("output", List.of(p.name()), List.of(), new LinkedHashMap<>());
        Node y = new Call(g, opset, n, List.of(v)).x(0);
        if (!y.shape().equals(p.shape())) {
            throw new ShapeException(
                    "output " + TensorReader.quoted(p.name()) + " is " + y.shape() + ", declared " + p.shape());
        }
        return y;
    }

    private static List<Value> operands(OnnxGraph.Node n, Map<String, Value> values) {
        List<Value> operands = new ArrayList<>();
        for (String name : n.inputs()) {
            Value v = name.isEmpty() ? new Value.Missing() : values.get(name);
            if (v == null) {
                throw new ShapeException(
                        n.op() + " reads " + TensorReader.quoted(name) + ", which nothing before it gives");
            }
            operands.add(v);
        }
        return operands;
    }

    static List<Value> apply(GraphBuilder g, int opset, Operator o, OnnxGraph.Node n, List<Value> operands) {
        try {
            return applied(g, opset, o, n, operands);
        } catch (ArithmeticException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | IllegalArgumentException e) {
            // Operands and attributes come from files: sizes that overflow, lists that are too short.
            throw new ShapeException(n.op() + ": operands or attributes that do not fit each other");
        }
    }

    private static List<Value> applied(GraphBuilder g, int opset, Operator o, OnnxGraph.Node n, List<Value> operands) {
        Call call = new Call(g, opset, n, operands);
        if (opset < o.since()) {
            throw call.refuse("means something else in opset " + opset + ", expected at least " + o.since());
        }
        Optional<Known> folded = Folding.of(call);
        return folded.isPresent() ? List.of(folded.get()) : o.lowering().of(call);
    }

    static Known constant(OnnxGraph.Constant c) {
        int n = c.bits().size();
        if (c.real()) {
            float[] values = new float[n];
            for (int i = 0; i < n; i++) {
                values[i] = Float.intBitsToFloat(c.bits().get(i));
            }
            return Known.reals(c.dims().toArray(), values);
        }
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
            values[i] = c.bits().get(i);
        }
        return Known.wholes(c.dims().toArray(), values);
    }
}
