package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.model.FieldException;
import loom.model.OnnxGraph;
import loom.model.OnnxGraph.Attribute;
import loom.model.OnnxGraph.Constant;
import loom.model.OnnxGraph.Node;
import loom.model.OnnxGraph.Port;
import loom.model.OnnxGraph.Reals;
import loom.model.OnnxGraph.Texts;
import loom.model.OnnxGraph.Weight;
import loom.model.OnnxGraph.Wholes;

/** Graphs of ONNX operators in files of ours: opset, ports, weights, constants and nodes. */
public final class OnnxJson extends OperatorsJson {
    private static final int MAX_OPSET = 1000;

    private OnnxJson() {}

    /** Makes this program read and write them. */
    public static void install() {
        install(new OnnxJson());
    }

    // ---- writing ----

    @Override
    void write(JsonWriter w, OnnxGraph graph) {
        w.beginObject();
        w.key("opset").whole(graph.opset());
        if (graph.oneSample()) {
            w.key("one_sample").flag(true);
        }
        w.key("inputs").beginList();
        graph.inputs().forEach(p -> port(w, p));
        w.endList().key("outputs").beginList();
        graph.outputs().forEach(p -> port(w, p));
        w.endList().key("weights").beginList();
        for (Weight v : graph.weights()) {
            w.beginLine().key("name").text(v.name()).key("shape").shape(v.shape());
            if (!v.trained()) {
                w.key("trained").flag(false);
            }
            w.endObject();
        }
        w.endList().key("constants").beginList();
        graph.constants().forEach(c -> constant(w, c));
        w.endList().key("nodes").beginList();
        graph.nodes().forEach(n -> node(w, n));
        w.endList().endObject();
    }

    private static void port(JsonWriter w, Port p) {
        w.beginLine().key("name").text(p.name());
        wholes(w.key("shape"), p.dims());
        if (p.batchAxis() >= 0) {
            w.key("batch_axis").whole(p.batchAxis());
        }
        if (p.whole()) {
            w.key("whole").flag(true);
        }
        w.endObject();
    }

    private static void constant(JsonWriter w, Constant c) {
        w.beginLine().key("name").text(c.name());
        wholes(w.key("shape"), c.dims());
        if (c.real()) {
            reals(w.key("reals"), c.bits());
        } else {
            wholes(w.key("wholes"), c.bits());
        }
        w.endObject();
    }

    private static void node(JsonWriter w, Node n) {
        w.beginLine().key("op").text(n.op());
        texts(w.key("inputs"), n.inputs());
        texts(w.key("outputs"), n.outputs());
        if (!n.attributes().isEmpty()) {
            w.key("attributes").beginLine();
            for (Map.Entry<String, Attribute> a : n.attributes().entrySet()) {
                attribute(w.key(a.getKey()), a.getValue());
            }
            w.endObject();
        }
        w.endObject();
    }

    private static void attribute(JsonWriter w, Attribute a) {
        switch (a) {
            case Wholes v when v.list() -> wholes(w, v.values());
            case Wholes v -> w.whole(v.values().get(0));
            case Reals v when v.list() -> reals(w, v.bits());
            case Reals v -> w.real(Float.intBitsToFloat(v.bits().get(0)));
            case Texts v when v.list() -> texts(w, v.values());
            case Texts v -> w.text(v.values().get(0));
        }
    }

    private static void wholes(JsonWriter w, Words values) {
        w.beginRow();
        for (int i = 0; i < values.size(); i++) {
            w.whole(values.get(i));
        }
        w.endList();
    }

    private static void reals(JsonWriter w, Words bits) {
        w.beginRow();
        for (int i = 0; i < bits.size(); i++) {
            w.real(Float.intBitsToFloat(bits.get(i)));
        }
        w.endList();
    }

    private static void texts(JsonWriter w, List<String> values) {
        w.beginRow();
        values.forEach(w::text);
        w.endList();
    }

    // ---- reading ----

    @Override
    OnnxGraph read(Cursor c) {
        c.allow(List.of("opset", "one_sample", "inputs", "outputs", "weights", "constants", "nodes"));
        List<Port> inputs = new ArrayList<>();
        c.member("inputs").elements().forEach(p -> inputs.add(port(p)));
        List<Port> outputs = new ArrayList<>();
        c.member("outputs").elements().forEach(p -> outputs.add(port(p)));
        List<Weight> weights = new ArrayList<>();
        for (Cursor w : c.member("weights").elements()) {
            w.allow(List.of("name", "shape", "trained"));
            boolean trained = w.optional("trained").map(Cursor::flag).orElse(true);
            weights.add(new Weight(w.member("name").string(), w.member("shape").shape(), trained));
        }
        List<Constant> constants = new ArrayList<>();
        c.member("constants").elements().forEach(k -> constants.add(constant(k)));
        List<Node> nodes = new ArrayList<>();
        c.member("nodes").elements().forEach(n -> nodes.add(node(n)));
        try {
            return new OnnxGraph(
                    c.member("opset").whole(1, MAX_OPSET),
                    c.optional("one_sample").map(Cursor::flag).orElse(false),
                    inputs,
                    outputs,
                    weights,
                    constants,
                    nodes);
        } catch (FieldException e) {
            throw c.error(Code.VALUE, e.getMessage(), "");
        }
    }

