package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.graph.Words;

/** Standard softmax of {@code x/T} over the classes that a fixed mask keeps; the others have probability 0 exactly. */
public record MaskedSoftmax(List<Boolean> mask, float temperature) implements SoftmaxKind {
    private static final float LOWEST = -0x1p50f;

    private static final Field<MaskedSoftmax, List<Boolean>> MASK = Field.required(
            "mask", new FieldType.Flags(1, 1 << 24), MaskedSoftmax::mask, "for each class, whether it is possible");
    private static final Field<MaskedSoftmax, Float> TEMPERATURE =
            Probabilities.temperature(MaskedSoftmax::temperature);

    static final Declaration<MaskedSoftmax> TYPE = Declaration.of(
            "masked",
            "e^(x/T) / Σ e^(x/T) over the classes of a mask, 0 elsewhere",
            List.of(MASK, TEMPERATURE),
            v -> new MaskedSoftmax(v.get(MASK), v.get(TEMPERATURE)));

    public MaskedSoftmax {
        mask = List.copyOf(mask);
        MASK.check(mask);
        TEMPERATURE.check(temperature);
        if (!mask.contains(true)) {
            throw new FieldException(MASK.name(), "expected at least one class that is possible");
        }
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public int classes(int logits) {
        if (mask.size() != logits) {
            throw new ShapeException("mask of " + mask.size() + " classes for " + logits + " logits");
        }
        return logits;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        int[] words = new int[mask.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = mask.get(i) ? 1 : 0;
        }
        Node kept = g.table(TensorType.i32(Shape.of(words.length)), Words.of(words));
        Node max = g.reduce(ReduceKind.MAX, g.select(kept, x, g.constant(LOWEST)), Probabilities.axis(x));
        // What is masked becomes the maximum, which no arithmetic can push out of the domain, and its exponential 0.
        Node z = g.minus(g.select(kept, x, g.stopGradient(max)), g.stopGradient(max));
        Node e = g.exp(Probabilities.scaled(g, z, Probabilities.GONE, temperature));
        return Probabilities.normalised(g, g.select(kept, e, g.constant(0f)));
    }
}
