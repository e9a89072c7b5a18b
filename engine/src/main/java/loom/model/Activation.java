package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;

/**
 * Function of one element. One without fields is a line of {@link Simple}; one with fields is a record and a line in
 * {@link Types}. Maxima name the constant first: the gradient of a tie goes to the first operand, so relu′(0) = 0.
 */
public sealed interface Activation extends Declared {
    /** Every activation, by its name in files. */
    final class Types {
        public static final Registry<Activation> ALL = new Registry<>("activation", all());

        private Types() {}

        private static List<Declaration<? extends Activation>> all() {
            List<Declaration<? extends Activation>> all = new ArrayList<>();
            for (Simple s : Simple.values()) {
                all.add(s.declaration);
            }
            all.add(LeakyRelu.TYPE);
            return all;
        }
    }

    Node lower(GraphBuilder g, Node x);

    /** Activations without fields. */
    enum Simple implements Activation {
        LINEAR("linear", "x", (g, x) -> x),
        RELU("relu", "max(0, x)", (g, x) -> g.max(g.constant(0f), x)),
        SCALED_RELU("scaled_relu", "1.1·max(0, x)", (g, x) -> g.times(g.max(g.constant(0f), x), 1.1f)),
        SIGMOID("sigmoid", "1/(1 + e^−x)", (g, x) -> g.unary(UnaryKind.SIGMOID, x)),
        TANH("tanh", "hyperbolic tangent", (g, x) -> g.unary(UnaryKind.TANH, x)),
        SOFTPLUS("softplus", "ln(1 + e^x)", (g, x) -> g.unary(UnaryKind.SOFTPLUS, x)),
        /** Hendrycks and Gimpel 2016, the exact form. */
        GELU("gelu", "x·Φ(x), Φ the normal distribution", (g, x) -> g.unary(UnaryKind.GELU, x)),
        /** Elfwing, Uchibe and Doya 2017. */
        SILU("silu", "x·sigmoid(x)", (g, x) -> g.unary(UnaryKind.SILU, x));

        private interface Formula {
            Node apply(GraphBuilder g, Node x);
        }

        private final Declaration<Simple> declaration;
        private final Formula formula;

        Simple(String name, String doc, Formula formula) {
            this.declaration = Declaration.of(name, doc, this);
            this.formula = formula;
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            return formula.apply(g, x);
        }
    }

    /** {@code x} where it is not negative, else {@code slope·x}; Maas, Hannun and Ng 2013. */
    record LeakyRelu(float slope) implements Activation {
        public static final float DEFAULT_SLOPE = 0.01f;

        private static final Field<LeakyRelu, Float> SLOPE = Field.optional(
                "slope", new FieldType.Real(0, 1), DEFAULT_SLOPE, LeakyRelu::slope, "factor of negative values");

        static final Declaration<LeakyRelu> TYPE = Declaration.of(
                "leaky_relu", "x, or slope·x where x < 0", List.of(SLOPE), v -> new LeakyRelu(v.get(SLOPE)));

        public LeakyRelu {
            SLOPE.check(slope);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            return g.select(g.lessThan(x, g.constant(0f)), g.times(x, slope), x);
        }
    }
}
