package loom.model;

import loom.graph.Node;
import loom.graph.Shape;

/** A sample's elements as one row: {@code [a, b, c]} becomes {@code [a·b·c]}. */
public record Flatten() implements Layer {
    public static final Declaration<Flatten> TYPE =
            Declaration.of("flatten", "a sample's elements as one row", new Flatten());

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Shape.of(input.elements(1));
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.wholeSequence("it makes one row of the sequence");
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        int rank = x.shape().rank();
        return c.graph()
                .reshape(x, Samples.batched(Shape.of(x.shape().product(1, rank).coefficient())));
    }
}
