package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.model.OnnxGraph;
import loom.model.OnnxGraph.Port;
import loom.onnx.OnnxFile.Attribute;

/**
 * Goes once through a file's operators and finds what they give. What follows from constants and extents becomes a constant, a
 * branch that is known stands in the place of its {@code If}, and operators that nothing needs are left out.
 */
final class OnnxWalk {
    /** Real constants of more elements are parameters. */
    private static final int LARGE = 16;

    private final OnnxFile file;
    private final int opset;
    private final List<Port> inputs;
    private final boolean oneSample;
    private final GraphBuilder scratch = new GraphBuilder();
    private final LinkedHashMap<String, Value> values = new LinkedHashMap<>();
    private final Set<String> trained = new LinkedHashSet<>();
    private final List<OnnxGraph.Node> nodes = new ArrayList<>();
    private final List<String> unsupported = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();

    OnnxWalk(OnnxFile file, List<Port> inputs, Map<String, Known> fixed, boolean oneSample) {
        this.file = file;
        this.opset = file.opsets().get("").intValue();
        this.inputs = inputs;
        this.oneSample = oneSample;
        for (Port p : inputs) {
            TensorType type =
                    new TensorType(p.shape(), p.whole() ? ElementType.I32 : ElementType.F32, loom.numeric.Domain.D);
            values.put(p.name(), new Value.Computed(scratch.input(p.name(), type)));
        }
        values.putAll(fixed);
    }

    void run() {
        graph(file.graph());
        if (!unsupported.isEmpty()) {
            throw new ModelException(
                    Code.UNSUPPORTED,
                    file.file(),
                    file.graph().path(),
                    "",
                    "operators that are not supported (opset " + opset + "): " + String.join("; ", listed()),
                    "");
        }
        if (file.graph().outputs().isEmpty()) {
            throw error(file.graph().path(), "no outputs");
        }
        for (OnnxFile.Port p : file.graph().outputs()) {
            Value v = values.get(p.name());
            if (v == null) {
                throw error(p.path(), "nothing gives the output " + TensorReader.quoted(p.name()));
            }
            outputs.add(output(p, v));
        }
    }

