package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.model.OnnxGraph;

/** One operator at work: its operands, its attributes, the graph it adds to. */
final class Call {
    private final GraphBuilder graph;
    private final int opset;
    private final OnnxGraph.Node node;
    private final List<Value> inputs;

    Call(GraphBuilder graph, int opset, OnnxGraph.Node node, List<Value> inputs) {
        this.graph = graph;
        this.opset = opset;
        this.node = node;
        this.inputs = inputs;
    }

    GraphBuilder graph() {
        return graph;
    }

    int opset() {
        return opset;
    }

    String op() {
        return node.op();
    }

    /** The same operands for another operator, with some of the attributes. */
    int outputs() {
        return node.outputs().size();
    }

    boolean wants(int output) {
        return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
    }

    // ---- operands ----

    int count() {
        return inputs.size();
    }

    /** Whether an operand is given. */
    boolean has(int i) {
        return i < node.inputs().size() && !node.inputs().get(i).isEmpty();
    }

    Value value(int i) {
        if (!has(i)) {
            throw refuse("operand " + i + " is missing");
        }
        return inputs.get(i);
    }

    boolean isKnown(int i) {
        return has(i) && inputs.get(i) instanceof Known;
    }

    boolean allKnown() {
        for (int i = 0; i < inputs.size(); i++) {
            if (has(i) && !isKnown(i)) {
                return false;
            }
        }
        return true;
    }

    /** An operand that must not depend on what is computed. */
    Known known(int i) {
        if (value(i) instanceof Value.Initial initial) {
            initial.use().mustBeKnown();
            return initial.known();
        }
        if (!(value(i) instanceof Known k)) {
            throw refuse("operand " + i + " ("
                    + TensorReader.quoted(node.inputs().get(i)) + ") is computed at run time, expected a constant");
        }
        return k;
    }

    /** Whole numbers that must not depend on what is computed, nor on the batch. */
    int[] wholes(int i) {
        Known k = known(i);
        int[] values = new int[k.size()];
        for (int j = 0; j < values.length; j++) {
            if (k.batched(j)) {
                throw refuse("operand " + i + " depends on the batch");
            }
            values[j] = OnnxReader.narrowed(k.whole(j));
        }
        return values;
    }

    /** An operand as a node, f32 or i32 (whole numbers and truth values). */
    Node x(int i) {
        return node(value(i));
    }

    /** An operand of real numbers. */
    Node real(int i) {
        Node x = x(i);
        if (!x.type().element().isFloat()) {
            throw refuse("operand " + i + " has whole numbers, expected real ones");
        }
        return x;
    }

    /** An operand as real numbers, whatever it is. */
    Node asReal(int i) {
        return graph.cast(x(i), ElementType.F32);
    }

    Shape shape(int i) {
        return x(i).shape();
    }

    Node node(Value v) {
        return switch (v) {
            case Value.Computed c -> c.node();
            case Value.Initial i -> i.node();
            case Value.Missing m -> throw refuse("an operand is missing");
            case Known k -> constant(k);
        };
    }

    private Node constant(Known k) {
        for (int d : k.dims()) {
            if (d == 0) {
                throw refuse("an operand without elements, " + TensorReader.text(k.dims()));
            }
        }
        Shape shape = Shape.of(k.dims());
        int[] bits = new int[k.size()];
        boolean same = true;
        for (int i = 0; i < bits.length; i++) {
            if (k.batched(i)) {
                return batched(k, shape);
            }
            bits[i] = k.isReal() ? Float.floatToRawIntBits(k.real(i)) : word(k.whole(i));
            same &= bits[i] == bits[0];
        }
        TensorType type = k.isReal() ? TensorType.f32(shape) : TensorType.i32(shape);
        return same ? graph.add(new loom.graph.Op.Splat(bits[0], type)) : graph.table(type, Words.of(bits));
    }

