package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.FieldReader.LayerAt;
import loom.graph.Shape;
import loom.model.Flatten;
import loom.model.Layer;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Reshape;
import loom.model.Sequential;
import loom.model.Tensor;

/**
 * A layer of the Go engine as one of ours.
 *
 * @param in elements of a sample that it takes
 * @param out elements that it gives
 * @param stream what it does with the engine's hidden residual stream
 * @param parameters its own saved weights by our names; empty if none were saved
 * @param children layers inside it, in the order of ours
 */
record GoLayer(
        LayerAt at, int in, int out, Stream stream, LinkedHashMap<String, Tensor> parameters, List<GoLayer> children) {
    GoLayer {
        children = List.copyOf(children);
    }

    /** How a layer acts on the residual stream; see {@link GoStream}. */
    enum Stream {
        NONE,
        OPENS,
        ADDS,
        ADDS_BEFORE,
        SKIPS
    }

    /** Where a layer is read from: its configuration, how many elements come from the layer before, its saved weights. */
    record Entry(Cursor config, Optional<Integer> width, Optional<Cursor> weights) {
        /** For a layer that has none. */
        void withoutWeights() {
            weights.ifPresent(w -> GoKeys.others(w, List.of("dtype"), List.of()));
        }

        /** Where the layers of a list are read from, without what comes to them. */
        List<Entry> inside(Cursor list) {
            if (list.elements().isEmpty()) {
                throw list.expected("at least one layer");
            }
            return inside(list.elements());
        }

        List<Entry> inside(List<Cursor> configs) {
            Optional<Cursor> list = weights.map(w -> w.member("branch_weights"));
            Optional<List<Cursor>> saved = list.map(Cursor::elements);
            if (saved.isPresent() && saved.get().size() != configs.size()) {
                throw list.get().expected("weights of " + configs.size() + " layers");
            }
            List<Entry> inside = new ArrayList<>();
            for (int i = 0; i < configs.size(); i++) {
                int number = i;
                inside.add(new Entry(configs.get(i), Optional.empty(), saved.map(s -> s.get(number))));
            }
            return inside;
        }
    }

    static GoLayer of(Layer layer, Cursor c, int in, int out) {
        return of(layer, c, in, out, new LinkedHashMap<>());
    }

    static GoLayer of(Layer layer, Cursor c, int in, int out, LinkedHashMap<String, Tensor> parameters) {
        return new GoLayer(new LayerAt(layer, c, List.of()), in, out, Stream.NONE, parameters, List.of());
    }

    /** A layer of ours that has {@code children} inside it, the first taking its input and the last giving its output. */
    static GoLayer around(Layer layer, Cursor c, int in, int out, List<GoLayer> children) {
        List<LayerAt> at = new ArrayList<>();
        children.forEach(l -> at.add(l.at));
        return new GoLayer(new LayerAt(layer, c, at), in, out, Stream.NONE, new LinkedHashMap<>(), children);
    }

    /** Elements as rows of {@code n}, the layer, and a row of all that it gives. */
    static GoLayer inRowsOf(int n, GoLayer layer) {
        return inShape(Shape.of(layer.in / n, n), layer);
    }

    /** Elements under another shape, the layer, and a row of all elements again. */
    static GoLayer inShape(Shape shape, GoLayer layer) {
        Cursor c = layer.at.at();
        GoLayer split = of(new Reshape(shape), c, layer.in, layer.in);
        GoLayer join = of(new Flatten(), c, layer.out, layer.out);
        List<GoLayer> parts = List.of(split, layer, join);
        return around(new Sequential(layers(parts)), c, layer.in, layer.out, parts);
    }

    GoLayer with(LinkedHashMap<String, Tensor> newParameters) {
        return new GoLayer(at, in, out, stream, newParameters, children);
    }

    GoLayer with(Stream newStream) {
        return new GoLayer(at, in, out, newStream, parameters, children);
    }

    static List<Layer> layers(List<GoLayer> list) {
        List<Layer> layers = new ArrayList<>();
        list.forEach(l -> layers.add(l.at.layer()));
        return layers;
    }

    /** Adds the weights of layers, and of those inside them, by the names they have in a network. */
    static void collect(List<GoLayer> layers, List<Place> places, LinkedHashMap<String, Tensor> into) {
        for (int i = 0; i < layers.size(); i++) {
            GoLayer l = layers.get(i);
            Place place = places.get(i);
            for (ParameterSpec p : place.parameters()) {
                into.put(place.parameterName(p), l.parameters.get(p.name()));
            }
            collect(l.children, place.children(), into);
        }
    }
}
