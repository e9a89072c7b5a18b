package loom.model;

import loom.graph.Shape;

/** The channels of a layer's weights: what one output adds up, or a row of a table. */
public final class Channels {
    private Channels() {}

    /** The axis along which they lie: the last of a matrix, the first of a filter or a table. */
    public static int axis(Layer layer, Shape shape) {
        if (layer instanceof Embedding || layer instanceof KMeans || layer instanceof Positional) {
            return 0;
        }
        return shape.rank() == 2 || layer instanceof ConvTranspose ? 1 : 0;
    }
}
