package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import loom.format.FieldReader.LayerAt;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Declaration;
import loom.model.FieldException;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.numeric.DType;
import loom.numeric.WeightType;

/** Our own format, version 1; {@code docs/model-json.md} describes it. */
final class LoomReader {
    static final String FORMAT = "loom";
    static final int VERSION = 1;

    /** Keys of the file, in the order of the writer. */
    static final List<String> KEYS = List.of("format", "version", "name", "seed", "metadata", "input", "grid", "cells");

    static final String PARAMETERS = "parameters";

    private DoorReport door = DoorReport.NONE;
    private final List<String> notes = new ArrayList<>();
    private final LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
    private final LinkedHashMap<String, PackedTensor> packed = new LinkedHashMap<>();

    /** Names the tensor of a {@link TensorSource} that holds a parameter's values. */
    static final String TENSOR = "tensor";

    static final String DATA = "data";

    private final FieldReader.Layers known;
    private final TensorSource weights;

    private LoomReader(FieldReader.Layers known, TensorSource weights) {
        this.known = known;
        this.weights = weights;
    }

    /** Reads a file whose layers {@code find} finds by the name that stands there. */
    static LoadedModel read(Cursor root, Function<Cursor, Declaration<? extends Layer>> find, TensorSource weights) {
        Cursor format = root.member("format");
        if (!format.string().equals(FORMAT)) {
            throw format.error(
                    Code.FORMAT,
                    "expected \"" + FORMAT + "\", found " + format.value().describe(),
                    "");
        }
        return new LoomReader(new FieldReader.Layers(find, PARAMETERS), weights).model(root);
    }

    private LoadedModel model(Cursor root) {
        Cursor version = root.member("version");
        // Version first: the keys of a later one are not ours to judge.
        if (version.whole(0, Integer.MAX_VALUE) != VERSION) {
            throw version.error(
                    Code.FORMAT,
                    "expected version " + VERSION + ", found " + version.value().describe(),
                    "a newer Loom may read it");
        }
        root.allow(KEYS);
        String name = root.optional("name").map(Cursor::string).orElse("");
        long seed = root.optional("seed").map(c -> c.whole(0L, Model.MAX_SEED)).orElse(Model.DEFAULT_SEED);
        Cursor input = root.member("input");
        input.allow(List.of("shape"));
        Cursor shapeAt = input.member("shape");
        Shape shape = shapeAt.shape();
        if (shape.rank() < 1 || shape.rank() >= Shape.MAX_RANK) {
            throw shapeAt.expected("a list of 1 to " + (Shape.MAX_RANK - 1) + " extents");
        }
        Cursor grid = root.member("grid");
        grid.allow(List.of("rows", "columns"));
        int rows = grid.member("rows").whole(1, Grid.MAX_SIDE);
        int columns = grid.member("columns").whole(1, Grid.MAX_SIDE);
        List<NetworkAssembly.CellAt> cells = cells(root.member("cells"), rows, columns);
        Network network = NetworkAssembly.network(root, name, shape, rows, columns, cells);

        List<LayerAt> layers = new ArrayList<>();
        cells.forEach(c -> layers.addAll(c.layers()));
        Optional<LayerAt> without = firstWithout(network.places(), layers);
        LinkedHashMap<String, String> metadata = metadata(root);
        if (without.isPresent() && !anyHas(layers)) {
            notes.add("no parameters in the file: initialised from seed " + seed);
            Model fresh = NetworkAssembly.initialise(root, network, seed);
            return new LoadedModel(
                    new Model(network, fresh.parameters(), seed, metadata), LoadedModel.Format.LOOM, door, notes);
        }
        read(network.places(), layers);
        try {
            return new LoadedModel(
                    new Model(network, parameters, seed, metadata), LoadedModel.Format.LOOM, door, notes, packed);
        } catch (FieldException e) {
            throw root.error(Code.VALUE, e.getMessage(), "");
        }
    }

