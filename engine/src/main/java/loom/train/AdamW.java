package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): {@code w ← w − rate·(m̂/(√v̂ + ε) + decay·w)}, m̂ and v̂ as in
 * {@link Adam}.
 *
 * @param decayAll whether biases, scales and other vectors decay too; usually only matrices do
 */
public record AdamW(float beta1, float beta2, float epsilon, float decay, boolean decayAll) implements Optimizer {
    private static final Field<AdamW, Float> BETA1 =
            Field.optional("beta1", Adam.BETA, 0.9f, AdamW::beta1, "how long the average of gradients remembers");
    private static final Field<AdamW, Float> BETA2 =
            Field.optional("beta2", Adam.BETA, 0.999f, AdamW::beta2, "how long the average of squares remembers");
    private static final Field<AdamW, Float> EPSILON =
            Field.optional("epsilon", Adam.EPSILON_RANGE, 1e-8f, AdamW::epsilon, "ε: keeps the divisor above 0");
    private static final Field<AdamW, Float> DECAY = Field.optional(
            "decay",
            new FieldType.Real(0, 1),
            0.01f,
            AdamW::decay,
            "share of a weight that a step of rate 1 takes away");
    private static final Field<AdamW, Boolean> DECAY_ALL = Field.optional(
            "decay_all", new FieldType.Flag(), false, AdamW::decayAll, "whether vectors (biases, scales) decay too");

    static final Declaration<AdamW> TYPE = Declaration.of(
            "adamw",
            "Adam with decoupled weight decay",
            List.of(BETA1, BETA2, EPSILON, DECAY, DECAY_ALL),
            v -> new AdamW(v.get(BETA1), v.get(BETA2), v.get(EPSILON), v.get(DECAY), v.get(DECAY_ALL)));

    public AdamW {
        BETA1.check(beta1);
        BETA2.check(beta2);
        EPSILON.check(epsilon);
        DECAY.check(decay);
    }

    public AdamW() {
        this(0.9f, 0.999f, 1e-8f, 0.01f, false);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node next(Memory memory, Node w, Node gradient, Node rate) {
        GraphBuilder g = memory.graph();
        Node step = Adam.step(memory, gradient, beta1, beta2, epsilon);
        boolean decays = decay != 0 && (decayAll || memory.isMatrix());
        return g.minus(w, g.times(decays ? g.plus(step, g.times(w, decay)) : step, rate));
    }
}
