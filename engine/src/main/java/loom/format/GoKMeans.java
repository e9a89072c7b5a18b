package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.GoLayer.Entry;
import loom.format.GoLayer.Stream;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.KMeans;
import loom.model.KMeans.Distance;
import loom.model.KMeans.Output;
import loom.model.Tensor;

/** Soft k-means of the Go engine's files. Its centres learn as everything does: a learning rate of their own means nothing. */
final class GoKMeans {
    private static final List<String> KEYS = List.of(
            "num_clusters",
            "attached_layer",
            "branches",
            "distance_metric",
            "kmeans_temperature",
            "kmeans_output_mode",
            "kmeans_learning_rate",
            "cluster_dim");
    private static final List<String> DISTANCES = List.of("euclidean", "manhattan", "cosine");
    private static final List<String> OUTPUTS = List.of("probabilities", "features");

    private GoKMeans() {}

    static GoLayer read(GoLayers reader, Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), KEYS);
        e.weights().ifPresent(w -> GoKeys.others(w, List.of("dtype"), List.of("branch_weights", "cluster_centers")));
        int clusters = GoKeys.agree(c, "k-means", List.of("num_clusters"));
        List<GoLayer> inside = inside(reader, e);
        int in = inside.isEmpty() ? width(e) : inside.get(0).in();
        int d = inside.isEmpty() ? in : inside.get(inside.size() - 1).out();
        int said = GoKeys.size(c, "cluster_dim");
        if (said != 0 && said != d) {
            throw c.member("cluster_dim").expected(d + ", the number of features");
        }
        KMeans layer = new KMeans(clusters, GoLayer.layers(inside), distance(reader, e), temperature(c), output(c));
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        if (e.weights().isPresent()) {
            parameters.put(KMeans.CENTERS, reader.tensor(centers(e.weights().get()), Shape.of(clusters, d)));
        }
        int out = layer.output() == Output.PROBABILITIES ? clusters : d;
        return GoLayer.around(layer, c, in, out, inside).with(parameters);
    }

    private static int width(Entry e) {
        if (e.width().isPresent()) {
            return e.width().get();
        }
        return GoKeys.agree(e.config(), "k-means", List.of("cluster_dim"));
    }

    /** Layers that make the features: a list in saved models, one layer in configurations. */
    private static List<GoLayer> inside(GoLayers reader, Entry e) {
        Cursor c = e.config();
        List<Entry> entries = new ArrayList<>();
        Optional<Cursor> attached = c.optional("attached_layer").filter(x -> !GoKeys.empty(x));
        Optional<Cursor> branches = c.optional("branches").filter(x -> !GoKeys.empty(x));
        if (attached.isPresent() && branches.isPresent()) {
            throw c.member("branches").error(Code.KEY, "there is an attached_layer too", "keep one of them");
        }
        attached.ifPresent(x -> entries.addAll(e.inside(List.of(x))));
        branches.ifPresent(x -> entries.addAll(e.inside(x)));
        List<GoLayer> inside = new ArrayList<>();
        Optional<Integer> width = e.width();
        for (Entry entry : entries) {
            GoLayer l = reader.read(entry.config(), c.layer() + ", layer " + inside.size(), width, entry.weights());
            inside.add(l.with(Stream.NONE));
            width = Optional.of(l.out());
        }
        return inside;
    }

    private static Cursor centers(Cursor weights) {
        if (!weights.has("cluster_centers") || GoKeys.empty(weights.member("cluster_centers"))) {
            throw weights.error(
                    Code.DATA, "missing \"cluster_centers\"", "the Go engine chooses them when a model runs first");
        }
        return weights.member("cluster_centers");
    }

    /** That engine answered with the squared distance whatever the file says. */
    private static Distance distance(GoLayers reader, Entry e) {
        String name = e.config().optional("distance_metric").map(Cursor::string).orElse("");
        Distance distance = switch (name) {
            case "", "euclidean" -> Distance.EUCLIDEAN;
            case "manhattan" -> Distance.MANHATTAN;
            case "cosine" -> Distance.COSINE;
            default ->
                throw e.config()
                        .member("distance_metric")
                        .error(Code.VALUE, Names.unknown("distance metric", name, DISTANCES), "");
        };
        if (distance != Distance.EUCLIDEAN && e.weights().isPresent()) {
            reader.notes()
                    .add(e.config().layer() + ": distance \"" + name
                            + "\" is euclidean, as the Go engine answered with this saved model");
            return Distance.EUCLIDEAN;
        }
        return distance;
    }

    private static float temperature(Cursor c) {
        float t = c.optional("kmeans_temperature").map(Cursor::real).orElse(0f);
        if (t != 0 && !(t >= 0x1p-9f && t <= 0x1p9f)) {
            throw c.member("kmeans_temperature").expected("0 or a temperature from 2^-9 to 2^9");
        }
        return t == 0 ? 1 : t;
    }

    private static Output output(Cursor c) {
        String mode = c.optional("kmeans_output_mode").map(Cursor::string).orElse("");
        return switch (mode) {
            case "", "probabilities" -> Output.PROBABILITIES;
            case "features" -> Output.FEATURES;
            default ->
                throw c.member("kmeans_output_mode")
                        .error(Code.VALUE, Names.unknown("k-means output mode", mode, OUTPUTS), "");
        };
    }
}