    private List<NetworkAssembly.CellAt> cells(Cursor at, int rows, int columns) {
        List<Cursor> elements = at.elements();
        if (elements.size() != rows * columns) {
            throw at.error(
                    Code.VALUE,
                    "expected " + rows * columns + " cells for a grid of " + rows + " by " + columns + ", found "
                            + elements.size(),
                    "a cell may have no layers, but it must be there");
        }
        List<NetworkAssembly.CellAt> cells = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            Cursor cell = elements.get(i);
            cell.allow(List.of("row", "column", "layers"));
            int row = i / columns;
            int column = i % columns;
            same(cell.member("row"), row);
            same(cell.member("column"), column);
            List<LayerAt> layers = new ArrayList<>();
            for (Cursor layer : cell.member("layers").elements()) {
                layers.add(FieldReader.layer(layer, "cell " + row + "," + column + " layer " + layers.size(), known));
            }
            cells.add(new NetworkAssembly.CellAt(layers));
        }
        return cells;
    }

    private static void same(Cursor c, int expected) {
        if (c.whole(0, Grid.MAX_SIDE) != expected) {
            throw c.error(
                    Code.VALUE, "expected " + expected + ", found " + c.value().describe(), "cells stand row by row");
        }
    }

    private static LinkedHashMap<String, String> metadata(Cursor root) {
        LinkedHashMap<String, String> metadata = new LinkedHashMap<>();
        root.optional("metadata").ifPresent(m -> {
            for (String key : m.keys()) {
                metadata.put(key, m.member(key).string());
            }
        });
        return metadata;
    }

    // ---- parameters ----

    private static boolean anyHas(List<LayerAt> layers) {
        for (LayerAt l : layers) {
            if (l.at().has(PARAMETERS) && !l.at().member(PARAMETERS).keys().isEmpty() || anyHas(l.children())) {
                return true;
            }
        }
        return false;
    }

    /** The first layer that needs parameters and has none. */
    private static Optional<LayerAt> firstWithout(List<Place> places, List<LayerAt> layers) {
        for (int i = 0; i < layers.size(); i++) {
            LayerAt l = layers.get(i);
            if (!places.get(i).parameters().isEmpty() && !l.at().has(PARAMETERS)) {
                return Optional.of(l);
            }
            Optional<LayerAt> inside = firstWithout(places.get(i).children(), l.children());
            if (inside.isPresent()) {
                return inside;
            }
        }
        return Optional.empty();
    }

    private void read(List<Place> places, List<LayerAt> layers) {
        for (int i = 0; i < layers.size(); i++) {
            read(places.get(i), layers.get(i));
        }
    }

    private void read(Place place, LayerAt layer) {
        Optional<Cursor> at = layer.at().optional(PARAMETERS);
        List<String> names = new ArrayList<>();
        for (ParameterSpec p : place.parameters()) {
            names.add(p.name());
        }
        if (at.isPresent()) {
            at.get().allow(names);
        } else if (!names.isEmpty()) {
            throw layer.at()
                    .error(
                            Code.KEY,
                            "missing key \"" + PARAMETERS + "\", but other layers have theirs",
                            "give parameters to every layer or to none");
        }
        for (ParameterSpec p : place.parameters()) {
            parameters.put(place.parameterName(p), tensor(at.orElseThrow().member(p.name()), p, place));
        }
        read(place.children(), layer.children());
    }

    private Tensor tensor(Cursor c, ParameterSpec p, Place place) {
        List<String> keys = PackedReader.keys(c);
        keys.add(0, "shape");
        keys.add(c.has(TENSOR) ? TENSOR : DATA);
        c.allow(keys);
        Cursor shapeAt = c.member("shape");
        Shape shape = shapeAt.shape();
        if (!shape.equals(p.shape())) {
            throw shapeAt.error(
                    Code.SHAPE, "expected " + p.shape() + " for an input of " + place.input() + ", found " + shape, "");
        }
        Cursor data = c.member(c.has(TENSOR) ? TENSOR : DATA);
        Tensor t = c.has(PackedReader.DTYPE)
                ? packed(c, shape, place.parameterName(p))
                : c.has(TENSOR) ? named(data, shape, place.parameterName(p)) : new Tensor(shape, data.base64(shape));
        door = door.plus(round(t.values(), data));
        return t.isHeld()
                ? t
                : Tensor.kept(shape, () -> {
                    float[] values = t.values();
                    round(values, data);
                    return values;
                });
    }

    private static DoorReport round(float[] values, Cursor data) {
        return Door.round(values, data.file(), data.path(), data.layer());
    }

    private Tensor packed(Cursor c, Shape shape, String name) {
        PackedReader reader = new PackedReader(c, weights);
        if (c.has(TENSOR) && weights.stays()) {
            return Tensor.kept(shape, () -> reader.read(shape).widen().values());
        }
        PackedTensor t = reader.read(shape);
        packed.put(name, t);
        return t.widen();
    }

    private Tensor named(Cursor name, Shape shape, String parameter) {
        TensorSource.Stored found = PackedReader.find(name, weights);
        if (!found.modelShape().equals(shape)) {
            throw name.error(
                    Code.SHAPE, "expected " + shape + ", found " + found.modelShape() + " in the file of weights", "");
        }
        if (weights.stays() && found.type().widensExactly()) {
            return Tensor.kept(shape, () -> found.floats().values());
        }
        DType.Widened values = found.floats();
        if (values.rounded() > 0) {
            notes.add(
                    values.rounded() + " of " + shape.elements(1) + " values of " + name.string() + " rounded to f32");
        }
        if (weights.stays()) {
            return Tensor.kept(shape, () -> found.floats().values());
        }
        halves(found.type())
                .ifPresent(t -> packed.put(
                        parameter, new PackedTensor(shape, t, shape, new float[0], new byte[0], found.content())));
        return new Tensor(shape, values.values());
    }

    /** The type of weights that a type of tensors is, if that needs no scales. */
    private static Optional<WeightType> halves(DType stored) {
        for (WeightType t : WeightType.values()) {
            if (t.inFiles() == stored && !t.isScaled()) {
                return Optional.of(t);
            }
        }
        return Optional.empty();
    }
}
