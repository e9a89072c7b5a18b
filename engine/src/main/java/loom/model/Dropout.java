package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.RandomKind;
import loom.graph.Shape;
import loom.numeric.Philox;

/**
 * Dropout (Srivastava et al. 2014): in training every element is 0 with probability {@code rate}, otherwise {@code x/(1 − rate)}, so
 * that its mean stays; answers are x. Which elements depends on seed, step, place in the network and index alone.
 */
public record Dropout(float rate) implements Layer {
    private static final Field<Dropout, Float> RATE = Field.required(
            "rate", new FieldType.Real(0, 0x1.fffffep-1f), Dropout::rate, "probability that an element becomes 0");

    public static final Declaration<Dropout> TYPE = Declaration.of(
            "dropout", "in training 0 or x/(1 − rate), else x", List.of(RATE), v -> new Dropout(v.get(RATE)));

    public Dropout {
        RATE.check(rate);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.EACH_POSITION;
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return of(c, x, rate);
    }

    /** {@code x} with dropout in training, and x itself otherwise. */
    static Node of(LayerContext c, Node x, float rate) {
        if (!c.training()) {
            return x;
        }
        GraphBuilder g = c.graph();
        Node u = c.random(RandomKind.UNIFORM, x.shape(), Philox.DROPOUT);
        Node kept = g.divide(x, g.minus(g.constant(1f), g.constant(rate)));
        return g.select(g.lessThan(u, g.constant(rate)), g.constant(0f), kept);
    }
}
