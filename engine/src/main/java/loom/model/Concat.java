package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * The branches' values one after the other along an axis; all other axes are equal.
 *
 * @param axis of a sample; below 0 counted from the end
 */
public record Concat(int axis) implements Combine {
    private static final Field<Concat, Integer> AXIS = Field.optional(
            "axis",
            new FieldType.Whole(1 - Shape.MAX_RANK, Shape.MAX_RANK - 2),
            -1,
            Concat::axis,
            "axis of a sample along which they stand; negative numbers count from the last axis, which is −1");

    static final Declaration<Concat> TYPE = Declaration.of(
            "concat", "the branches' values one after the other", List.of(AXIS), v -> new Concat(v.get(AXIS)));

    public Concat {
        AXIS.check(axis);
    }

    public Concat() {
        this(-1);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    private int axis(int rank) {
        int at = axis < 0 ? rank + axis : axis;
        if (at < 0 || at >= rank) {
            throw new ShapeException("concat along axis " + axis + " of values with " + rank + " axes");
        }
        return at;
    }

    @Override
    public Shape outputShape(Shape input, List<Shape> branches) {
        Shape first = branches.get(0);
        int at = axis(first.rank());
        long size = 0;
        for (int i = 0; i < branches.size(); i++) {
            Shape s = branches.get(i);
            if (s.rank() != first.rank() || !s.withDim(at, Extent.ONE).equals(first.withDim(at, Extent.ONE))) {
                throw new ShapeException("branch 0 gives " + first + ", branch " + i + " gives " + s
                        + "; concat needs all axes but axis " + at + " equal");
            }
            size += s.dim(at);
        }
        if (size > Integer.MAX_VALUE) {
            throw new ShapeException("branches give " + size + " elements along axis " + at);
        }
        return first.withDim(at, Extent.of((int) size));
    }

    @Override
    public Stepping stepping(Shape input, List<Shape> branches) {
        return axis(branches.get(0).rank()) > 0
                ? Stepping.EACH_POSITION
                : Stepping.wholeSequence("it makes one sequence of several");
    }

    @Override
    public Node lower(LayerContext c, Node x, List<Node> branches) {
        int batched = axis(branches.get(0).shape().rank() - 1) + 1;
        return c.graph().concat(batched, branches.toArray(new Node[0]));
    }
}
