package loom.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.FieldReader.LayerAt;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Grid;
import loom.model.Model;
import loom.model.Network;

/** A network configuration of the Go engine: layers of all cells in one list, row by row. */
final class GoNetworkReader {
    private static final int MAX_LAYERS = 1 << 16;

    private GoNetworkReader() {}

    /** A file that holds nothing else: parameters come from the seed. */
    static LoadedModel read(Cursor root) {
        GoLayers layers = new GoLayers(false);
        Network network = network(root, layers, Optional.empty());
        // That engine ignored the seed and used the clock; here it means what it says.
        long seed = root.optional("seed").map(c -> c.whole(0L, Model.MAX_SEED)).orElse(Model.DEFAULT_SEED);
        List<String> notes = new ArrayList<>(layers.notes());
        notes.add("no parameters in the file: initialised from seed " + seed);
        return new LoadedModel(
                NetworkAssembly.initialise(root, network, seed), LoadedModel.Format.GO_NETWORK, DoorReport.NONE, notes);
    }

    /** {@code weights} is the list of saved weights, one entry a layer. */
    static Network network(Cursor c, GoLayers reader, Optional<Cursor> weights) {
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
        List<NetworkAssembly.CellAt> cells = new ArrayList<>();
        Optional<Integer> width = Optional.empty();
        int input = 0;
        for (int cell = 0; cell < rows * columns; cell++) {
            List<LayerAt> inCell = new ArrayList<>();
            for (int l = 0; l < perCell; l++) {
                int flat = cell * perCell + l;
                int row = cell / columns;
                int column = cell % columns;
                GoLayers.GoLayer layer = reader.read(
                        layers.get(flat),
                        "cell " + row + "," + column + " layer " + l,
                        row + "." + column + "." + l,
                        width,
                        entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(flat)));
                input = flat == 0 ? layer.in() : input;
                width = Optional.of(layer.out());
                inCell.add(layer.at());
            }
            cells.add(new NetworkAssembly.CellAt(inCell));
        }
        return NetworkAssembly.network(c, name, Shape.of(input), rows, columns, cells);
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
