package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.numeric.F32;

/**
 * Lion (Chen et al. 2023): {@code w ← w − rate·(sign(β₁m + (1 − β₁)g) + decay·w)}, then {@code m ← β₂m + (1 − β₂)g}; sign 0 is 0.
 * Only matrices decay.
 */
public record Lion(float beta1, float beta2, float decay) implements Optimizer {
    private static final Field<Lion, Float> BETA1 =
            Field.optional("beta1", Adam.BETA, 0.9f, Lion::beta1, "share of the average in the step's direction");
    private static final Field<Lion, Float> BETA2 =
            Field.optional("beta2", Adam.BETA, 0.99f, Lion::beta2, "how long the average of gradients remembers");
    private static final Field<Lion, Float> DECAY = Field.optional(
            "decay", new FieldType.Real(0, 1), 0f, Lion::decay, "share of a weight that a step of rate 1 takes away");

    static final Declaration<Lion> TYPE = Declaration.of(
            "lion",
            "steps of one size in the direction of a momentum",
            List.of(BETA1, BETA2, DECAY),
            v -> new Lion(v.get(BETA1), v.get(BETA2), v.get(DECAY)));

    public Lion {
        BETA1.check(beta1);
        BETA2.check(beta2);
        DECAY.check(decay);
    }

    public Lion() {
        this(0.9f, 0.99f, 0);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node next(Memory memory, Node w, Node gradient, Node rate) {
        GraphBuilder g = memory.graph();
        Node m = memory.averageBefore("mean", beta2, gradient);
        Node u = g.plus(g.times(m, memory.wide(beta1)), g.times(memory.wide(F32.sub(1, beta1)), gradient));
        Node zero = memory.wide(0);
        Node sign = g.select(
                g.lessThan(u, zero), g.constant(-1f), g.select(g.lessThan(zero, u), g.constant(1f), g.constant(0f)));
        boolean decays = decay != 0 && memory.isMatrix();
        return g.minus(w, g.times(decays ? g.plus(sign, g.times(w, decay)) : sign, rate));
    }
}
