package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import loom.format.Cursor;
import loom.format.ModelException.Code;
import loom.onnx.KerasGraph.Image;

/**
 * Which layer of a Keras model reads which: a row of layers ({@code Sequential}) or a graph ({@code Functional}), whose layers may be models
 * themselves and may be called several times.
 */
final class KerasModel {
    private static final String CLASS_NAME = "class_name";
    private static final String CONFIG = "config";
    private static final String LAYERS = "layers";
    private static final String NAME = "name";
    private static final String INPUT_LAYER = "InputLayer";
    private static final String BIDIRECTIONAL = "Bidirectional";
    private static final String TIME_DISTRIBUTED = "TimeDistributed";
    private static final String LAYER = "layer";

    private static final List<String> MODELS = List.of("Sequential", "Functional", "Model");

    /** Layers that treat every position alike: in TimeDistributed they are what they are. */
    private static final List<String> POINTWISE = List.of("Dense", "Activation", "Dropout");

    private static final int MAX_DEPTH = 16;
    private static final int OPSET = 20;

    private final Cursor root;
    private final TfjsWeights weights;
    private final KerasGraph graph = new KerasGraph();
    private final List<OnnxFile.Port> inputs = new ArrayList<>();
    private final LinkedHashMap<String, List<String>> unknown = new LinkedHashMap<>();

    KerasModel(Cursor root, TfjsWeights weights) {
        this.root = root;
        this.weights = weights;
    }

    /** A layer called on values; results by {@code name:call} are those of the layers it reads. */
    private record Call(Cursor layer, int number, List<Source> sources) {}

    private record Source(Cursor at, String layer, int call) {
        String key() {
            return layer + ":" + call;
        }
    }

    /** What the model says, as an ONNX file would. */
    OnnxFile file() {
        Cursor topology = root.member("modelTopology");
        Cursor model = topology.has("model_config") ? topology.member("model_config") : topology;
        findUnknown(model, 0);
        if (!unknown.isEmpty()) {
            List<String> list = new ArrayList<>();
            unknown.forEach((type, names) -> list.add(type + " at " + String.join(", ", names)));
            throw model.error(Code.UNSUPPORTED, "layers that are not supported: " + String.join("; ", list), "");
        }
        LinkedHashMap<String, Image> results = apply(model, List.of(), true);
        List<OnnxFile.Port> outputs = new ArrayList<>();
        for (Map.Entry<String, Image> e : results.entrySet()) {
            Image v = e.getValue();
            graph.node(model.path(), e.getKey(), "Identity", List.of(graph.last(model.path(), v)), List.of(e.getKey()));
            outputs.add(new OnnxFile.Port(model.path(), e.getKey(), 1, List.of(), false));
        }
        LinkedHashMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", (long) OPSET);
        Optional<Cursor> name =
                config(model).isList() ? Optional.empty() : config(model).optional(NAME);
        String producer = root.optional("generatedBy")
                .filter(c -> !c.isNull())
                .map(Cursor::string)
                .orElse("");
        return new OnnxFile(
                root.file(),
                producer,
                opsets,
                new OnnxFile.Graph(
                        model.path(),
                        name.map(Cursor::string).orElse(""),
                        graph.nodes(),
                        graph.initialisers(),
                        inputs,
                        outputs));
    }

    // ---- what is there ----

    private static String type(Cursor layer) {
        return layer.member(CLASS_NAME).string();
    }

    private static Cursor config(Cursor layer) {
        return layer.member(CONFIG);
    }

    private static String name(Cursor layer) {
        return (layer.has(NAME) ? layer : config(layer)).member(NAME).string();
    }

    private static List<Cursor> layers(Cursor model) {
        Cursor config = config(model);
        return (config.isList() ? config : config.member(LAYERS)).elements();
    }

    private void findUnknown(Cursor layer, int depth) {
        String type = type(layer);
        if (depth > MAX_DEPTH) {
            throw layer.error(Code.LIMIT, "models inside models more than " + MAX_DEPTH + " deep", "");
        }
        if (MODELS.contains(type)) {
            for (Cursor inner : layers(layer)) {
                findUnknown(inner, depth + 1);
            }
        } else if (type.equals(BIDIRECTIONAL) || type.equals(TIME_DISTRIBUTED)) {
            Cursor inner = config(layer).member(LAYER);
            boolean known = type.equals(BIDIRECTIONAL)
                    ? List.of("LSTM", "GRU", "SimpleRNN").contains(type(inner))
                    : POINTWISE.contains(type(inner));
            if (!known) {
                note(type + " of " + type(inner), name(layer));
            }
        } else if (!type.equals(INPUT_LAYER) && !KerasLayers.ALL.containsKey(type)) {
            note(type, name(layer));
        }
    }

