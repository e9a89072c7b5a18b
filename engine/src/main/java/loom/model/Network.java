package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * A grid of cells of layers: what a model file describes, without weights. Shapes are checked when it is made.
 *
 * @param input shape of one sample
 */
public record Network(String name, Shape input, Grid grid) {
    /** Bound on nested layers, for readers and people. */
    public static final int MAX_DEPTH = 16;

    public Network {
        if (!new FieldType.Extents().accepts(input)) {
            throw new ShapeException("input shape " + input + ": expected " + new FieldType.Extents().expected());
        }
        places(input, grid);
    }

    /** One cell. */
    public static Network of(String name, Shape input, Layer... layers) {
        return new Network(name, input, new Grid(1, 1, List.of(Cell.of(layers))));
    }

    /** The layers of the cells, in the order they run; nested ones are their {@link Place#children}. */
    public List<Place> places() {
        return places(input, grid);
    }

    /** Every layer, outer ones before those inside. */
    public List<Place> allPlaces() {
        List<Place> all = new ArrayList<>();
        collect(places(), all);
        return all;
    }

    /** Every parameter by name, in the order of initialisation, files and graphs. */
    public LinkedHashMap<String, ParameterSpec> parameters() {
        LinkedHashMap<String, ParameterSpec> all = new LinkedHashMap<>();
        for (Place place : allPlaces()) {
            for (ParameterSpec p : place.parameters()) {
                all.put(place.parameterName(p), p);
            }
        }
        return all;
    }

    /** Names of the parameters that an optimizer trains. */
    public List<String> trained() {
        List<String> names = new ArrayList<>();
        places().forEach(p -> names.addAll(p.trained()));
        return names;
    }

    /** The same network with one precision of all layers. */
    public Network with(Precision precision) {
        Set<String> paths = new LinkedHashSet<>();
        allPlaces().forEach(p -> paths.add(p.path()));
        return with(precision, paths);
    }

    /** The same network with another precision of the layers at these paths ({@link Place#path}). */
    public Network with(Precision precision, Set<String> paths) {
        List<Cell> cells = new ArrayList<>();
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                List<Layer> layers = new ArrayList<>();
                for (Layer layer : grid.cell(row, column).layers()) {
                    layers.add(with(layer, row + "." + column + "." + layers.size(), precision, paths));
                }
                cells.add(new Cell(layers));
            }
        }
        return new Network(name, input, new Grid(grid.rows(), grid.columns(), cells));
    }

    private static Layer with(Layer layer, String path, Precision precision, Set<String> paths) {
        LayerOptions options = LayerOptions.of(layer);
        Layer plain = new FieldMap((field, e) -> e, (child, name) -> with(child, path + "." + name, precision, paths))
                .of(Tagged.untagged(layer));
        return (paths.contains(path) ? options.with(precision) : options).on(plain);
    }

    /** Shape of one sample's output. */
    public Shape output() {
        List<Place> places = places();
        return places.isEmpty() ? input : places.get(places.size() - 1).output();
    }

    private static void collect(List<Place> places, List<Place> all) {
        for (Place p : places) {
            all.add(p);
            collect(p.children(), all);
        }
    }

    private static List<Place> places(Shape input, Grid grid) {
        List<Place> places = new ArrayList<>();
        Names names = new Names(input, grid);
        Shape s = input;
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                List<Layer> layers = grid.cell(row, column).layers();
                for (int i = 0; i < layers.size(); i++) {
                    String label = Grid.label(row, column, i);
                    Placing at = new Placing(row + "." + column + "." + i, label, row, column, 0, true);
                    Place p = at.place(names.complete(layers.get(i), label), s);
                    names.placed(p);
                    places.add(p);
                    s = p.output();
                }
            }
        }
        return places;
    }

    /** Where a layer comes to stand; {@code label} still without its type and name. */
    private record Placing(String path, String label, int row, int column, int depth, boolean learns) {
        Place place(Layer layer, Shape input) {
            LayerOptions options = LayerOptions.of(layer);
            String full = label + " " + options.label(layer.typeName());
            if (depth > MAX_DEPTH) {
                throw new LayerException(full, "more than " + MAX_DEPTH + " layers inside each other");
            }
            boolean layerLearns = learns && !options.frozen() && !options.disabled();
            try {
                List<Place> children = new ArrayList<>();
                for (Layer.Child c : layer.children(input)) {
                    Placing inside = new Placing(
                            path + "." + c.name(), full + ", layer " + c.name(), row, column, depth + 1, layerLearns);
                    children.add(inside.place(c.layer(), c.input()));
                }
                return new Place(
                        path,
                        full,
                        row,
                        column,
                        depth,
                        Tagged.untagged(layer),
                        options,
                        layerLearns,
                        input,
                        layer.outputShape(input),
                        layer.parameters(input),
                        children);
            } catch (LayerException e) {
                throw e;
            } catch (ShapeException e) {
                throw new LayerException(full, e.getMessage());
            }
        }
    }
}
