package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;

/** Huber 1964: the mean over a row of {@code e²/2} where {@code |e| ≤ δ}, else {@code δ(|e| − δ/2)}, with {@code e = y − t}. */
public record Huber(float delta) implements Loss {
    private static final Field<Huber, Float> DELTA = Field.optional(
            "delta", new FieldType.Real(0x1p-20f, 0x1p20f), 1f, Huber::delta, "δ: where the square becomes a line");

    static final Declaration<Huber> TYPE = Declaration.of(
            "huber",
            "the square of small errors, the size of large ones",
            List.of(DELTA),
            v -> new Huber(v.get(DELTA)));

    public Huber {
        DELTA.check(delta);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Rows rows(GraphBuilder g, Node y, Node t, boolean isLogits) {
        Node size = g.unary(UnaryKind.ABS, g.minus(y, t));
        // min(|e|, δ)·(|e| − min(|e|, δ)/2) is both arms in one, and nothing overflows in the one not taken.
        Node small = g.min(size, g.constant(delta));
        return Rows.of(g.mean(g.times(small, g.minus(size, g.times(small, 0.5f))), 1));
    }
}
