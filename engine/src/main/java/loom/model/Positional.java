package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** Tells positions: {@code y = x + P}, row p of P for position p; {@code x}, {@code y} and {@code P [length, d]}. */
public record Positional(PositionTable table) implements Layer {
    private static final Field<Positional, PositionTable> TABLE = Field.optional(
            "table",
            new FieldType.Variant<>(PositionTable.Types.ALL),
            new PositionTable.Learned(),
            Positional::table,
            "P");

    public static final Declaration<Positional> TYPE = Declaration.of(
            "positional",
            "adds a vector that belongs to the position",
            List.of(TABLE),
            v -> new Positional(v.get(TABLE)));

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return table.parameters(input.dim(0), input.dim(1));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() != 2) {
            throw new ShapeException("positional needs [positions, features], not " + input);
        }
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        Node all = table.table(c, c.length(x), x.shape().dim(2));
        return c.graph().plus(x, Positions.rows(c, all, x));
    }
}
