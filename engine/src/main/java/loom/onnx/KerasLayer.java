package loom.onnx;

import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.onnx.KerasGraph.Image;

/** A layer of a Keras model where it is called: its configuration, weights and inputs. */
final class KerasLayer {
    private final KerasGraph graph;
    private final TfjsWeights weights;
    private final Cursor config;
    private final String name;
    private final List<Image> inputs;

    KerasLayer(KerasGraph graph, TfjsWeights weights, Cursor config, String name, List<Image> inputs) {
        this.graph = graph;
        this.weights = weights;
        this.config = config;
        this.name = name;
        this.inputs = List.copyOf(inputs);
    }

    List<Image> inputs() {
        return inputs;
    }

    /** The only input. */
    Image x() {
        if (inputs.size() != 1) {
            throw refuse("has " + inputs.size() + " inputs, expected one");
        }
        return inputs.get(0);
    }

    /** The only input, which must have this rank. */
    Image x(int rank) {
        if (x().rank() != rank) {
            throw refuse("has an input of rank " + x().rank() + " (with the batch), expected " + rank);
        }
        return x();
    }

    ModelException refuse(String problem) {
        return config.error(Code.UNSUPPORTED, "layer " + TensorReader.quoted(name) + " " + problem, "");
    }

    // ---- configuration ----

    Cursor config() {
        return config;
    }

    private Optional<Cursor> given(String key) {
        return config.optional(key).filter(c -> !c.isNull());
    }

    boolean has(String key) {
        return given(key).isPresent();
    }

    boolean flag(String key, boolean otherwise) {
        return given(key).map(Cursor::flag).orElse(otherwise);
    }

    String text(String key, String otherwise) {
        return given(key).map(Cursor::string).orElse(otherwise);
    }

    float real(String key, float otherwise) {
        return given(key).map(Cursor::real).orElse(otherwise);
    }

    int whole(String key, int otherwise) {
        return given(key)
                .map(c -> c.whole(Integer.MIN_VALUE, Integer.MAX_VALUE))
                .orElse(otherwise);
    }

    /** {@code count} numbers above 0, or one for all of them. */
    int[] sizes(String key, int count, int otherwise) {
        int[] sizes = new int[count];
        Optional<Cursor> c = given(key);
        List<Cursor> list = c.isPresent() && c.get().isList() ? c.get().elements() : List.of();
        if (!list.isEmpty() && list.size() != count) {
            throw c.get().expected("a list of " + count);
        }
        for (int i = 0; i < count; i++) {
            sizes[i] = c.isEmpty() ? otherwise : (list.isEmpty() ? c.get() : list.get(i)).whole(1, Integer.MAX_VALUE);
        }
        return sizes;
    }

    /** How much comes before and after rows and columns: one number for all, one an axis, or two an axis. */
    int[][] margins(String key) {
        int[][] margins = new int[2][2];
        Cursor c = config.member(key);
        for (int i = 0; i < 2; i++) {
            Cursor own = half(c, i);
            for (int side = 0; side < 2; side++) {
                margins[side][i] = half(own, side).whole(0, Integer.MAX_VALUE);
            }
        }
        return margins;
    }

    /** One of two, or what stands for both. */
    private static Cursor half(Cursor c, int i) {
        if (c.isList() && c.elements().size() != 2) {
            throw c.expected("a list of 2");
        }
        return c.isList() ? c.elements().get(i) : c;
    }

    /** Refuses everything but {@code value}. */
    void only(String key, String value) {
        if (!text(key, value).equals(value)) {
            throw config.member(key).expected("\"" + value + "\"");
        }
    }

    void channelsLast() {
        only("data_format", "channels_last");
    }

    // ---- weights ----

    Known weight(String weight) {
        return weight(List.of(), weight);
    }

    Known weight(List<String> path, String weight) {
        return weights.find(config, name, path, weight);
    }

    /** Refuses a weight of another shape; -1 is any extent. */
    Known weight(String weight, int... dims) {
        Known k = weight(weight);
        boolean fits = k.rank() == dims.length;
        for (int i = 0; fits && i < dims.length; i++) {
            fits = dims[i] < 0 || dims[i] == k.dim(i);
        }
        if (!fits) {
            throw config.error(
                    Code.SHAPE,
                    "weight " + TensorReader.quoted(name + "/" + weight) + " is " + TensorReader.text(k.dims())
                            + ", which does not fit the layer",
                    "");
        }
        return k;
    }

    /** The name of a weight as it is. */
    String plain(String weight, int... dims) {
        return value(weight, weight(weight, dims));
    }

    String value(String valueName, Known value) {
        return graph.value(name, valueName, value);
    }

    // ---- operators ----

    String node(String op, List<String> operands, Object... attributes) {
        return graph.node(config.path(), name, op, operands, attributes);
    }

    List<String> nodeOf(int outputs, String op, List<String> operands, Object... attributes) {
        return graph.nodeOf(outputs, config.path(), name, op, operands, attributes);
    }

    String first(Image v) {
        return graph.first(config.path(), v);
    }

    String last(Image v) {
        return graph.last(config.path(), v);
    }

    /** An operator of one value that treats every element alike. */
    Image each(String op, Image x, Object... attributes) {
        return new Image(node(op, List.of(x.name()), attributes), x.rank(), x.first());
    }

    /** An operator of a value and a number. */
    Image with(String op, Image x, float number) {
        return new Image(node(op, List.of(x.name(), value("number", KerasGraph.scalar(number)))), x.rank(), x.first());
    }
}
