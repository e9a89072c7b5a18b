package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;

/**
 * RMSprop (Tieleman and Hinton 2012): {@code v ← αv + (1 − α)g², w ← w − rate·g/√(v + ε)}. Centred (Graves 2013), the divisor is
 * {@code √(v − ḡ² + ε)} with ḡ the moving average of g. With momentum, {@code b ← momentum·b + g/√(v + ε), w ← w − rate·b}.
 */
public record RmsProp(float alpha, float epsilon, float momentum, boolean centred) implements Optimizer {
    private static final Field<RmsProp, Float> ALPHA =
            Field.optional("alpha", Adam.BETA, 0.99f, RmsProp::alpha, "how long the average of squares remembers");
    private static final Field<RmsProp, Float> EPSILON =
            Field.optional("epsilon", Adam.EPSILON_RANGE, 1e-8f, RmsProp::epsilon, "ε: keeps the divisor above 0");
    private static final Field<RmsProp, Float> MOMENTUM =
            Field.optional("momentum", Adam.BETA, 0f, RmsProp::momentum, "how much of the last step is kept");
    private static final Field<RmsProp, Boolean> CENTRED = Field.optional(
            "centred", new FieldType.Flag(), false, RmsProp::centred, "whether the mean is taken from the squares");

    static final Declaration<RmsProp> TYPE = Declaration.of(
            "rmsprop",
            "gradients divided by their running size",
            List.of(ALPHA, EPSILON, MOMENTUM, CENTRED),
            v -> new RmsProp(v.get(ALPHA), v.get(EPSILON), v.get(MOMENTUM), v.get(CENTRED)));

    public RmsProp {
        ALPHA.check(alpha);
        EPSILON.check(epsilon);
        MOMENTUM.check(momentum);
    }

    public RmsProp() {
        this(0.99f, 1e-8f, 0, false);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node next(Memory memory, Node w, Node gradient, Node rate) {
        GraphBuilder g = memory.graph();
        Node v = memory.average("square", alpha, memory.square(gradient));
        if (centred) {
            // Rounding can leave the difference just below 0.
            v = g.max(memory.wide(0), g.minus(v, memory.square(memory.average("mean", alpha, gradient))));
        }
        Node step = g.divide(gradient, memory.sqrt(g.plus(v, memory.wide(epsilon))));
        if (momentum != 0) {
            step = memory.accumulate("momentum", momentum, 1, step);
        }
        return g.minus(w, g.times(memory.narrow(step), rate));
    }
}