    /** By operator, with the first nodes that have it. */
    private List<String> listed() {
        LinkedHashMap<String, List<String>> byOperator = new LinkedHashMap<>();
        for (String s : unsupported) {
            int space = s.indexOf(' ');
            byOperator
                    .computeIfAbsent(s.substring(0, space), k -> new ArrayList<>())
                    .add(s.substring(space + 1));
        }
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, List<String>> e : byOperator.entrySet()) {
            int n = e.getValue().size();
            lines.add(e.getKey() + " at " + String.join(", ", e.getValue().subList(0, Math.min(n, 3)))
                    + (n > 3 ? " and " + (n - 3) + " more" : ""));
        }
        return lines;
    }

    private ModelException error(String path, String problem) {
        return new ModelException(Code.SHAPE, file.file(), path, "", problem, "");
    }

    private Port output(OnnxFile.Port p, Value v) {
        try {
            OnnxGraph.Node n = new OnnxGraph.Node("output", List.of(p.name()), List.of(), new LinkedHashMap<>());
            loom.graph.Node y = new Call(scratch, opset, n, List.of(v)).x(0);
            Shape s = y.shape();
            if (s.batchAxis() >= 0 && s.dim(s.batchAxis()) != 1) {
                throw new ShapeException("is " + s + ": several of a sample on the axis of the batch");
            }
            return new Port(
                    p.name(),
                    Words.of(s.dims()),
                    s.batchAxis(),
                    !y.type().element().isFloat());
        } catch (ShapeException e) {
            throw error(p.path(), "output " + TensorReader.quoted(p.name()) + ": " + e.getMessage());
        }
    }

    /** Refuses a guess of the batch that did not reach every output. */
    void checkBatchFirst() {
        for (Port p : outputs) {
            if (p.batchAxis() != 0) {
                throw error(file.graph().path(), "output " + TensorReader.quoted(p.name()) + " is not of a batch");
            }
        }
    }

    // ---- nodes ----

    private void graph(OnnxFile.Graph g) {
        for (Map.Entry<String, Known> e : g.initialisers().entrySet()) {
            initialiser(g.path(), e.getKey(), e.getValue(), true);
        }
        for (OnnxFile.Node n : g.nodes()) {
            node(n);
        }
    }

    private void initialiser(String path, String name, Known k, boolean trains) {
        boolean small = k.rank() == 0 || !trains && k.size() <= LARGE;
        if (!k.isReal() || small || k.size() == 0) {
            put(path, name, k);
            return;
        }
        checkNew(path, name);
        put(path, name, new Value.Initial(k, scratch.parameter(name, Shape.of(k.dims())), new Value.Use()));
        if (trains) {
            trained.add(name);
        }
    }

    private void put(String path, String name, Value v) {
        checkNew(path, name);
        values.put(name, v);
    }

    private void checkNew(String path, String name) {
        if (name.isEmpty()) {
            throw error(path, "a value without a name");
        }
        if (values.containsKey(name)) {
            throw error(path, "two values " + TensorReader.quoted(name));
        }
    }

    private void node(OnnxFile.Node n) {
        if (n.op().equals("Constant") && n.domain().isEmpty()) {
            initialiser(n.path(), single(n), constant(n), false);
            return;
        }
        List<Value> operands = new ArrayList<>();
        boolean missing = false;
        for (String name : n.inputs()) {
            Value v = name.isEmpty() ? new Value.Missing() : values.get(name);
            if (v == null) {
                throw error(
                        n.path(),
                        n.label() + " reads " + TensorReader.quoted(name) + ", which nothing before it gives");
            }
            missing |= !name.isEmpty() && v instanceof Value.Missing;
            operands.add(v);
        }
        Operator o = n.domain().isEmpty() ? Operators.ALL.get(n.op()) : null;
        boolean branch = n.op().equals("If") && n.domain().isEmpty();
        if (o == null && !branch) {
            String op = n.domain().isEmpty() ? n.op() : n.domain() + "." + n.op();
            unsupported.add(op + " " + (n.name().isEmpty() ? n.path() : TensorReader.quoted(n.name())));
        }
        if (missing || o == null && !branch) {
            for (String name : n.outputs()) {
                if (!name.isEmpty()) {
                    put(n.path(), name, new Value.Missing());
                }
            }
            return;
        }
        if (branch) {
            branch(n, operands);
        } else {
            apply(n, o, operands);
        }
    }

    private static String single(OnnxFile.Node n) {
        return n.outputs().isEmpty() ? "" : n.outputs().get(0);
    }

    private void apply(OnnxFile.Node n, Operator o, List<Value> operands) {
        LinkedHashMap<String, OnnxGraph.Attribute> attributes = attributes(n);
        int typed = Quantised.typeOperand(n.op());
        if (typed >= 0 && typed < operands.size() && !attributes.containsKey(Quantised.TYPE)) {
            int type = type(n.inputs().get(typed), operands.get(typed));
            if (type != 0) {
                attributes.put(Quantised.TYPE, new OnnxGraph.Wholes(false, Words.of(type)));
            }
        }
        OnnxGraph.Node node = new OnnxGraph.Node(n.op(), n.inputs(), n.outputs(), attributes);
        List<Value> results;
        try {
            scratch.layer("");
            results = OnnxLowering.apply(scratch, opset, o, node, operands);
        } catch (ShapeException e) {
            throw error(n.path(), (n.name().isEmpty() ? "" : TensorReader.quoted(n.name()) + " ") + e.getMessage());
        }
        for (int i = 0; i < n.outputs().size(); i++) {
            String name = n.outputs().get(i);
            if (!name.isEmpty()) {
                if (i >= results.size()) {
                    throw error(n.path(), n.label() + ": output " + i + " is not supported");
                }
                put(n.path(), name, results.get(i));
            }
        }
        if (n.op().equals("BatchNormalization")) {
            n.inputs()
                    .subList(Math.min(3, n.inputs().size()), n.inputs().size())
                    .forEach(trained::remove);
        }
        nodes.add(node);
    }

    /** The type of a value in the file, of constants and inputs; 0 of others. */
    private int type(String name, Value v) {
        if (v instanceof Known k) {
            return k.type();
        }
        for (OnnxFile.Port p : file.graph().inputs()) {
            if (p.name().equals(name)) {
                return p.type();
            }
        }
        return 0;
    }

    private LinkedHashMap<String, OnnxGraph.Attribute> attributes(OnnxFile.Node n) {
        LinkedHashMap<String, OnnxGraph.Attribute> all = new LinkedHashMap<>();
        for (Map.Entry<String, Attribute> e : n.attributes().entrySet()) {
            switch (e.getValue()) {
                case Attribute.Plain p -> all.put(e.getKey(), p.value());
                case Attribute.Tensor t
                when t.value().size() == 1 && t.value().isReal() ->
                    all.put(e.getKey(), OnnxGraph.reals(false, t.value().real(0)));
                case Attribute.Tensor t
                when t.value().size() == 1 ->
                    all.put(
                            "whole_" + e.getKey(),
                            new OnnxGraph.Wholes(
                                    false,
                                    Words.of(OnnxReader.narrowed(t.value().whole(0)))));
                case Attribute.Tensor t -> throw error(n.path(), n.label() + ": a tensor as attribute " + e.getKey());
                case Attribute.Inner i -> throw error(n.path(), n.label() + ": a graph as attribute " + e.getKey());
            }
        }
        return all;
    }

    private Known constant(OnnxFile.Node n) {
        for (Map.Entry<String, Attribute> e : n.attributes().entrySet()) {
            if (e.getValue() instanceof Attribute.Tensor t) {
                return t.value();
            }
            if (e.getValue() instanceof Attribute.Plain p) {
                boolean real = e.getKey().startsWith("value_float");
                boolean list = e.getKey().endsWith("s");
                if (p.value() instanceof OnnxGraph.Wholes w) {
                    int size = w.values().size();
                    OnnxGraph.Constant c =
                            new OnnxGraph.Constant("", list ? Words.of(size) : Words.of(), false, w.values());
                    Known k = OnnxLowering.constant(c);
                    return real ? Casting.fold(k, 1) : k;
                }
                if (p.value() instanceof OnnxGraph.Reals r) {
                    Words dims = list ? Words.of(r.bits().size()) : Words.of();
                    return OnnxLowering.constant(new OnnxGraph.Constant("", dims, true, r.bits()));
                }
            }
        }
        throw error(n.path(), n.label() + ": a constant without a value that is read");
    }

    /** The branch that is taken, in the place of the {@code If}. */
    private void branch(OnnxFile.Node n, List<Value> operands) {
        if (operands.size() != 1 || !(operands.get(0) instanceof Known k) || k.size() != 1 || k.isReal()) {
            throw error(
                    n.path(),
                    n.label() + ": its condition is computed at run time, expected one that the file decides");
        }
        String taken = k.whole(0) != 0 ? "then_branch" : "else_branch";
        if (!(n.attributes().get(taken) instanceof Attribute.Inner inner)) {
            throw error(n.path(), n.label() + ": no " + taken);
        }
        OnnxFile.Graph g = inner.graph();
        graph(g);
        if (g.outputs().size() != n.outputs().size()) {
            throw error(
                    n.path(),
                    n.label() + ": a branch of " + g.outputs().size() + " outputs for "
                            + n.outputs().size());
        }
        for (int i = 0; i < g.outputs().size(); i++) {
            String from = g.outputs().get(i).name();
            Value v = values.get(from);
            if (v == null) {
                throw error(n.path(), n.label() + ": nothing gives the output " + TensorReader.quoted(from));
            }
            put(n.path(), n.outputs().get(i), v);
            nodes.add(new OnnxGraph.Node(
                    "Identity", List.of(from), List.of(n.outputs().get(i)), new LinkedHashMap<>()));
        }
    }

    // ---- what is left ----

    private boolean isConstant(String name) {
        return switch (values.get(name)) {
            case Known k -> !k.anyBatched();
            case Value.Initial i -> i.use().isKnown();
            case Value.Computed c -> false;
            case Value.Missing m -> false;
        };
    }

    OnnxGraph graph() {
        Set<String> needed = new LinkedHashSet<>();
        outputs.forEach(p -> needed.add(p.name()));
        List<OnnxGraph.Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            OnnxGraph.Node n = nodes.get(i);
            boolean gives = false;
            for (String name : n.outputs()) {
                gives |= needed.contains(name) && !isConstant(name);
            }
            if (gives) {
                kept.add(0, n);
                for (String name : n.inputs()) {
                    if (!name.isEmpty()) {
                        needed.add(name);
                    }
                }
            }
        }
        Set<String> given = new LinkedHashSet<>();
        kept.forEach(n -> given.addAll(n.outputs()));
        List<OnnxGraph.Weight> weights = new ArrayList<>();
        List<OnnxGraph.Constant> constants = new ArrayList<>();
        for (Map.Entry<String, Value> e : values.entrySet()) {
            String name = e.getKey();
            if (!needed.contains(name) || given.contains(name)) {
                continue;
            }
            if (e.getValue() instanceof Value.Initial i && !i.use().isKnown()) {
                weights.add(new OnnxGraph.Weight(name, Shape.of(i.known().dims()), trained.contains(name)));
            } else if (isConstant(name)) {
                constants.add(
                        constant(name, e.getValue() instanceof Value.Initial i ? i.known() : (Known) e.getValue()));
            }
        }
        return new OnnxGraph(opset, oneSample, inputs, outputs, weights, constants, kept);
    }

    private static OnnxGraph.Constant constant(String name, Known k) {
        int[] bits = new int[k.size()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = k.isReal() ? Float.floatToRawIntBits(k.real(i)) : OnnxReader.narrowed(k.whole(i));
        }
        return new OnnxGraph.Constant(name, Words.of(k.dims()), k.isReal(), Words.of(bits));
    }

    LinkedHashMap<String, Known> weights() {
        LinkedHashMap<String, Known> all = new LinkedHashMap<>();
        for (OnnxGraph.Weight w : graph().weights()) {
            all.put(w.name(), ((Value.Initial) values.get(w.name())).known());
        }
        return all;
    }
}
