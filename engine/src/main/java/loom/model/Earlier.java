package loom.model;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import loom.graph.Shape;

/**
 * What an earlier layer gave, by its name, or the network's input. A layer that reads one has a field of this type; a network finds
 * the layer and tells the shape ({@link Names}).
 *
 * @param shape of one sample, if it is known
 */
public record Earlier(String name, Optional<Shape> shape) {
    /** Name of the network's input. */
    public static final String INPUT = "input";

    public static Earlier of(String name) {
        return new Earlier(name, Optional.empty());
    }

    public static Earlier of(String name, Shape shape) {
        return new Earlier(name, Optional.of(shape));
    }

    /** Names of the values that a layer, or one inside it, reads. */
    public static Set<String> namesReadBy(Layer layer) {
        Set<String> names = new LinkedHashSet<>();
        collect(layer, names);
        return names;
    }

    private static void collect(Layer layer, Set<String> names) {
        new FieldMap(
                        (field, e) -> {
                            names.add(e.name());
                            return e;
                        },
                        (child, name) -> {
                            collect(child, names);
                            return child;
                        })
                .of(Tagged.untagged(layer));
    }

    @Override
    public String toString() {
        return "\"" + name + "\"" + shape.map(s -> " " + s).orElse("");
    }
}
