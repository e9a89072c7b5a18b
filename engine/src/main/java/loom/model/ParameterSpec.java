package loom.model;

import loom.graph.Shape;

/**
 * A parameter that a layer needs.
 *
 * @param name unique in the layer
 * @param fanIn inputs that one output adds up; initialisers scale by it
 * @param fanOut outputs that one input goes into
 */
public record ParameterSpec(String name, Shape shape, Initialiser initialiser, int fanIn, int fanOut) {
    /** A parameter whose initialiser does not look at the fans. */
    public ParameterSpec(String name, Shape shape, Initialiser initialiser) {
        this(name, shape, initialiser, 1, 1);
    }
}
