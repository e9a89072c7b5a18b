package loom.model;

import loom.graph.Shape;

/**
 * A parameter that a layer needs.
 *
 * @param name unique in the layer
 * @param fanIn inputs that one output adds up; initialisers scale by it
 * @param fanOut outputs that one input goes into
 */
public record ParameterSpec(String name, Shape shape, Initialiser initialiser, int fanIn, int fanOut, Role role) {
    /** Who changes a parameter in training. */
    public enum Role {
        /** An optimizer, by its gradient. */
        TRAINED,
        /** The layer itself, by {@link LayerContext#update}: running means and the like. */
        STATISTIC
    }

    /** A trained parameter. */
    public ParameterSpec(String name, Shape shape, Initialiser initialiser, int fanIn, int fanOut) {
        this(name, shape, initialiser, fanIn, fanOut, Role.TRAINED);
    }

    /** A trained parameter whose initialiser does not look at the fans. */
    public ParameterSpec(String name, Shape shape, Initialiser initialiser) {
        this(name, shape, initialiser, 1, 1);
    }

    public static ParameterSpec statistic(String name, Shape shape, Initialiser initialiser) {
        return new ParameterSpec(name, shape, initialiser, 1, 1, Role.STATISTIC);
    }
}
