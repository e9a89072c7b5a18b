package loom.train;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldValues;

/** Adagrad (Duchi, Hazan and Singer 2011): {@code s ← s + g², w ← w − rate·g/(√s + ε)}. */
public record Adagrad(float epsilon) implements Optimizer {
    private static final Field<Adagrad, Float> EPSILON =
            Field.optional("epsilon", Adam.EPSILON_RANGE, 1e-10f, Adagrad::epsilon, "ε: keeps the divisor above 0");

    static final Declaration<Adagrad> TYPE = Declaration.of(
            "adagrad",
            "gradients divided by the size of all before them",
            List.of(EPSILON),
            v -> new Adagrad(v.get(EPSILON)));

    public Adagrad {
        EPSILON.check(epsilon);
    }

    public Adagrad() {
        this(1e-10f);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node next(Memory memory, Node w, Node gradient, Node rate) {
        GraphBuilder g = memory.graph();
        Node s = memory.accumulate("square", 1, 1, memory.square(gradient));
        Node step = memory.narrow(g.divide(gradient, g.plus(memory.sqrt(s), memory.wide(epsilon))));
        return g.minus(w, g.times(step, rate));
    }
}
