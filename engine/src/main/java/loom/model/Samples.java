package loom.model;

import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Shapes of one sample and of a batch of them. */
public final class Samples {
    private Samples() {}

    /** {@code [N, sample...]}. */
    public static Shape batched(Shape sample) {
        return sample.insert(0, new Extent(1, true));
    }

    /** {@code [rows, elements]}: the last {@code axes} axes as one, all others as the rows. */
    public static Node rows(GraphBuilder g, Node x, int axes) {
        Shape s = x.shape();
        int from = s.rank() - axes;
        return g.reshape(x, Shape.of(List.of(s.product(0, from), s.product(from, s.rank()))));
    }

    /** {@code [channels, 1...]}, which broadcasts to {@code [N, channels, positions...]}. */
    static Shape channels(Shape batch) {
        int[] dims = new int[batch.rank() - 1];
        Arrays.fill(dims, 1);
        dims[0] = batch.dim(1);
        return Shape.of(dims);
    }
}
