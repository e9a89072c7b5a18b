package loom.model;

import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;

/** Maximum of each channel: {@code [C, S...]} becomes {@code [C]}. The gradient goes to the first maximum in row-major order. */
public record GlobalMaxPool() implements Layer {
    public static final Declaration<GlobalMaxPool> TYPE =
            Declaration.of("global_max_pool", "maximum of each channel over all positions", new GlobalMaxPool());

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        Windows.check(typeName(), input, 1, Shape.MAX_RANK);
        return Shape.of(input.dim(0));
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node y = g.reduce(ReduceKind.MAX, Samples.rows(g, x, x.shape().rank() - 2), 1);
        return g.reshape(y, Samples.batched(outputShape(x.shape().remove(0))));
    }
}
