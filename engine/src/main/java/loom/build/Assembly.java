package loom.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.model.Earlier;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.Precision;
import loom.model.Tensor;

/** A model under construction whose layers bring their parameters from other models. */
final class Assembly {
    /** A layer of a cell of a model, or a new one. */
    record Piece(Layer layer, List<Origin> origins) {
        static Piece fresh(Layer layer) {
            return new Piece(layer, List.of());
        }
    }

    /** Where parameters come from: {@code inside} is the path within the piece, empty for the piece itself. */
    record Origin(String inside, Model model, String path) {}

    private Assembly() {}

    /** The layers of all cells, in order. */
    static List<Piece> pieces(Model model) {
        List<Piece> all = new ArrayList<>();
        int columns = model.network().grid().columns();
        for (int cell = 0; cell < model.network().grid().cells().size(); cell++) {
            List<Layer> layers = model.network().grid().cells().get(cell).layers();
            for (int i = 0; i < layers.size(); i++) {
                String path = cell / columns + "." + cell % columns + "." + i;
                all.add(new Piece(layers.get(i), List.of(new Origin("", model, path))));
            }
        }
        return all;
    }

    static List<Layer> layers(List<Piece> pieces) {
        List<Layer> all = new ArrayList<>();
        pieces.forEach(p -> all.add(p.layer()));
        return all;
    }

    /** Refuses layers that read the network's input by name, where the network's input would be another one. */
    static void refuseInput(List<Piece> pieces, String what) {
        for (Piece p : pieces) {
            if (Earlier.namesReadBy(p.layer()).contains(Earlier.INPUT)) {
                throw new BuildException(what + ": a " + p.layer().typeName()
                        + " layer reads the network's input by name, which would be another one");
            }
        }
    }

    /** {@code pieces}: by their paths in the network. Parameters that no piece brings start from the seed; int8 weights come with theirs. */
    static Model model(Network network, Map<String, Piece> pieces, long seed) {
        Model fresh = Model.initialise(network.with(Precision.F32), seed);
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>(fresh.parameters());
        pieces.forEach((path, piece) -> {
            for (Origin o : piece.origins()) {
                String to = o.inside().isEmpty() ? path : path + "." + o.inside();
                o.model().parameters().forEach((name, tensor) -> {
                    if (name.startsWith(o.path() + ".")) {
                        parameters.put(to + name.substring(o.path().length()), tensor);
                    }
                });
            }
        });
        LinkedHashMap<String, Tensor> inOrder = new LinkedHashMap<>();
        network.parameters().keySet().forEach(name -> inOrder.put(name, parameters.get(name)));
        return new Model(network, inOrder, seed, fresh.metadata());
    }
}
