package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Shape;

/**
 * A parameter that a layer needs.
 *
 * @param name unique in the layer
 * @param initialisers one, or one for each of so many equal parts of the last axis: matrices that stand side by side
 * @param fanIn inputs that one output adds up; initialisers scale by it
 * @param fanOut outputs that one input goes into
 */
public record ParameterSpec(
        String name, Shape shape, List<Initialiser> initialisers, int fanIn, int fanOut, Role role) {
    /** Who changes a parameter in training. */
    public enum Role {
        /** An optimizer, by its gradient. */
        TRAINED,
        /** The layer itself, by {@link LayerContext#update}: running means and the like. */
        STATISTIC,
        /** Nobody: numbers of a quantised model, which no seed gives. */
        FIXED
    }

    public ParameterSpec {
        initialisers = List.copyOf(initialisers);
    }

    /** A trained parameter. */
    public ParameterSpec(String name, Shape shape, Initialiser initialiser, int fanIn, int fanOut) {
        this(name, shape, List.of(initialiser), fanIn, fanOut, Role.TRAINED);
    }

    /** A trained parameter whose initialiser does not look at the fans. */
    public ParameterSpec(String name, Shape shape, Initialiser initialiser) {
        this(name, shape, initialiser, 1, 1);
    }

    public static ParameterSpec statistic(String name, Shape shape, Initialiser initialiser) {
        return new ParameterSpec(name, shape, List.of(initialiser), 1, 1, Role.STATISTIC);
    }

    public static ParameterSpec fixed(String name, Shape shape) {
        return new ParameterSpec(name, shape, List.of(Initialiser.Constant.ZEROS), 1, 1, Role.FIXED);
    }

    /** Initial values of parameter number {@code number}; parts have numbers of their own, one after the other. */
    float[] values(long seed, int number) {
        int parts = initialisers.size();
        if (parts == 1) {
            return initialisers.get(0).values(this, seed, number);
        }
        int last = shape.rank() - 1;
        int columns = shape.dim(last) / parts;
        float[] values = new float[shape.elements(1)];
        for (int i = 0; i < parts; i++) {
            Shape size = shape.withDim(last, Extent.of(columns));
            ParameterSpec one = new ParameterSpec(name, size, List.of(initialisers.get(i)), fanIn, fanOut, role);
            float[] part = one.values(seed, number + i);
            for (int row = 0; row * columns < part.length; row++) {
                System.arraycopy(part, row * columns, values, (row * parts + i) * columns, columns);
            }
        }
        return values;
    }
}
