package loom.model;

import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Mean of each channel: {@code [C, S...]} becomes {@code [C]}. The sum is a row reduction in row-major order. */
public record GlobalAvgPool() implements Layer {
    public static final Declaration<GlobalAvgPool> TYPE =
            Declaration.of("global_avg_pool", "mean of each channel over all positions", new GlobalAvgPool());

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
        Node y = g.mean(Samples.rows(g, x, x.shape().rank() - 2), 1);
        return g.reshape(y, Samples.batched(outputShape(x.shape().remove(0))));
    }
}
