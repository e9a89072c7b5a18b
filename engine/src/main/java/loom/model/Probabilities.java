package loom.model;

import java.util.function.Function;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.CompareKind;

/** What softmaxes share. All of it is over the last axis. */
final class Probabilities {
    /** Far beyond these all probabilities are equal, or all but one are 0. */
    static final FieldType.Real TEMPERATURES = new FieldType.Real(0x1p-20f, 0x1p20f);

    /** Floor for exponents: e^−64 is 0 in domain D. */
    static final float GONE = -64;

    private Probabilities() {}

    static <L> Field<L, Float> temperature(Function<L, Float> getter) {
        return Field.optional(
                "temperature",
                TEMPERATURES,
                1f,
                getter,
                "what logits are divided by: above 1 flattens, below 1 sharpens");
    }

    static int axis(Node x) {
        return x.shape().rank() - 1;
    }

    /** {@code x − max x}; the maximum is a constant here, since no softmax changes when a number is added to all logits. */
    static Node shifted(GraphBuilder g, Node x) {
        return g.minus(x, g.stopGradient(g.reduce(ReduceKind.MAX, x, axis(x))));
    }

    /** {@code z / T}, but not below {@code floor}, where differences do not count: division must not leave domain D. */
    static Node scaled(GraphBuilder g, Node z, float floor, float temperature) {
        return temperature == 1 ? z : g.divide(g.max(g.constant(floor * temperature), z), g.constant(temperature));
    }

    /** {@code p = e^(x/T) / Σ e^(x/T)} or {@code ln p}. */
    static Node softmax(GraphBuilder g, Node x, float temperature, boolean log) {
        Node z = shifted(g, x);
        if (log) {
            Node scaled = temperature == 1 ? z : g.divide(z, g.constant(temperature));
            return g.minus(scaled, g.log(g.sum(g.exp(scaled), axis(x))));
        }
        return normalised(g, g.exp(scaled(g, z, GONE, temperature)));
    }

    static Node softmax(GraphBuilder g, Node x) {
        return softmax(g, x, 1, false);
    }

    /** {@code e / Σ e}. */
    static Node normalised(GraphBuilder g, Node e) {
        return g.divide(e, g.sum(e, axis(e)));
    }

    /** 1 where x is largest, at the lowest index if several are; else 0. */
    static Node largest(GraphBuilder g, Node x) {
        Node best = g.reduce(ReduceKind.MAX, x, axis(x));
        Node index = g.iota(x.shape(), axis(x));
        Node candidates = g.select(g.compare(CompareKind.EQ, x, best), index, g.constant(Integer.MAX_VALUE));
        Node first = g.reduce(ReduceKind.MIN, candidates, axis(x));
        return g.cast(g.compare(CompareKind.EQ, index, first), ElementType.F32);
    }

    /**
     * {@code p}, a function of x by way of the implicit equation Σ p = 1, with its derivative: if raising x_i alone, without keeping
     * the sum, changes p_i by {@code slope_i}, then {@code dp_i = slope_i·(dx_i − Σ_j slope_j·dx_j / Σ_j slope_j)}.
     */
    static Node implicit(GraphBuilder g, Node p, Node slope, Node x) {
        Node s = g.stopGradient(slope);
        Node mean = g.sum(g.times(normalised(g, s), x), axis(x));
        return g.surrogate(p, g.times(s, g.minus(x, mean)));
    }
}