    /** Numbers of which some are multiples of the batch. */
    private Node batched(Known k, Shape shape) {
        List<Node> all = new ArrayList<>();
        for (int i = 0; i < k.size(); i++) {
            Node v = graph.constant(word(k.whole(i)));
            all.add(graph.reshape(k.batched(i) ? graph.times(v, graph.batch()) : v, Shape.of(1)));
        }
        return graph.reshape(graph.concat(0, all.toArray(new Node[0])), shape);
    }

    private int word(long v) {
        if (v != (int) v) {
            throw refuse("the whole number " + v + " is beyond 32 bits");
        }
        return (int) v;
    }

    // ---- attributes ----

    boolean hasAttribute(String name) {
        return node.attributes().containsKey(name);
    }

    int whole(String name, int missing) {
        int[] all = wholes(name, missing);
        if (all.length != 1) {
            throw refuse("attribute " + name + " has " + all.length + " numbers, expected one");
        }
        return all[0];
    }

    boolean flag(String name) {
        return whole(name, 0) != 0;
    }

    /** Numbers of an attribute, or {@code missing}. */
    int[] wholes(String name, int... missing) {
        return switch (node.attributes().get(name)) {
            case null -> missing;
            case OnnxGraph.Wholes w -> w.values().toArray();
            case OnnxGraph.Reals r -> throw refuse("attribute " + name + ": expected whole numbers");
            case OnnxGraph.Texts t -> throw refuse("attribute " + name + ": expected whole numbers");
        };
    }

    float real(String name, float missing) {
        float[] all = reals(name, missing);
        if (all.length != 1) {
            throw refuse("attribute " + name + " has " + all.length + " numbers, expected one");
        }
        return all[0];
    }

    float[] reals(String name, float... missing) {
        return switch (node.attributes().get(name)) {
            case null -> missing;
            case OnnxGraph.Wholes w -> {
                float[] all = new float[w.values().size()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = w.values().get(i);
                }
                yield all;
            }
            case OnnxGraph.Reals r -> {
                float[] all = new float[r.bits().size()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = Float.intBitsToFloat(r.bits().get(i));
                }
                yield all;
            }
            case OnnxGraph.Texts t -> throw refuse("attribute " + name + ": expected numbers");
        };
    }

    String text(String name, String missing) {
        List<String> all = texts(name, List.of(missing));
        if (all.size() != 1) {
            throw refuse("attribute " + name + " has " + all.size() + " texts, expected one");
        }
        return all.get(0);
    }

    List<String> texts(String name, List<String> missing) {
        return switch (node.attributes().get(name)) {
            case null -> missing;
            case OnnxGraph.Texts t -> t.values();
            case OnnxGraph.Wholes w -> throw refuse("attribute " + name + ": expected text");
            case OnnxGraph.Reals r -> throw refuse("attribute " + name + ": expected text");
        };
    }

    /** Numbers that newer versions have as operand {@code operand}, older ones as an attribute; null if there are none. */
    int[] either(int operand, String attribute) {
        if (has(operand)) {
            return wholes(operand);
        }
        return hasAttribute(attribute) ? wholes(attribute) : null;
    }

    // ---- shapes ----

    /** An axis of {@code rank} counted from the front; negative ones count from the end. */
    int axis(int axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw refuse("axis " + axis + " of rank " + rank);
        }
        return axis < 0 ? axis + rank : axis;
    }

    int[] axes(int[] axes, int rank) {
        int[] all = axes.clone();
        boolean[] seen = new boolean[rank];
        for (int i = 0; i < all.length; i++) {
            all[i] = axis(axes[i], rank);
            if (seen[all[i]]) {
                throw refuse("axis " + all[i] + " twice");
            }
            seen[all[i]] = true;
        }
        return all;
    }

    /** The extent of an axis that must not be the batch. */
    int fixed(Shape s, int axis) {
        Extent e = s.extent(axis);
        if (e.batched()) {
            throw refuse("works along axis " + axis + " of " + s + ", which is the batch");
        }
        return e.coefficient();
    }

    ShapeException refuse(String why) {
        return new ShapeException(node.op() + ": " + why);
    }
}
