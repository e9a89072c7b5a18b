package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import loom.graph.Shape;

/**
 * Finds the layers that others refer to by name ({@link Earlier}). A name can be seen once its layer has run, wherever that stands;
 * names that nothing refers to may be given twice.
 */
final class Names {
    /** Label of every layer with a name. */
    private final LinkedHashMap<String, List<String>> labels = new LinkedHashMap<>();

    /** Names of layers that have been placed, with what they give. */
    private final LinkedHashMap<String, Shape> placed = new LinkedHashMap<>();

    /** Names inside the layer of a cell that is looked at, as far as they have run before. */
    private final Set<String> inside = new LinkedHashSet<>();

    Names(Shape input, Grid grid) {
        placed.put(Earlier.INPUT, input);
        grid.eachLayer((layer, at) -> collect(layer, at));
    }

    private void collect(Layer layer, String at) {
        LayerOptions options = LayerOptions.of(layer);
        String label = at + " " + options.label(layer.typeName());
        if (!options.name().isEmpty()) {
            labels.computeIfAbsent(options.name(), n -> new ArrayList<>()).add(label);
        }
        new FieldMap(Names::same, (child, name) -> {
                    collect(child, label + ", layer " + name);
                    return child;
                })
                .of(Tagged.untagged(layer));
    }

    private static Earlier same(Field<?, ?> field, Earlier e) {
        return e;
    }

    /** A layer of a cell with the shapes that it, and layers inside it, refer to; {@code at} is its label without type and name. */
    Layer complete(Layer layer, String at) {
        inside.clear();
        return completeInside(layer, at);
    }

    private Layer completeInside(Layer layer, String at) {
        LayerOptions options = LayerOptions.of(layer);
        String label = at + " " + options.label(layer.typeName());
        Layer complete = new FieldMap(
                        (field, e) -> find(label, field, e),
                        (child, name) -> completeInside(child, label + ", layer " + name))
                .of(Tagged.untagged(layer));
        if (!options.name().isEmpty()) {
            inside.add(options.name());
        }
        return options.on(complete);
    }

    private Earlier find(String label, Field<?, ?> field, Earlier e) {
        String start = field.name() + " " + e + ": ";
        List<String> named = labels.getOrDefault(e.name(), List.of());
        boolean input = e.name().equals(Earlier.INPUT);
        if (named.size() > (input ? 0 : 1)) {
            throw new LayerException(
                    label,
                    start + (input ? "the network's input and " : "") + String.join(" and ", named)
                            + " have this name");
        }
        Optional<Shape> found = Optional.ofNullable(placed.get(e.name()));
        if (found.isPresent()) {
            check(label, field, e, found.get());
            return Earlier.of(e.name(), found.get());
        }
        if (named.isEmpty()) {
            throw new LayerException(
                    label, start + "no layer has this name; known: " + String.join(", ", placed.keySet()));
        }
        if (!inside.contains(e.name())) {
            throw new LayerException(label, start + "comes from " + named.get(0) + ", which does not run before");
        }
        if (e.shape().isEmpty()) {
            throw new LayerException(
                    label,
                    start + "is inside the same layer of the cell, so say its shape: {\"from\": \"" + e.name()
                            + "\", \"shape\": [...]}");
        }
        return e;
    }

    private static void check(String label, Field<?, ?> field, Earlier e, Shape found) {
        if (e.shape().isPresent() && !e.shape().get().equals(found)) {
            throw new LayerException(label, field.name() + " " + e + ": it is " + found);
        }
    }

    /** The layer of a cell has been placed: its names, and those inside it, can be seen from now on. */
    void placed(Place place) {
        remember(place);
        checkInside(place);
    }

    private void remember(Place place) {
        place.children().forEach(this::remember);
        if (!place.options().name().isEmpty()) {
            placed.put(place.options().name(), place.output());
        }
    }

    /** Shapes that a file said of names inside the same layer. */
    private void checkInside(Place place) {
        place.children().forEach(this::checkInside);
        new FieldMap(
                        (field, e) -> {
                            check(place.label(), field, e, placed.get(e.name()));
                            return e;
                        },
                        (child, name) -> child)
                .of(place.layer());
    }
}
