package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Probabilities over the last axis; {@code x [..., logits]}, {@code y [..., classes]}, as many classes as logits unless the kind
 * says otherwise.
 *
 * @param log whether y are their natural logarithms
 */
public record Softmax(SoftmaxKind kind, boolean log) implements Layer {
    private static final Field<Softmax, SoftmaxKind> KIND = Field.optional(
            "kind",
            new FieldType.Variant<>(SoftmaxKind.Types.ALL),
            new SoftmaxKind.Standard(),
            Softmax::kind,
            "which softmax");
    private static final Field<Softmax, Boolean> LOG = Field.optional(
            "log",
            new FieldType.Flag(),
            false,
            Softmax::log,
            "whether the result are logarithms; only for kinds of which no probability is exactly 0");

    public static final Declaration<Softmax> TYPE = Declaration.of(
            "softmax",
            "probabilities over the last axis",
            List.of(KIND, LOG),
            v -> new Softmax(v.get(KIND), v.get(LOG)));

    public Softmax {
        if (log && !(kind instanceof SoftmaxKind.Positive)) {
            throw new FieldException(
                    LOG.name(),
                    "probabilities of kind " + kind.fields().declaration().name()
                            + " can be 0, which has no logarithm");
        }
    }

    public Softmax(SoftmaxKind kind) {
        this(kind, false);
    }

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
        int last = input.rank() - 1;
        return input.withDim(last, Extent.of(kind.classes(input.dim(last))));
    }

    @Override
    public Stepping stepping(Shape input) {
        return kind.isNoisy()
                ? Stepping.wholeSequence("its noise is drawn for all positions together")
                : Stepping.overLastAxes(input, 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return log && kind instanceof SoftmaxKind.Positive p ? p.lower(c.graph(), x, true) : kind.lower(c, x);
    }
}
