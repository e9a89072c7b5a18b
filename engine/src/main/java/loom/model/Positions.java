package loom.model;

import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;

/**
 * Positions of a sequence that a graph has: all of them or, in {@link Mode#DECODING}, some that a run-time number tells. Rows are then
 * chosen by products with ones and zeros, which are exact.
 */
final class Positions {
    private Positions() {}

    /** Numbers of the positions, i32 {@code [positions, 1]}, for {@code x [N, positions, ...]}. */
    static Node numbers(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node number = g.iota(Shape.of(x.shape().dim(1), 1), 0);
        return c.decoding() ? g.plus(number, c.position()) : number;
    }

    /** Rows of a table {@code [length, ...]} with one row a position: {@code [positions, ...]} for {@code x [N, positions, ...]}. */
    static Node rows(LayerContext c, Node table, Node x) {
        if (!c.decoding()) {
            return table;
        }
        GraphBuilder g = c.graph();
        Shape shape = table.shape();
        Shape flat = Shape.of(shape.dim(0), shape.product(1, shape.rank()).coefficient());
        Node chosen = g.matMul(isAt(c, x, flat.dim(0)), g.reshape(table, flat));
        return g.reshape(chosen, shape.withDim(0, Extent.of(x.shape().dim(1))));
    }

    /** 1 where the column is the row's position: {@code [positions, length]}. */
    private static Node isAt(LayerContext c, Node x, int length) {
        GraphBuilder g = c.graph();
        Node at = g.iota(Shape.of(1, length), 1);
        return g.cast(g.compare(CompareKind.EQ, at, numbers(c, x)), ElementType.F32);
    }

    /** A table of constants. */
    static Node table(GraphBuilder g, Tensor values) {
        return g.table(TensorType.f32(values.shape()), Words.bits(values.values()));
    }

    /**
     * Of rows {@code [N, ..., positions, d]} of the {@code x [N, positions, ...]} they come from those of all positions so far, {@code
     * [N, ..., length, d]}, the others zeros; a graph that has all positions has them already. They are kept for the next run.
     */
    static Node soFar(LayerContext c, String name, Node rows, Node x, int length) {
        if (!c.decoding()) {
            return rows;
        }
        GraphBuilder g = c.graph();
        int axis = rows.shape().rank() - 2;
        int count = x.shape().dim(1);
        Node kept = c.state(name, rows.shape().remove(0).withDim(axis - 1, Extent.of(length)));
        Node at = g.minus(g.iota(Shape.of(length, 1), 0), c.position());
        Node isNew = g.binary(
                BinaryKind.AND, g.compare(CompareKind.LE, g.constant(0), at), g.lessThan(at, g.constant(count)));
        Node placed = count == 1 ? rows : g.matMul(isAt(c, x, length), true, rows, false);
        Node all = g.select(isNew, placed, kept);
        g.update(kept, all);
        return all;
    }
}
