package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.FieldReader.LayerAt;
import loom.format.JsonValue.JsonArray;
import loom.format.JsonValue.JsonBoolean;
import loom.format.JsonValue.JsonNull;
import loom.format.JsonValue.JsonNumber;
import loom.format.JsonValue.JsonObject;
import loom.format.JsonValue.JsonString;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Initialiser;
import loom.model.Layer;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tensor;

/**
 * Layers of the Go engine's files, with the meaning that engine gave them where a saved model depends on it: {@code relu} is
 * 1.1·max(0, x), the slope of {@code leaky_relu} is 0.1, every softmax divides by its temperature. Not kept are its mistakes: a
 * softmax covers its own input, not the first elements of it.
 */
final class GoLayers {
    private static final int MAX_SIZE = 1 << 24;
    private static final float LEAKY_SLOPE = 0.1f;
    private static final List<String> SOFTMAX_KEYS = List.of(
            "softmax_variant",
            "softmax_rows",
            "softmax_cols",
            "temperature",
            "gumbel_noise",
            "mask",
            "hierarchy_levels",
            "adaptive_clusters",
            "mixture_weights",
            "entmax_alpha");
    private static final List<String> DENSE_KEYS =
            List.of("width", "height", "input_size", "output_size", "input_height", "output_height");

    private final boolean saved;
    private final List<String> notes = new ArrayList<>();
    private final LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
    private DoorReport door = DoorReport.NONE;

    /** {@code saved} if weights come with the configuration, so that the engine's reading of names has shaped them. */
    GoLayers(boolean saved) {
        this.saved = saved;
    }

    /** A layer and how many elements of a sample it takes and gives. */
    record GoLayer(LayerAt at, int in, int out) {}

    List<String> notes() {
        return notes;
    }

    LinkedHashMap<String, Tensor> parameters() {
        return parameters;
    }

    DoorReport door() {
        return door;
    }

    /**
     * Reads a layer.
     *
     * @param label what its place is called without its type
     * @param path prefix of its parameters' names
     * @param width elements that the layer before gives; empty for the first layer
     * @param weights its entry of the saved weights
     */
    GoLayer read(Cursor c, String label, String path, Optional<Integer> width, Optional<Cursor> weights) {
        Cursor here = c.in(label);
        here.allow(GoSchema.LAYER);
        Cursor type = here.member("type");
        String name = type.string();
        Cursor at = here.in(label + " " + name);
        weights.ifPresent(w -> w.allow(GoSchema.WEIGHTS));
        Optional<Cursor> w = weights.map(x -> x.in(at.layer()));
        return switch (name) {
            case "dense" -> dense(at, path, width, w);
            case "softmax" -> softmax(at, width, w);
            case "sequential" -> sequential(at, path, width, w);
            default -> {
                if (GoSchema.TYPES.contains(name)) {
                    throw type.error(
                            Code.UNSUPPORTED, "layer type " + type.value().describe() + " is not supported yet", "");
                }
                throw type.error(Code.VALUE, Names.unknown("layer type", name, GoSchema.TYPES), "");
            }
        };
    }

    private GoLayer dense(Cursor c, String path, Optional<Integer> width, Optional<Cursor> weights) {
        others(c, List.of("type", "activation"), DENSE_KEYS);
        boolean marks = size(c, "width") == 1 && size(c, "height") == 1; // a saver's filler, not a size
        int in = agree(
                c,
                "input",
                marks ? List.of("input_size", "input_height") : List.of("width", "input_size", "input_height"));
        int out = agree(
                c,
                "output",
                marks ? List.of("output_size", "output_height") : List.of("height", "output_size", "output_height"));
        if (width.isPresent() && width.get() != in) {
            throw c.error(
                    Code.SHAPE, "expected an input of " + width.get() + " from the layer before, found " + in, "");
        }
        boolean bias = true;
        if (weights.isPresent()) {
            Cursor w = weights.get();
            others(w, List.of("dtype"), List.of("kernel", "biases"));
            put(path + "." + Dense.KERNEL, w.member("kernel"), Shape.of(in, out));
            bias = w.has("biases") && !empty(w.member("biases"));
            if (bias) {
                put(path + "." + Dense.BIAS, w.member("biases"), Shape.of(out));
            }
        }
        Layer layer = new Dense(out, activation(c), bias, Initialiser.Scaled.HE_NORMAL);
        return new GoLayer(new LayerAt(layer, c, List.of()), in, out);
    }

    private GoLayer softmax(Cursor c, Optional<Integer> width, Optional<Cursor> weights) {
        others(c, List.of("type", "activation"), SOFTMAX_KEYS);
        weights.ifPresent(w -> others(w, List.of("dtype"), List.of()));
        String variant = c.optional("softmax_variant").map(Cursor::string).orElse("");
        if (!variant.isEmpty() && !variant.equals("standard") && !variant.equals("temperature")) {
            Cursor at = c.member("softmax_variant");
            if (GoSchema.SOFTMAX_VARIANTS.contains(variant)) {
                throw at.error(
                        Code.UNSUPPORTED, "softmax variant " + at.value().describe() + " is not supported yet", "");
            }
            throw at.error(Code.VALUE, Names.unknown("softmax variant", variant, GoSchema.SOFTMAX_VARIANTS), "");
        }
        Optional<Integer> size = width;
        if (size.isEmpty() && size(c, "softmax_cols") > 0) {
            size = Optional.of(Math.multiplyExact(Math.max(1, size(c, "softmax_rows")), size(c, "softmax_cols")));
        }
        if (size.isEmpty()) {
            throw c.error(
                    Code.SHAPE,
                    "a softmax as the first layer does not say how many inputs it has",
                    "give softmax_rows and softmax_cols, or convert the model to our format");
        }
        float t = c.optional("temperature").map(x -> temperature(x)).orElse(0f);
        SoftmaxKind kind = t == 0 || t == 1 ? new SoftmaxKind.Standard() : new SoftmaxKind.Temperature(t);
        return new GoLayer(new LayerAt(new Softmax(kind), c, List.of()), size.get(), size.get());
    }