    private static Port port(Cursor c) {
        c.allow(List.of("name", "shape", "batch_axis", "whole"));
        Words dims = wholes(c.member("shape"), 1);
        int axis =
                c.optional("batch_axis").map(a -> a.whole(0, dims.size() - 1)).orElse(-1);
        if (axis >= 0 && dims.get(axis) != 1) {
            throw c.member("shape").expected("an extent of 1 at the batch axis");
        }
        Port p = new Port(
                c.member("name").string(),
                dims,
                axis,
                c.optional("whole").map(Cursor::flag).orElse(false));
        try {
            p.shape();
            return p;
        } catch (ShapeException e) {
            throw c.member("shape").error(Code.LIMIT, e.getMessage(), "");
        }
    }

    private static Constant constant(Cursor c) {
        c.allow(List.of("name", "shape", "reals", "wholes"));
        Words dims = wholes(c.member("shape"), 0);
        boolean real = c.has("reals");
        Words bits = real ? reals(c.member("reals")) : wholes(c.member("wholes"), Integer.MIN_VALUE);
        long expected = 1;
        for (int d : dims.toArray()) {
            expected = Math.min(expected * d, Integer.MAX_VALUE);
        }
        if (bits.size() != expected || dims.size() > Shape.MAX_RANK) {
            throw c.error(Code.DATA, "expected " + expected + " values, found " + bits.size(), "");
        }
        return new Constant(c.member("name").string(), dims, real, bits);
    }

    private static Node node(Cursor c) {
        c.allow(List.of("op", "inputs", "outputs", "attributes"));
        LinkedHashMap<String, Attribute> attributes = new LinkedHashMap<>();
        c.optional("attributes").ifPresent(a -> {
            for (String key : a.keys()) {
                attributes.put(key, attribute(a.member(key)));
            }
        });
        return new Node(c.member("op").string(), texts(c.member("inputs")), texts(c.member("outputs")), attributes);
    }

    private static Attribute attribute(Cursor c) {
        if (!c.isList()) {
            return c.isString()
                    ? new Texts(false, List.of(c.string()))
                    : isWhole(c) ? new Wholes(false, Words.of(whole(c))) : new Reals(false, Words.bits(real(c)));
        }
        List<Cursor> elements = c.elements();
        boolean text = !elements.isEmpty();
        boolean whole = true;
        for (Cursor e : elements) {
            text &= e.isString();
            whole &= isWhole(e);
        }
        return text
                ? new Texts(true, texts(c))
                : whole ? new Wholes(true, wholes(c, Integer.MIN_VALUE)) : new Reals(true, reals(c));
    }

    /** Whether a number is written with digits alone, and not too many for an i32. */
    private static boolean isWhole(Cursor c) {
        if (!(c.value() instanceof JsonValue.JsonNumber n)) {
            return false;
        }
        String t = n.text();
        int digits = 0;
        for (int i = 0; i < t.length(); i++) {
            char d = t.charAt(i);
            if (d >= '0' && d <= '9') {
                digits++;
            } else if (d != '-') {
                return false;
            }
        }
        return digits < 10 || digits == 10 && fitsInt(c);
    }

    private static boolean fitsInt(Cursor c) {
        long v = c.whole(Long.MIN_VALUE, Long.MAX_VALUE);
        return v >= Integer.MIN_VALUE && v <= Integer.MAX_VALUE;
    }

    private static int whole(Cursor c) {
        return c.whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static float real(Cursor c) {
        float[] v = {c.real()};
        Door.round(v, c.file(), c.path(), c.layer());
        return v[0];
    }

    private static Words wholes(Cursor c, int min) {
        List<Cursor> elements = c.elements();
        int[] values = new int[elements.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = elements.get(i).whole(min, Integer.MAX_VALUE);
        }
        return Words.of(values);
    }

    private static Words reals(Cursor c) {
        float[] values = c.reals();
        Door.round(values, c.file(), c.path(), c.layer());
        return Words.bits(values);
    }

    private static List<String> texts(Cursor c) {
        List<String> values = new ArrayList<>();
        c.elements().forEach(e -> values.add(e.string()));
        return values;
    }
}
