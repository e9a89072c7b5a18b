package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** Probabilities over the last axis; {@code x} and {@code y} are {@code [..., classes]}. */
public record Softmax(SoftmaxKind kind) implements Layer {
    private static final Field<Softmax, SoftmaxKind> KIND = Field.optional(
            "kind",
            new FieldType.Variant<>(SoftmaxKind.Types.ALL),
            new SoftmaxKind.Standard(),
            Softmax::kind,
            "which softmax");

    public static final Declaration<Softmax> TYPE =
            Declaration.of("softmax", "probabilities over the last axis", List.of(KIND), v -> new Softmax(v.get(KIND)));

    public Softmax() {
        this(new SoftmaxKind.Standard());
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("softmax needs at least one axis, not a scalar");
        }
        return input;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return kind.lower(c.graph(), x);
    }
}
