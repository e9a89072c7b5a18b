package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.GoLayer.Entry;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Dense;
import loom.model.FieldException;
import loom.model.Initialiser;
import loom.model.Sequential;
import loom.model.Tensor;

/**
 * Layers of the Go engine's files, with the meaning that engine gave them where a saved model depends on it: {@code relu} is
 * 1.1·max(0, x), the slope of {@code leaky_relu} is 0.1, every softmax divides by its temperature. Not kept are its mistakes: a
 * softmax covers its own input, not the first elements of it.
 */
final class GoLayers {
    private static final float LEAKY_SLOPE = 0.1f;
    /** What that engine computed inside a sequential. */
    private static final List<String> COMPUTED_INSIDE = List.of("dense", "softmax", "sequential");

    private static final List<String> DENSE_KEYS =
            List.of("width", "height", "input_size", "output_size", "input_height", "output_height");

    private final boolean saved;
    private final List<String> notes = new ArrayList<>();
    private DoorReport door = DoorReport.NONE;

    /** {@code saved} if weights come with the configuration, so that the engine's reading of names has shaped them. */
    GoLayers(boolean saved) {
        this.saved = saved;
    }

    /** What a reader should tell people; readers of layers add to it. */
    List<String> notes() {
        return notes;
    }

    DoorReport door() {
        return door;
    }

    /**
     * Reads a layer.
     *
     * @param label what its place is called without its type
     * @param width elements that the layer before gives; empty for the first layer
     * @param weights its entry of the saved weights
     */
    GoLayer read(Cursor c, String label, Optional<Integer> width, Optional<Cursor> weights) {
        Cursor here = c.in(label);
        here.allow(GoSchema.LAYER);
        Cursor type = here.member("type");
        String name = type.string();
        Cursor at = here.in(label + " " + name);
        weights.ifPresent(w -> w.allow(GoSchema.WEIGHTS));
        Entry e = new Entry(at, width, weights.map(x -> x.in(at.layer())));
        if (!GoSchema.TYPES.contains(name)) {
            throw type.error(Code.VALUE, Names.unknown("layer type", name, GoSchema.TYPES), "");
        }
        try {
            return read(name, e);
        } catch (ShapeException x) {
            throw at.error(Code.SHAPE, x.getMessage(), "");
        } catch (FieldException x) {
            throw at.error(Code.VALUE, x.getMessage(), "");
        }
    }

    private GoLayer read(String name, Entry e) {
        return switch (name) {
            case "dense" -> dense(e);
            case "softmax" -> GoSoftmax.read(this, e);
            case "parallel" -> GoParallel.read(this, e);
            case "kmeans" -> GoKMeans.read(this, e);
            case "sequential" -> sequential(e);
            case "layer_norm", "layernorm" -> GoNorms.layerNorm(this, e);
            case "rms_norm", "rmsnorm" -> GoNorms.rmsNorm(this, e);
            case "mha", "multi_head_attention" -> GoTransformer.attention(this, e);
            case "swiglu" -> GoTransformer.gated(this, e);
            case "residual" -> residual(e);
            case "conv1d" -> GoConvs.read(this, e, 1);
            case "conv2d" -> GoConvs.read(this, e, 2);
            case "conv3d" -> GoConvs.read(this, e, 3);
            case "embedding" -> GoEmbedding.read(this, e);
            case "rnn" -> GoRecurrent.rnn(this, e);
            case "lstm" -> GoRecurrent.lstm(this, e);
            default -> throw new IllegalStateException("layer type " + name + " has no reader");
        };
    }

    /** Elements that a dense layer takes and gives. */
    record DenseSize(int in, int out) {}

    static DenseSize denseSize(Cursor c) {
        GoKeys.others(c, List.of("type", "activation"), DENSE_KEYS);
        // A saver's filler, not a size.
        boolean marks = GoKeys.size(c, "width") == 1 && GoKeys.size(c, "height") == 1;
        int in = GoKeys.agree(
                c,
                "input",
                marks ? List.of("input_size", "input_height") : List.of("width", "input_size", "input_height"));
        int out = GoKeys.agree(
                c,
                "output",
                marks ? List.of("output_size", "output_height") : List.of("height", "output_size", "output_height"));
        return new DenseSize(in, out);
    }

    private GoLayer dense(Entry e) {
        Cursor c = e.config();
        DenseSize size = denseSize(c);
        int in = size.in();
        int out = size.out();
        if (e.width().isPresent() && e.width().get() != in) {
            throw c.error(
                    Code.SHAPE, "expected an input of " + e.width().get() + " from the layer before, found " + in, "");
        }
        boolean bias = true;
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        if (e.weights().isPresent()) {
            Cursor w = e.weights().get();
            GoKeys.others(w, List.of("dtype"), List.of("kernel", "biases"));
            parameters.put(Dense.KERNEL, tensor(w.member("kernel"), Shape.of(in, out)));
            bias = w.has("biases") && !GoKeys.empty(w.member("biases"));
            if (bias) {
                parameters.put(Dense.BIAS, tensor(w.member("biases"), Shape.of(out)));
            }
        }
        return GoLayer.of(new Dense(out, activation(c), bias, Initialiser.Scaled.HE_NORMAL), c, in, out, parameters);
    }

    private GoLayer sequential(Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), List.of("branches"));
        e.weights().ifPresent(w -> GoKeys.others(w, List.of("dtype"), List.of("branch_weights")));
        List<Entry> layers = e.inside(c.member("branches"));
        GoStream stream = new GoStream(notes);
        Optional<Integer> w = e.width();
        int in = 0;
        for (int i = 0; i < layers.size(); i++) {
            Cursor config = layers.get(i).config();
            GoLayer l =
                    read(config, c.layer() + ", layer " + i, w, layers.get(i).weights());
            if (saved && !COMPUTED_INSIDE.contains(config.member("type").string())) {
                notes.add(l.at().at().layer() + ": the Go engine skipped it inside a sequential; here it is computed");
            }
            in = i == 0 ? l.in() : in;
            w = Optional.of(l.out());
            // The hidden stream runs along the layers of cells only.
            stream.add(l.stream() == GoLayer.Stream.SKIPS ? l : l.with(GoLayer.Stream.NONE), 0);
        }
        List<GoLayer> children = stream.all();
        return GoLayer.around(new Sequential(GoLayer.layers(children)), c, in, w.orElseThrow(), children);
    }

    /**
     * Meant is x + the input of the layer before. That engine only ran its activation when it answered and trained, so a saved
     * model has that.
     */
    private GoLayer residual(Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), List.of());
        e.withoutWeights();
        if (e.width().isEmpty()) {
            throw c.error(
                    Code.SHAPE,
                    "a residual as the first layer does not say how many inputs it has",
                    "convert the model to our format");
        }
        int width = e.width().get();
        if (saved) {
            notes.add(c.layer() + ": its activation and nothing added, as the Go engine ran this saved model");
            return GoLayer.of(new ActivationLayer(activation(c)), c, width, width);
        }
        return GoLayer.of(new ActivationLayer(Activation.Simple.LINEAR), c, width, width)
                .with(GoLayer.Stream.SKIPS);
    }

    Activation activation(Cursor c) {
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

    /** Saved numbers, rounded at the door. */
    Tensor tensor(Cursor c, Shape shape) {
        float[] values = c.reals();
        int expected = shape.elements(1);
        if (values.length != expected) {
            throw c.error(Code.DATA, "expected " + expected + " numbers for " + shape + ", found " + values.length, "");
        }
        door = door.plus(Door.round(values, c.file(), c.path(), c.layer()));
        return new Tensor(shape, values);
    }
}
