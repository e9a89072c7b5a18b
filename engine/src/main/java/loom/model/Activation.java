package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;

/**
 * Function of one element. One without fields is a line of {@link Simple}; one with fields is a record and a line in
 * {@link Types}. Maxima and minima name the constant first: the gradient of a tie goes to the first operand, so relu′(0) = 0 and
 * relu6′(6) = 0. Where a formula has two cases, the one for x ≥ 0 holds at 0.
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
            all.add(Elu.TYPE);
            all.add(Celu.TYPE);
            all.add(HardSigmoid.TYPE);
            return all;
        }
    }

    Node lower(GraphBuilder g, Node x);

    private static Node clip(GraphBuilder g, Node x, float low, float high) {
        return g.min(g.constant(high), g.max(g.constant(low), x));
    }

    private static Node square(GraphBuilder g, Node x) {
        return g.times(x, x);
    }

    /** {@code x}, or {@code scale·(e^x − 1)} where x is negative. */
    private static Node exponentialUnit(GraphBuilder g, Node x, float scale) {
        Node zero = g.constant(0f);
        Node below = g.minus(g.exp(g.min(zero, x)), g.constant(1f));
        return g.select(g.lessThan(x, zero), g.times(below, scale), x);
    }

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
        SILU("silu", "x·sigmoid(x)", (g, x) -> g.unary(UnaryKind.SILU, x)),
        /** Howard et al. 2017, MobileNets. */
        RELU6("relu6", "min(6, max(0, x))", (g, x) -> clip(g, x, 0, 6)),
        /** So et al. 2021, Primer. */
        RELU_SQUARED("relu_squared", "max(0, x)²", (g, x) -> square(g, g.max(g.constant(0f), x))),
        /** Klambauer et al. 2017; the constants make mean 0 and variance 1 a fixed point. */
        SELU(
                "selu",
                "1.0507·x, or 1.7581·(e^x − 1) where x < 0",
                (g, x) -> g.times(exponentialUnit(g, x, 1.6732632f), 1.050701f)),
        /** Misra 2019. */
        MISH(
                "mish",
                "x·tanh(ln(1 + e^x))",
                (g, x) -> g.times(x, g.unary(UnaryKind.TANH, g.unary(UnaryKind.SOFTPLUS, x)))),
        /** Hendrycks and Gimpel 2016, the approximation; beyond ±16 its tanh is ±1, and clipping keeps the cube small. */
        GELU_TANH("gelu_tanh", "x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2", (g, x) -> {
            Node c = clip(g, x, -16, 16);
            Node slope = g.plus(g.times(square(g, c), 0.035677408f), g.constant(0.7978846f));
            Node tanh = g.unary(UnaryKind.TANH, g.times(c, slope));
            return g.times(x, g.times(g.plus(tanh, g.constant(1f)), 0.5f));
        }),
        QUICK_GELU(
                "quick_gelu",
                "x·sigmoid(1.702·x)",
                (g, x) -> g.times(x, g.unary(UnaryKind.SIGMOID, g.times(x, 1.702f)))),
        /** Howard et al. 2019, MobileNetV3. */
        HARD_SWISH("hard_swish", "x·min(6, max(0, x + 3))/6", (g, x) -> {
            Node gate = g.divide(clip(g, g.plus(x, g.constant(3f)), 0, 6), g.constant(6f));
            return g.times(x, gate);
        }),
        HARD_TANH("hard_tanh", "min(1, max(−1, x))", (g, x) -> clip(g, x, -1, 1)),
        SOFTSIGN(
                "softsign", "x/(1 + abs(x))", (g, x) -> g.divide(x, g.plus(g.unary(UnaryKind.ABS, x), g.constant(1f)))),
        LOG_SIGMOID("log_sigmoid", "ln sigmoid(x)", (g, x) -> g.negate(g.unary(UnaryKind.SOFTPLUS, g.negate(x)))),
        TANH_SHRINK("tanh_shrink", "x − tanh(x)", (g, x) -> g.minus(x, g.unary(UnaryKind.TANH, x))),
        EXP("exp", "e^x", (g, x) -> g.exp(x));

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

    /** {@code x}, or {@code alpha·(e^x − 1)} where x is negative; Clevert, Unterthiner and Hochreiter 2015. */
    record Elu(float alpha) implements Activation {
        private static final Field<Elu, Float> ALPHA =
                Field.optional("alpha", new FieldType.Real(0, 0x1p20f), 1f, Elu::alpha, "minus the value far below 0");

        static final Declaration<Elu> TYPE =
                Declaration.of("elu", "x, or alpha·(e^x − 1) where x < 0", List.of(ALPHA), v -> new Elu(v.get(ALPHA)));

        public Elu {
            ALPHA.check(alpha);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            return exponentialUnit(g, x, alpha);
        }
    }

    /** {@code x}, or {@code alpha·(e^(x/alpha) − 1)} where x is negative: smooth for every alpha; Barron 2017. */
    record Celu(float alpha) implements Activation {
        private static final Field<Celu, Float> ALPHA = Field.optional(
                "alpha", new FieldType.Real(0x1p-20f, 0x1p20f), 1f, Celu::alpha, "minus the value far below 0");

        static final Declaration<Celu> TYPE = Declaration.of(
                "celu", "x, or alpha·(e^(x/alpha) − 1) where x < 0", List.of(ALPHA), v -> new Celu(v.get(ALPHA)));

        public Celu {
            ALPHA.check(alpha);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            Node zero = g.constant(0f);
            Node below = g.minus(g.exp(g.divide(g.min(zero, x), g.constant(alpha))), g.constant(1f));
            return g.select(g.lessThan(x, zero), g.times(below, alpha), x);
        }
    }

    /** {@code min(1, max(0, slope·x + 1/2))}; the slope is 1/6 in PyTorch, 0.2 in ONNX and older Keras. */
    record HardSigmoid(float slope) implements Activation {
        private static final Field<HardSigmoid, Float> SLOPE = Field.optional(
                "slope", new FieldType.Real(0, 0x1p20f), 1 / 6f, HardSigmoid::slope, "slope between 0 and 1");

        static final Declaration<HardSigmoid> TYPE = Declaration.of(
                "hard_sigmoid", "min(1, max(0, slope·x + 1/2))", List.of(SLOPE), v -> new HardSigmoid(v.get(SLOPE)));

        public HardSigmoid {
            SLOPE.check(slope);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            return clip(g, g.plus(g.times(x, slope), g.constant(0.5f)), 0, 1);
        }
    }
}
