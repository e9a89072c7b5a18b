package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.UnaryKind;

/**
 * α-entmax (Peters, Niculae and Martins 2019): {@code p = max(0, (α−1)·x/T − τ)^(1/(α−1))}, τ such that Σ p = 1. Near 1 it is
 * softmax, at 2 sparsemax; between them and above, small logits get probability 0 exactly.
 *
 * <p>With q the largest p and {@code d = (α−1)·(max x − x)/T}: {@code p = q·h}, {@code h = (1 − d/q^(α−1))^(1/(α−1))} where that
 * base is positive, else 0. q lies between 1/n and 1 and is found by bisection and a step of Newton's method. The derivative follows
 * from Σ p = 1: raising x_i alone changes p_i by {@code p_i^(2−α)/T} (Correia, Niculae and Martins 2019).
 *
 * <p>Probabilities sum to 1 within 2^-22. For α up to 2 each is good to 2^-22 + 2^-27/(α−1); above, small ones are steep functions
 * of the logits.
 */
public record Entmax(float alpha, float temperature) implements SoftmaxKind {
    private static final Field<Entmax, Float> ALPHA = Field.optional(
            "alpha", new FieldType.Real(1 + 0x1p-10f, 64), 1.5f, Entmax::alpha, "α: above 1; the larger, the sparser");
    private static final Field<Entmax, Float> TEMPERATURE = Probabilities.temperature(Entmax::temperature);

    static final Declaration<Entmax> TYPE = Declaration.of(
            "entmax",
            "max(0, (α−1)·x/T − τ)^(1/(α−1)), τ such that they sum to 1",
            List.of(ALPHA, TEMPERATURE),
            v -> new Entmax(v.get(ALPHA), v.get(TEMPERATURE)));

    /** Bound on the slopes p^(2−α), which grow without one as p nears 0 if α is above 2. */
    private static final float STEEPEST = 0x1p24f;

    public Entmax {
        ALPHA.check(alpha);
        TEMPERATURE.check(temperature);
    }

    public Entmax(float alpha) {
        this(alpha, 1);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        int axis = Probabilities.axis(x);
        int n = x.shape().dim(axis);
        Node one = g.constant(1f);
        Node d = distances(g, x);
        Bisection.Bracket bracket = Bisection.search(
                g,
                d,
                1f / n,
                1,
                Bisection.trips(n),
                (b, v, q) -> b.lessThan(b.times(q, b.sum(shape(b, v, q).h(), axis)), b.constant(1f)));
        Node low = bracket.low();
        Powers at = shape(g, d, low);
        Node step = g.divide(g.minus(one, g.times(low, g.sum(at.h(), axis))), g.sum(at.slope(), axis));
        Node q = g.min(bracket.high(), g.max(low, g.plus(low, step)));
        Powers end = shape(g, d, q);
        Node p = Probabilities.normalised(g, g.times(q, end.h()));
        // p^(2−α) = q^(2−α)·h^(2−α)
        Node scale = g.exp(g.min(g.constant(14f), g.times(g.log(q), 2 - alpha)));
        Node slope = g.min(g.constant(STEEPEST), g.times(scale, end.slope()));
        return Probabilities.implicit(g, p, slope, temperature == 1 ? x : g.divide(x, g.constant(temperature)));
    }

    /** d, which is at least 0 and beyond 1 only tells that p is 0. */
    private Node distances(GraphBuilder g, Node x) {
        float factor = (alpha - 1) / temperature;
        Node below = g.negate(g.stopGradient(Probabilities.shifted(g, x)));
        return g.times(g.min(g.constant(2 / factor), below), factor);
    }

    /** h and its slope h^(2−α), which is the base to the power 1/(α−1) − 1. */
    private record Powers(Node h, Node slope) {}

    private Powers shape(GraphBuilder g, Node d, Node q) {
        float exponent = 1 / (alpha - 1) - 1;
        Node cut = g.max(g.constant(0x1p-60f), g.binary(BinaryKind.POW, q, g.constant(alpha - 1)));
        Node base = g.minus(g.constant(1f), g.divide(g.min(d, cut), cut));
        Node inside = g.lessThan(g.constant(0f), base);
        Node positive = g.select(inside, base, g.constant(1f));
        Node slope = g.select(inside, power(g, positive, exponent), g.constant(0f));
        return new Powers(g.times(base, slope), slope);
    }

    /** The exponents of α = 2, 1.5 and 3 need no logarithm. */
    private static Node power(GraphBuilder g, Node base, float exponent) {
        if (exponent == 0) {
            return g.constant(1f);
        }
        if (exponent == 1) {
            return base;
        }
        return exponent == -0.5f
                ? g.unary(UnaryKind.RSQRT, base)
                : g.binary(BinaryKind.POW, base, g.constant(exponent));
    }
}
