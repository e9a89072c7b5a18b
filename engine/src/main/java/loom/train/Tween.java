package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.numeric.F32;

/**
 * Tween by the chain rule. Every link has a target, its activation less {@code reach} times the gradient of the loss of a sample; the
 * budget of a link says how alike both are ({@link Links#budget}), and scales its gradient:
 * {@code g·(1 + budget)/2·min(100, depth^d)}, with d links behind it, and 0 where the budget is below {@code gate}. Momentum is the
 * optimizer's. See docs/tween.md.
 */
public record Tween(float reach, float gate, float depth) implements Credit {
    private static final float MOST = 100;

    static final FieldType.Real REACH_RANGE = new FieldType.Real(0x1p-20f, 0x1p10f);

    private static final Field<Tween, Float> REACH =
            Field.optional("reach", REACH_RANGE, 0.1f, Tween::reach, "how far targets lie from activations");
    private static final Field<Tween, Float> GATE = Field.optional(
            "gate", new FieldType.Real(0, 1), 0.2f, Tween::gate, "links with a smaller budget do not learn");
    private static final Field<Tween, Float> DEPTH = Field.optional(
            "depth",
            new FieldType.Real(0.5f, 4),
            1.2f,
            Tween::depth,
            "factor for every link between a link and the output");

    static final Declaration<Tween> TYPE = Declaration.of(
            "tween",
            "gradients scaled by link budget and depth",
            List.of(REACH, GATE, DEPTH),
            v -> new Tween(v.get(REACH), v.get(GATE), v.get(DEPTH)));

    public Tween {
        REACH.check(reach);
        GATE.check(gate);
        DEPTH.check(depth);
    }

    public Tween() {
        this(0.1f, 0.2f, 1.2f);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Node> gradients(Links links) {
        GraphBuilder g = links.graph();
        List<Node> wrt = new ArrayList<>(links.parameters());
        links.all().forEach(link -> wrt.add(link.output()));
        List<Node> all = Autodiff.gradients(g, links.loss(), wrt);
        List<Node> scaled = new ArrayList<>();
        List<Node> budgets = new ArrayList<>();
        List<Node> gaps = new ArrayList<>();
        Node step = g.times(links.samples(), F32.neg(reach));
        for (int i = 0; i < links.all().size(); i++) {
            Links.Link link = links.all().get(i);
            Node error = g.times(all.get(links.parameters().size() + i), step);
            Node budget = links.budget(link.output(), g.plus(link.output(), error));
            budgets.add(budget);
            gaps.add(links.gap(error));
            Node factor = g.times(
                    g.times(g.plus(budget, g.constant(1f)), 0.5f),
                    scale(links.all().size() - 1 - i));
            Node open = g.select(g.lessThan(budget, g.constant(gate)), g.constant(0f), factor);
            for (int p = 0; p < link.parameters().size(); p++) {
                scaled.add(g.times(all.get(scaled.size()), open));
            }
        }
        links.report(Links.BUDGETS, budgets);
        links.report(Links.GAPS, gaps);
        return scaled;
    }

    private float scale(int behind) {
        float scale = 1;
        for (int i = 0; i < behind; i++) {
            scale = Math.min(MOST, F32.mul(scale, depth));
        }
        return scale;
    }
}