    private void note(String type, String name) {
        unknown.computeIfAbsent(type, k -> new ArrayList<>()).add(TensorReader.quoted(name));
    }

    // ---- models ----

    /** Results by the names of the layers that give them. */
    private LinkedHashMap<String, Image> apply(Cursor model, List<Image> given, boolean outer) {
        return type(model).equals("Sequential") ? sequential(model, given, outer) : functional(model, given, outer);
    }

    private LinkedHashMap<String, Image> sequential(Cursor model, List<Image> given, boolean outer) {
        List<Cursor> layers = layers(model);
        if (layers.isEmpty()) {
            throw config(model).error(Code.SHAPE, "no layers", "");
        }
        if (!outer && given.size() != 1) {
            throw config(model).error(Code.SHAPE, given.size() + " inputs of a row of layers", "");
        }
        Image x = outer ? input(layers.get(0), type(layers.get(0)).equals(INPUT_LAYER) ? "" : "_input") : given.get(0);
        for (Cursor layer : layers) {
            if (!type(layer).equals(INPUT_LAYER)) {
                x = called(layer, List.of(x));
            }
        }
        LinkedHashMap<String, Image> result = new LinkedHashMap<>();
        result.put(name(layers.get(layers.size() - 1)), x);
        return result;
    }

    private LinkedHashMap<String, Image> functional(Cursor model, List<Image> given, boolean outer) {
        LinkedHashMap<String, Image> results = new LinkedHashMap<>();
        List<Call> waiting = new ArrayList<>();
        List<Source> entries = sources(config(model).member("input_layers"));
        List<Source> outputs = sources(config(model).member("output_layers"));
        if (!outer && given.size() != entries.size()) {
            throw config(model).error(Code.SHAPE, given.size() + " inputs of a model that takes " + entries.size(), "");
        }
        for (int i = 0; !outer && i < given.size(); i++) {
            results.put(entries.get(i).key(), given.get(i));
        }
        for (Cursor layer : layers(model)) {
            if (type(layer).equals(INPUT_LAYER)) {
                if (outer) {
                    results.put(name(layer) + ":0", input(layer, ""));
                }
                continue;
            }
            List<Cursor> calls = layer.member("inbound_nodes").elements();
            for (int n = 0; n < calls.size(); n++) {
                waiting.add(new Call(layer, n, sources(calls.get(n))));
            }
        }
        waiting = numbered(waiting, outputs);
        while (!waiting.isEmpty()) {
            List<Call> next = new ArrayList<>();
            for (Call c : waiting) {
                List<Image> values = new ArrayList<>();
                for (Source s : c.sources()) {
                    if (results.containsKey(s.key())) {
                        values.add(results.get(s.key()));
                    }
                }
                if (values.size() < c.sources().size()) {
                    next.add(c);
                } else {
                    results.put(name(c.layer()) + ":" + c.number(), called(c.layer(), values));
                }
            }
            if (next.size() == waiting.size()) {
                Source missing = missing(next.get(0), results);
                throw missing.at()
                        .error(
                                Code.KEY,
                                "nothing gives what " + TensorReader.quoted(missing.layer())
                                        + " should, or layers wait for each other",
                                "");
            }
            waiting = next;
        }
        LinkedHashMap<String, Image> out = new LinkedHashMap<>();
        for (Source s : outputs) {
            Image v = results.get(s.key());
            if (v == null) {
                throw s.at().error(Code.KEY, "no layer " + TensorReader.quoted(s.layer()), "");
            }
            out.put(out.containsKey(s.layer()) ? s.key() : s.layer(), v);
        }
        return out;
    }

