package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.graph.Words;
import loom.model.OnnxGraph;

/**
 * Operators that layers of Keras become. Keras has channels on the last axis, ONNX behind the batch: a value says how it lies, and is turned
 * once for all that read it the other way.
 */
final class KerasGraph {
    private final List<OnnxFile.Node> nodes = new ArrayList<>();
    private final LinkedHashMap<String, Known> initialisers = new LinkedHashMap<>();
    private final LinkedHashMap<String, Integer> names = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> turned = new LinkedHashMap<>();

    /**
     * What a layer gives.
     *
     * @param rank with the batch
     * @param first whether channels stand behind the batch
     */
    record Image(String name, int rank, boolean first) {
        Image(String name, int rank) {
            this(name, rank, false);
        }

        /** The axis of ONNX that Keras calls {@code axis}. */
        int axis(int axis) {
            int from = axis < 0 ? axis + rank : axis;
            return !first || from == 0 ? from : from == rank - 1 ? 1 : from + 1;
        }
    }

    /** A list of texts as an attribute. */
    record Texts(List<String> values) {}

    List<OnnxFile.Node> nodes() {
        return nodes;
    }

    LinkedHashMap<String, Known> initialisers() {
        return initialisers;
    }

    /** A name that is not there yet. */
    private String unique(String name) {
        int n = names.merge(name, 1, Integer::sum);
        return n == 1 ? name : name + "_" + n;
    }

    /** Name of a parameter or constant. */
    String value(String layer, String name, Known value) {
        String unique = unique(layer + "/" + name);
        initialisers.put(unique, value);
        return unique;
    }

    /** Adds an operator, with attributes as names and values in turn; the name of what it gives. */
    String node(String path, String layer, String op, List<String> inputs, Object... attributes) {
        return nodeOf(1, path, layer, op, inputs, attributes).get(0);
    }

    /** As above, with {@code count} outputs. */
    List<String> nodeOf(int count, String path, String layer, String op, List<String> inputs, Object... attributes) {
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outputs.add(unique(layer + "/" + op));
        }
        node(path, layer, op, inputs, outputs, attributes);
        return outputs;
    }

    void node(String path, String layer, String op, List<String> inputs, List<String> outputs, Object... attributes) {
        LinkedHashMap<String, OnnxFile.Attribute> all = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            all.put((String) attributes[i], new OnnxFile.Attribute.Plain(attribute(attributes[i + 1])));
        }
        nodes.add(new OnnxFile.Node(path, op, "", layer, inputs, outputs, all));
    }

    private static OnnxGraph.Attribute attribute(Object value) {
        return switch (value) {
            case Integer n -> new OnnxGraph.Wholes(false, Words.of(n));
            case int[] n -> new OnnxGraph.Wholes(true, Words.of(n));
            case Float x -> OnnxGraph.reals(false, x);
            case float[] x -> OnnxGraph.reals(true, x);
            case String s -> new OnnxGraph.Texts(false, List.of(s));
            case Texts t -> new OnnxGraph.Texts(true, t.values());
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    /** The value with channels behind the batch. */
    String first(String path, Image v) {
        return v.first || v.rank < 3 ? v.name : turn(path, v, true);
    }

    /** The value with channels on the last axis. */
    String last(String path, Image v) {
        return v.first ? turn(path, v, false) : v.name;
    }

    private String turn(String path, Image v, boolean first) {
        String known = turned.get(v.name);
        if (known != null) {
            return known;
        }
        int[] perm = new int[v.rank];
        for (int i = 1; i < v.rank; i++) {
            perm[i] = first ? (i == 1 ? v.rank - 1 : i - 1) : (i == v.rank - 1 ? 1 : i + 1);
        }
        String layer = v.name.indexOf('/') < 0 ? v.name : v.name.substring(0, v.name.indexOf('/'));
        String name = node(path, layer, "Transpose", List.of(v.name), "perm", perm);
        turned.put(v.name, name);
        turned.put(name, v.name);
        return name;
    }

    /** A weight with its axes in another order. */
    static Known permuted(Known k, int... axes) {
        int rank = k.rank();
        int[] strides = new int[rank];
        for (int i = rank - 1, stride = 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= k.dim(i);
        }
        int[] dims = new int[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = k.dim(axes[i]);
        }
        int[] from = new int[k.size()];
        int[] at = new int[rank];
        for (int i = 0; i < from.length; i++) {
            for (int a = 0; a < rank; a++) {
                from[i] += at[a] * strides[axes[a]];
            }
            for (int a = rank - 1; a >= 0 && ++at[a] == dims[a]; a--) {
                at[a] = 0;
            }
        }
        return k.picked(from, dims);
    }

    static Known scalar(float value) {
        return Known.reals(new int[0], new float[] {value});
    }

    static Known list(int... values) {
        long[] all = new long[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        return Known.list(all);
    }
}
