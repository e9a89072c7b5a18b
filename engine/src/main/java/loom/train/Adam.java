package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;

/**
 * Adam (Kingma and Ba 2015): {@code m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − rate·m̂/(√v̂ + ε)}, with
 * {@code m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)}.
 */
public record Adam(float beta1, float beta2, float epsilon) implements Optimizer {
    static final FieldType.Real BETA = new FieldType.Real(0, 0.999999f);
    static final FieldType.Real EPSILON_RANGE = new FieldType.Real(0x1p-60f, 1);

    private static final Field<Adam, Float> BETA1 =
            Field.optional("beta1", BETA, 0.9f, Adam::beta1, "how long the average of gradients remembers");
    private static final Field<Adam, Float> BETA2 =
            Field.optional("beta2", BETA, 0.999f, Adam::beta2, "how long the average of squares remembers");
    private static final Field<Adam, Float> EPSILON =
            Field.optional("epsilon", EPSILON_RANGE, 1e-8f, Adam::epsilon, "ε: keeps the divisor above 0");

    static final Declaration<Adam> TYPE = Declaration.of(
            "adam",
            "steps of a size of their own for every weight",
            List.of(BETA1, BETA2, EPSILON),
            v -> new Adam(v.get(BETA1), v.get(BETA2), v.get(EPSILON)));

    public Adam {
        BETA1.check(beta1);
        BETA2.check(beta2);
        EPSILON.check(epsilon);
    }

    public Adam() {
        this(0.9f, 0.999f, 1e-8f);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node next(Memory memory, Node w, Node gradient, Node rate) {
        GraphBuilder g = memory.graph();
        return g.minus(w, g.times(step(memory, gradient, beta1, beta2, epsilon), rate));
    }

    /** {@code m̂/(√v̂ + ε)}. */
    static Node step(Memory memory, Node gradient, float beta1, float beta2, float epsilon) {
        GraphBuilder g = memory.graph();
        Node m = memory.average("mean", beta1, gradient);
        Node v = memory.average("square", beta2, memory.square(gradient));
        Node mHat = g.divide(m, memory.averageOfOnes(beta1));
        Node vHat = g.divide(v, memory.averageOfOnes(beta2));
        return memory.narrow(g.divide(mHat, g.plus(memory.sqrt(vHat), memory.wide(epsilon))));
    }
}