    private static float temperature(Cursor c) {
        float t = c.real();
        if (t != 0 && !(t >= 0x1p-20f && t <= 0x1p20f)) {
            throw c.expected("0 or a temperature from 2^-20 to 2^20");
        }
        return t;
    }

    private GoLayer sequential(Cursor c, String path, Optional<Integer> width, Optional<Cursor> weights) {
        others(c, List.of("type", "activation"), List.of("branches"));
        weights.ifPresent(w -> others(w, List.of("dtype"), List.of("branch_weights")));
        List<Cursor> branches = c.member("branches").elements();
        if (branches.isEmpty()) {
            throw c.member("branches").expected("at least one layer");
        }
        List<Cursor> inner =
                weights.map(w -> w.member("branch_weights").elements()).orElse(List.of());
        if (weights.isPresent() && inner.size() != branches.size()) {
            throw weights.get().member("branch_weights").expected("weights of " + branches.size() + " layers");
        }
        List<LayerAt> children = new ArrayList<>();
        List<Layer> layers = new ArrayList<>();
        Optional<Integer> w = width;
        int in = 0;
        for (int i = 0; i < branches.size(); i++) {
            GoLayer l = read(
                    branches.get(i),
                    c.layer() + ", layer " + i,
                    path + "." + i,
                    w,
                    inner.isEmpty() ? Optional.empty() : Optional.of(inner.get(i)));
            in = i == 0 ? l.in() : in;
            w = Optional.of(l.out());
            children.add(l.at());
            layers.add(l.at().layer());
        }
        return new GoLayer(new LayerAt(new Sequential(layers), c, children), in, w.orElseThrow());
    }

    private Activation activation(Cursor c) {
        String name = c.optional("activation").map(Cursor::string).orElse("");
        return switch (name) {
            case "relu" -> Activation.Simple.SCALED_RELU;
            case "sigmoid" -> Activation.Simple.SIGMOID;
            case "tanh" -> Activation.Simple.TANH;
            case "softplus" -> Activation.Simple.SOFTPLUS;
            case "leaky_relu" -> new Activation.LeakyRelu(LEAKY_SLOPE);
            case "" -> {
                notes.add(c.layer() + ": no activation named; it is 1.1·max(0, x), the Go engine's default");
                yield Activation.Simple.SCALED_RELU;
            }
            case "linear", "none" -> {
                if (saved) {
                    // The engine wrote "linear" for what it could not name and ran every such layer with its default.
                    notes.add(c.layer() + ": activation \"" + name
                            + "\" is 1.1·max(0, x), as the Go engine ran this saved model");
                    yield Activation.Simple.SCALED_RELU;
                }
                notes.add(c.layer() + ": activation \"" + name + "\" is x; the Go engine would run 1.1·max(0, x)");
                yield Activation.Simple.LINEAR;
            }
            default -> {
                throw c.member("activation")
                        .error(
                                Code.VALUE,
                                "unknown activation " + JsonValue.quoted(name) + "; known: "
                                        + String.join(", ", GoSchema.ACTIVATIONS),
                                "the Go engine runs every other name as 1.1·max(0, x), surely not what was meant");
            }
        };
    }

    // ---- keys and sizes ----

    /** A key of the schema that means nothing to this layer may only hold nothing. */
    private static void others(Cursor c, List<String> general, List<String> own) {
        for (String key : c.keys()) {
            Cursor value = c.member(key);
            if (!general.contains(key) && !own.contains(key) && !empty(value)) {
                throw value.error(
                        Code.KEY,
                        "\"" + key + "\" means nothing here, expected it to be empty, found "
                                + value.value().describe(),
                        "");
            }
        }
    }

    private static boolean empty(Cursor c) {
        return switch (c.value()) {
            case JsonNull n -> true;
            case JsonBoolean b -> b == JsonBoolean.FALSE;
            case JsonString s -> s.text().isEmpty();
            case JsonArray a -> a.elements().isEmpty();
            case JsonObject o -> o.members().isEmpty();
            case JsonNumber n -> c.real() == 0;
        };
    }

    private static int size(Cursor c, String key) {
        return c.optional(key).map(x -> x.whole(0, MAX_SIZE)).orElse(0);
    }

    /** The one size that these keys give; 0 says nothing. */
    private static int agree(Cursor c, String what, List<String> keys) {
        int size = 0;
        String from = "";
        for (String key : keys) {
            int s = size(c, key);
            if (s != 0 && size != 0 && s != size) {
                throw c.error(
                        Code.VALUE, "\"" + from + "\" is " + size + " but \"" + key + "\" is " + s, "keep one of them");
            }
            if (s != 0 && size == 0) {
                size = s;
                from = key;
            }
        }
        if (size == 0) {
            throw c.error(Code.KEY, "missing " + what + " size, expected one of " + String.join(", ", keys), "");
        }
        return size;
    }

    private void put(String name, Cursor c, Shape shape) {
        float[] values = c.reals();
        int expected = shape.elements(1);
        if (values.length != expected) {
            throw c.error(Code.DATA, "expected " + expected + " numbers for " + shape + ", found " + values.length, "");
        }
        door = door.plus(Door.round(values, c.file(), c.path(), c.layer()));
        parameters.put(name, new Tensor(shape, values));
    }
}
