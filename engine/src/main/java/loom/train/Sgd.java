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
 * Stochastic gradient descent: {@code w ← w − rate·g}; with momentum (Polyak 1964) {@code v ← momentum·v + (1 − dampening)·g,
 * w ← w − rate·v}, after Nesterov (1983; Sutskever et al. 2013) {@code w ← w − rate·(g + momentum·v)}.
 *
 * @param decay L2 penalty: {@code decay·w} is added to g
 */
public record Sgd(float momentum, float dampening, boolean nesterov, float decay) implements Optimizer {
    private static final Field<Sgd, Float> MOMENTUM = Field.optional(
            "momentum", new FieldType.Real(0, 0.999999f), 0f, Sgd::momentum, "how much of the last step is kept");
    private static final Field<Sgd, Float> DAMPENING = Field.optional(
            "dampening", new FieldType.Real(0, 1), 0f, Sgd::dampening, "how much less of g goes into the momentum");
    private static final Field<Sgd, Boolean> NESTEROV =
            Field.optional("nesterov", new FieldType.Flag(), false, Sgd::nesterov, "whether the step looks ahead");
    private static final Field<Sgd, Float> DECAY =
            Field.optional("decay", new FieldType.Real(0, 1), 0f, Sgd::decay, "L2 penalty: decay·w is added to g");

    static final Declaration<Sgd> TYPE = Declaration.of(
            "sgd",
            "gradient descent, with momentum if wanted",
            List.of(MOMENTUM, DAMPENING, NESTEROV, DECAY),
            v -> new Sgd(v.get(MOMENTUM), v.get(DAMPENING), v.get(NESTEROV), v.get(DECAY)));

    public Sgd {
        MOMENTUM.check(momentum);
        DAMPENING.check(dampening);
        DECAY.check(decay);
    }

    public Sgd() {
        this(0, 0, false, 0);
    }

    public Sgd(float momentum, boolean nesterov) {
        this(momentum, 0, nesterov, 0);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node next(Memory memory, Node w, Node gradient, Node rate) {
        GraphBuilder g = memory.graph();
        Node slope = decay == 0 ? gradient : g.plus(gradient, g.times(w, decay));
        return g.minus(w, g.times(momentum == 0 ? slope : memory.narrow(velocity(memory, slope)), rate));
    }

    private Node velocity(Memory memory, Node slope) {
        GraphBuilder g = memory.graph();
        Node v = memory.accumulate("momentum", momentum, F32.sub(1, dampening), slope);
        return nesterov ? g.plus(slope, g.times(v, memory.wide(momentum))) : v;
    }
}
