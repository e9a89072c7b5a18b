package loom.model;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.CompareKind;

/**
 * Euclidean projection of x/T onto the probabilities (Martins and Astudillo 2016): {@code p = max(0, x/T − τ)}, τ such that Σ p = 1.
 * Small logits get probability 0 exactly.
 *
 * <p>Bisection finds the support {@code S = {i: p_i > 0}}; from it the threshold follows exactly, {@code τ = (Σ_S x/T − 1) / |S|}.
 * The derivative is {@code dp_i = dx_i/T − mean_S(dx)/T} in S, else 0.
 */
public record Sparsemax(float temperature) implements SoftmaxKind {
    private static final Field<Sparsemax, Float> TEMPERATURE = Probabilities.temperature(Sparsemax::temperature);

    static final Declaration<Sparsemax> TYPE = Declaration.of(
            "sparsemax",
            "max(0, x/T − τ), τ such that they sum to 1",
            List.of(TEMPERATURE),
            v -> new Sparsemax(v.get(TEMPERATURE)));

    public Sparsemax {
        TEMPERATURE.check(temperature);
    }

    public Sparsemax() {
        this(1);
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
        // The largest z is 0, so τ is at least −1: there the largest p alone is 1. It is at most −1/n: there all p are
        // at most 1/n.
        Node z = g.stopGradient(Probabilities.scaled(g, Probabilities.shifted(g, x), -1, temperature));
        Bisection.Bracket bracket = Bisection.search(
                g,
                z,
                -1,
                -1f / n,
                Bisection.trips(n),
                (b, v, t) -> b.compare(CompareKind.LE, b.constant(1f), b.sum(excess(b, v, t), axis)));
        Node inside = g.cast(g.lessThan(bracket.low(), z), ElementType.F32);
        Node count = g.sum(inside, axis);
        Node threshold = g.divide(g.minus(g.sum(g.times(inside, z), axis), g.constant(1f)), count);
        Node p = Probabilities.normalised(g, excess(g, z, threshold));
        Node support = g.cast(g.lessThan(g.constant(0f), p), ElementType.F32);
        return Probabilities.implicit(g, p, support, temperature == 1 ? x : g.divide(x, g.constant(temperature)));
    }

    private static Node excess(GraphBuilder g, Node z, Node threshold) {
        return g.max(g.constant(0f), g.minus(z, threshold));
    }
}
