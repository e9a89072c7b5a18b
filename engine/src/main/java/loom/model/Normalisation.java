package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;

/** What normalisations share: {@code y = x̂·scale + bias}, {@code x̂ = c/√(mean(c²) + epsilon)}, c the input or its difference from a mean. */
public final class Normalisation {
    static final String SCALE = "scale";
    static final String BIAS = "bias";

    private Normalisation() {}

    /** Mean over all elements that share one statistic; the result broadcasts to its argument. */
    public interface Mean {
        Node of(Node values);
    }

    // ---- fields ----

    static <L> Field<L, Float> epsilon(Function<L, Float> getter) {
        return Field.optional(
                "epsilon", new FieldType.Real(0x1p-60f, 1), 1e-5f, getter, "added to the mean square before the root");
    }

    static <L> Field<L, Boolean> scale(Function<L, Boolean> getter) {
        return Field.optional(SCALE, new FieldType.Flag(), true, getter, "whether the result is scaled");
    }

    static <L> Field<L, Boolean> bias(Function<L, Boolean> getter) {
        return Field.optional(BIAS, new FieldType.Flag(), true, getter, "whether a bias is added");
    }

    // ---- scale and bias ----

    /** Scale, which starts at one, and bias, which starts at zero. */
    static List<ParameterSpec> parameters(boolean scale, boolean bias, Shape shape) {
        List<ParameterSpec> specs = new ArrayList<>();
        if (scale) {
            specs.add(new ParameterSpec(SCALE, shape, Initialiser.Constant.ONES));
        }
        if (bias) {
            specs.add(new ParameterSpec(BIAS, shape, Initialiser.Constant.ZEROS));
        }
        return specs;
    }

    /** {@code y·scale + bias}, both seen as {@code shape}, which broadcasts to y's. */
    static Node affine(LayerContext c, Node y, boolean scale, boolean bias, Shape shape) {
        GraphBuilder g = c.graph();
        Node scaled = scale ? g.times(y, g.reshape(c.parameter(SCALE), shape)) : y;
        return bias ? g.plus(scaled, g.reshape(c.parameter(BIAS), shape)) : scaled;
    }

    // ---- x̂ ----

    /** {@code c/√(mean(c²) + epsilon)}. */
    public static Node standardise(GraphBuilder g, Node c, float epsilon, Mean mean) {
        return standardise(g, c, mean.of(g.times(c, c)), epsilon, mean);
    }

    /**
     * As above, given {@code meanSquare}. The derivative is written with x̂ and the reciprocal deviation r: {@code r·(dc −
     * x̂·mean(x̂·dc))}; that of 1/√v would have r³, which leaves domain D where an input is nearly constant.
     */
    static Node standardise(GraphBuilder g, Node c, Node meanSquare, float epsilon, Mean mean) {
        Node r = g.unary(UnaryKind.RSQRT, g.plus(meanSquare, g.constant(epsilon)));
        Node y = g.times(c, r);
        Node fixed = g.stopGradient(y);
        Node along = g.times(fixed, mean.of(g.times(c, fixed)));
        return g.surrogate(y, g.times(g.stopGradient(r), g.minus(c, along)));
    }
}
