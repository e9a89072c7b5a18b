package loom.train;

import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.FieldValues;

/** {@code mean (y − t)²} over the outputs of a row. */
public record MeanSquaredError() implements Loss {
    static final Declaration<MeanSquaredError> TYPE =
            Declaration.of("mean_squared_error", "mean (y − t)²", new MeanSquaredError());

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Rows rows(GraphBuilder g, Node y, Node t, boolean isLogits) {
        Node error = g.minus(y, t);
        return Rows.of(g.mean(g.times(error, error), 1));
    }
}
