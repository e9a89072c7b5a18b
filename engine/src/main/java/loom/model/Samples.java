package loom.model;

import loom.graph.Extent;
import loom.graph.Shape;

/** Shapes of one sample and of a batch of them. */
public final class Samples {
    private Samples() {}

    /** {@code [N, sample...]}. */
    public static Shape batched(Shape sample) {
        return sample.insert(0, new Extent(1, true));
    }
}
