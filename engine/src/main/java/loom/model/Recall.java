package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** What an earlier layer gave, or the network's input: {@code y = from}, whatever x is. */
public record Recall(Earlier from) implements Layer {
    private static final Field<Recall, Earlier> FROM =
            Field.required("from", new FieldType.EarlierValue(), Recall::from, "what is given again");

    public static final Declaration<Recall> TYPE = Declaration.of(
            "recall", "what an earlier layer gave, instead of the input", List.of(FROM), v -> new Recall(v.get(FROM)));

    public Recall {
        FROM.check(from);
    }

    public Recall(String name) {
        this(Earlier.of(name));
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        return from.shape().orElseThrow(() -> new ShapeException("nothing is known of " + from + " here"));
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return c.recall(from);
    }
}
