package loom.train;

import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.model.Declaration;
import loom.model.FieldValues;

/** {@code mean |y − t|} over the outputs of a row; its derivative is 0 where they are equal. */
public record MeanAbsoluteError() implements Loss {
    static final Declaration<MeanAbsoluteError> TYPE =
            Declaration.of("mean_absolute_error", "mean |y − t|", new MeanAbsoluteError());

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Rows rows(GraphBuilder g, Node y, Node t, boolean isLogits) {
        return Rows.of(g.mean(g.unary(UnaryKind.ABS, g.minus(y, t)), 1));
    }
}
