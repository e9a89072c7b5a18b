package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.FieldReader.LayerAt;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Grid;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;

/** A network configuration of the Go engine: layers of all cells in one list, row by row. */
final class GoNetworkReader {
    private static final int MAX_LAYERS = 1 << 16;
    private static final List<String> ATTENTION = List.of("mha", "multi_head_attention");
    private static final List<String> OF_TOKENS = List.of("rms_norm", "rmsnorm", "layer_norm", "layernorm", "swiglu");

    private GoNetworkReader() {}

    /** A file that holds nothing else: parameters come from the seed. */
    static LoadedModel read(Cursor root) {
        GoLayers layers = new GoLayers(false);
        Network network = read(root, layers, Optional.empty()).network();
        // That engine ignored the seed and used the clock; here it means what it says.
        long seed = root.optional("seed").map(c -> c.whole(0L, Model.MAX_SEED)).orElse(Model.DEFAULT_SEED);
        List<String> notes = new ArrayList<>(layers.notes());
        notes.add("no parameters in the file: initialised from seed " + seed);
        return new LoadedModel(
                NetworkAssembly.initialise(root, network, seed), LoadedModel.Format.GO_NETWORK, DoorReport.NONE, notes);
    }

    /** A network and, if weights were saved, its parameters. */
    record GoNetwork(Network network, LinkedHashMap<String, Tensor> parameters) {}

    /** {@code weights} is the list of saved weights, one entry a layer. */
    static GoNetwork read(Cursor c, GoLayers reader, Optional<Cursor> weights) {
        c.allow(GoSchema.NETWORK);
        String name = c.optional("id").map(Cursor::string).orElse("");
        c.optional("batch_size").ifPresent(b -> b.whole(0, Integer.MAX_VALUE)); // any batch runs here
        c.optional("dtype").ifPresent(GoNetworkReader::float32);
        int rows = c.member("grid_rows").whole(1, Grid.MAX_SIDE);
        int columns = c.member("grid_cols").whole(1, Grid.MAX_SIDE);
        int perCell = c.member("layers_per_cell").whole(1, MAX_LAYERS);
        List<Cursor> layers = c.member("layers").elements();
        long expected = (long) rows * columns * perCell;
        if (layers.size() != expected) {
            throw c.member("layers")
                    .error(
                            Code.VALUE,
                            "expected " + expected + " layers for " + rows + " by " + columns + " cells of " + perCell
                                    + ", found " + layers.size(),
                            "");
        }
        List<Cursor> entries = weights.map(Cursor::elements).orElse(List.of());
        if (weights.isPresent() && entries.size() != layers.size()) {
            throw weights.get().expected("weights of " + layers.size() + " layers");
        }
        GoStream stream = new GoStream(reader.notes());
        Optional<Integer> width = tokens(layers);
        int input = 0;
        for (int flat = 0; flat < layers.size(); flat++) {
            int cell = flat / perCell;
            GoLayer layer = reader.read(
                    layers.get(flat),
                    "cell " + cell / columns + "," + cell % columns + " layer " + flat % perCell,
                    width,
                    entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(flat)));
            input = flat == 0 ? layer.in() : input;
            width = Optional.of(layer.out());
            stream.add(layer, cell);
        }
        List<NetworkAssembly.CellAt> cells = new ArrayList<>();
        for (int cell = 0; cell < rows * columns; cell++) {
            List<LayerAt> inCell = new ArrayList<>();
            stream.cell(cell).forEach(l -> inCell.add(l.at()));
            cells.add(new NetworkAssembly.CellAt(inCell));
        }
        Network network = NetworkAssembly.network(c, name, Shape.of(input), rows, columns, cells);
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        if (weights.isPresent()) {
            GoLayer.collect(stream.all(), network.places(), parameters);
        }
        return new GoNetwork(network, parameters);
    }

    /**
     * Elements of the input where the first layers see tokens by themselves, so that their size is that of one token, and attention
     * further on says how many there are. An embedding takes one number a token.
     */
    private static Optional<Integer> tokens(List<Cursor> layers) {
        boolean embedded = false;
        for (int i = 0; i < layers.size(); i++) {
            Cursor c = layers.get(i);
            String type = c.isObject() && c.has("type") ? c.member("type").string() : "";
            if (ATTENTION.contains(type) && i > 0) {
                long elements = (long) GoKeys.size(c, "seq_length") * (embedded ? 1 : GoKeys.size(c, "d_model"));
                return elements == 0 || elements > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) elements);
            }
            embedded |= i == 0 && type.equals("embedding");
            if (!OF_TOKENS.contains(type) && !(i == 0 && embedded)) {
                break;
            }
        }
        return Optional.empty();
    }

    static void float32(Cursor dtype) {
        String t = dtype.string();
        if (!t.isEmpty() && !t.equals("float32")) {
            throw dtype.error(
                    Code.UNSUPPORTED,
                    "expected \"float32\", found " + dtype.value().describe(),
                    "");
        }
    }
}
