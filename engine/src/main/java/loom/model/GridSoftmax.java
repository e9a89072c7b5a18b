package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** The last axis as {@code rows × columns} in row-major order, and a standard softmax of every row: several choices at once. */
public record GridSoftmax(int rows, int columns, float temperature) implements SoftmaxKind.Positive {
    private static final Field<GridSoftmax, Integer> ROWS =
            Field.required("rows", new FieldType.Whole(1, 1 << 24), GridSoftmax::rows, "number of softmaxes");
    private static final Field<GridSoftmax, Integer> COLUMNS =
            Field.required("columns", new FieldType.Whole(1, 1 << 24), GridSoftmax::columns, "classes of each");
    private static final Field<GridSoftmax, Float> TEMPERATURE = Probabilities.temperature(GridSoftmax::temperature);

    static final Declaration<GridSoftmax> TYPE = Declaration.of(
            "grid",
            "a softmax of every row of the last axis as rows × columns",
            List.of(ROWS, COLUMNS, TEMPERATURE),
            v -> new GridSoftmax(v.get(ROWS), v.get(COLUMNS), v.get(TEMPERATURE)));

    public GridSoftmax {
        ROWS.check(rows);
        COLUMNS.check(columns);
        TEMPERATURE.check(temperature);
    }

    public GridSoftmax(int rows, int columns) {
        this(rows, columns, 1);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public int classes(int logits) {
        if ((long) rows * columns != logits) {
            throw new ShapeException(
                    "softmax of " + rows + " rows of " + columns + " columns over an axis of " + logits);
        }
        return logits;
    }

    @Override
    public Node lower(GraphBuilder g, Node x, boolean log) {
        Extent all = x.shape().product(0, Probabilities.axis(x)).times(Extent.of(rows));
        Node grid = g.reshape(x, Shape.of(List.of(all, Extent.of(columns))));
        return g.reshape(Probabilities.softmax(g, grid, temperature, log), x.shape());
    }
}