    /** A model that is a layer counts the making of itself as call 0 in some files, in others not: who reads it tells. */
    private static List<Call> numbered(List<Call> calls, List<Source> outputs) {
        LinkedHashMap<String, TreeSet<Integer>> read = new LinkedHashMap<>();
        LinkedHashMap<String, Integer> made = new LinkedHashMap<>();
        List<Source> all = new ArrayList<>(outputs);
        for (Call c : calls) {
            made.merge(name(c.layer()), 1, Integer::sum);
            all.addAll(c.sources());
        }
        for (Source s : all) {
            read.computeIfAbsent(s.layer(), k -> new TreeSet<>()).add(s.call());
        }
        List<Call> numbered = new ArrayList<>();
        for (Call c : calls) {
            String name = name(c.layer());
            TreeSet<Integer> by = read.getOrDefault(name, new TreeSet<>());
            int shift = 0;
            if (MODELS.contains(type(c.layer())) && !by.isEmpty()) {
                shift = by.last() - by.size() + 1;
                if (shift < 0 || shift > 1 || by.size() != made.get(name)) {
                    throw c.layer().error(Code.UNSUPPORTED, "calls of a model inside that cannot be told apart", "");
                }
            }
            numbered.add(new Call(c.layer(), c.number() + shift, c.sources()));
        }
        return numbered;
    }

    private static Source missing(Call c, Map<String, Image> results) {
        for (Source s : c.sources()) {
            if (!results.containsKey(s.key())) {
                return s;
            }
        }
        return c.sources().get(0);
    }

    /** {@code [[name, call, 0], ...]}, or one of them as it is. */
    private static List<Source> sources(Cursor c) {
        List<Source> sources = new ArrayList<>();
        if (!c.isList()) {
            throw c.expected("a list of [layer, call, output]; save the model with Keras 2 or tfjs");
        }
        List<Cursor> all = c.elements();
        for (Cursor s : !all.isEmpty() && all.get(0).isString() ? List.of(c) : all) {
            List<Cursor> parts = s.isList() ? s.elements() : List.of();
            if (parts.size() < 3 || parts.size() > 4) {
                throw s.expected("[layer, call, output]");
            }
            parts.get(2).whole(0, 0); // layers that give several values are refused
            if (parts.size() == 4) {
                parts.get(3).allow(List.of("training"));
            }
            sources.add(new Source(s, parts.get(0).string(), parts.get(1).whole(0, Integer.MAX_VALUE)));
        }
        if (sources.isEmpty()) {
            throw c.expected("at least one [layer, call, output]");
        }
        return sources;
    }

    /** An input of the whole model. */
    private Image input(Cursor layer, String suffix) {
        Cursor config = config(layer);
        String name = name(layer) + suffix;
        String key = config.has("batch_shape") ? "batch_shape" : "batch_input_shape";
        List<OnnxFile.Dim> dims = new ArrayList<>();
        for (Cursor d : config.member(key).elements()) {
            dims.add(new OnnxFile.Dim(d.isNull() ? -1 : d.whole(1, Integer.MAX_VALUE), ""));
        }
        String type = config.optional("dtype")
                .filter(Cursor::isString)
                .map(Cursor::string)
                .orElse("float32");
        inputs.add(new OnnxFile.Port(
                config.member(key).path(),
                name,
                type.startsWith("int") || type.startsWith("uint") ? 6 : 1,
                dims,
                true));
        return new Image(name, dims.size());
    }

    private Image called(Cursor layer, List<Image> values) {
        String type = type(layer);
        String name = name(layer);
        if (MODELS.contains(type)) {
            LinkedHashMap<String, Image> results = apply(layer, values, false);
            if (results.size() != 1) {
                throw config(layer).error(Code.UNSUPPORTED, "a model inside that gives several values", "");
            }
            return results.values().iterator().next();
        }
        KerasLayer l = new KerasLayer(graph, weights, config(layer), name, values);
        if (type.equals(BIDIRECTIONAL) || type.equals(TIME_DISTRIBUTED)) {
            Cursor inner = config(layer).member(LAYER);
            KerasLayer in = new KerasLayer(graph, weights, config(inner), name, values);
            return type.equals(BIDIRECTIONAL)
                    ? KerasRecurrent.bidirectional(l, in, type(inner), name(inner))
                    : KerasLayers.ALL.get(type(inner)).apply(in);
        }
        return KerasLayers.ALL.get(type).apply(l);
    }
}
