package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every activation against its formula in double precision, from far below to far above, and its derivative at the kinks. */
class ActivationTest {
    private static final float[] POINTS = {
        -0x1p40f, -1e6f, -100, -20, -6, -3, -2.5f, -1, -0.7f, -0.01f, -1e-6f, 0, 1e-6f, 0.02f, 0.5f, 1, 2.9f, 3, 5.99f,
        6, 7, 20, 100, 1e6f, 0x1p40f
    };

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double clip(double x, double low, double high) {
        return Math.min(high, Math.max(low, x));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** Φ by quadrature of its density: Simpson's rule with 2,000 steps. */
    private static double normal(double x) {
        if (Math.abs(x) > 12) {
            return x > 0 ? 1 : 0;
        }
        double end = x;
        double h = end / 2000;
        double sum = 0;
        for (int i = 0; i <= 2000; i++) {
            int weight = i == 0 || i == 2000 ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-(i * h) * (i * h) / 2);
        }
        return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
    }

    private static Map<Activation, DoubleUnaryOperator> formulas() {
        Map<Activation, DoubleUnaryOperator> all = new LinkedHashMap<>();
        all.put(Activation.Simple.LINEAR, x -> x);
        all.put(Activation.Simple.RELU, x -> Math.max(0, x));
        all.put(Activation.Simple.SCALED_RELU, x -> 1.1 * Math.max(0, x));
        all.put(Activation.Simple.SIGMOID, x -> sigmoid(x));
        all.put(Activation.Simple.TANH, Math::tanh);
        all.put(Activation.Simple.SOFTPLUS, x -> softplus(x));
        all.put(Activation.Simple.GELU, x -> x * normal(x));
        all.put(Activation.Simple.SILU, x -> x * sigmoid(x));
        all.put(Activation.Simple.RELU6, x -> clip(x, 0, 6));
        all.put(Activation.Simple.RELU_SQUARED, x -> Math.max(0, x) * Math.max(0, x));
        all.put(Activation.Simple.SELU, x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)));
        all.put(Activation.Simple.MISH, x -> x * Math.tanh(softplus(x)));
        all.put(
                Activation.Simple.GELU_TANH,
                x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
        all.put(Activation.Simple.QUICK_GELU, x -> x * sigmoid(1.702 * x));
        all.put(Activation.Simple.HARD_SWISH, x -> x * clip(x + 3, 0, 6) / 6);
        all.put(Activation.Simple.HARD_TANH, x -> clip(x, -1, 1));
        all.put(Activation.Simple.SOFTSIGN, x -> x / (1 + Math.abs(x)));
        all.put(Activation.Simple.LOG_SIGMOID, x -> -softplus(-x));
        all.put(Activation.Simple.TANH_SHRINK, x -> x - Math.tanh(x));
        all.put(Activation.Simple.EXP, Math::exp);
        all.put(new Activation.LeakyRelu(0.01f), x -> x < 0 ? 0.01 * x : x);
        all.put(new Activation.Elu(1), x -> x < 0 ? Math.expm1(x) : x);
        all.put(new Activation.Elu(0.5f), x -> x < 0 ? 0.5 * Math.expm1(x) : x);
        all.put(new Activation.Celu(1), x -> x < 0 ? Math.expm1(x) : x);
        all.put(new Activation.Celu(2.5f), x -> x < 0 ? 2.5 * Math.expm1(x / 2.5) : x);
        all.put(new Activation.HardSigmoid(1 / 6f), x -> clip(x / 6 + 0.5, 0, 1));
        all.put(new Activation.HardSigmoid(0.2f), x -> clip(0.2 * x + 0.5, 0, 1));
        return all;
    }

    static Stream<Activation> activations() {
        return formulas().keySet().stream();
    }

    /** Values and derivatives at points. */
    private record Curve(float[] y, float[] slope) {
        static Curve of(Activation f, float... points) {
            GraphBuilder g = new GraphBuilder();
            Node x = g.input("x", TensorType.f32(Shape.of(points.length)));
            Node y = f.lower(g, x);
            g.output("y", y);
            g.output(
                    "slope",
                    Autodiff.gradients(g, y, g.splat(1, y.shape()), List.of(x)).get(0));
            Execution e =
                    new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
            e.batch(1);
            e.write(e.program().source("x"), points);
            e.run();
            e.finish().get();
            return new Curve(
                    e.readFloats(e.program().output("y")).get(),
                    e.readFloats(e.program().output("slope")).get());
        }
    }

    @ParameterizedTest
    @MethodSource("activations")
    void isItsFormula(Activation f) {
        DoubleUnaryOperator formula = formulas().get(f);
        for (float x : POINTS) {
            double expected = formula.applyAsDouble(x);
            if (Math.abs(expected) < 0x1p49) {
                Curve c = Curve.of(f, x);
                assertThat((double) c.y[0])
                        .as("at " + x)
                        .isCloseTo(expected, within(4e-7 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    /** Between the kinks; far away, where functions of domain D are flat, the slope is that of the limit. */
    @ParameterizedTest
    @MethodSource("activations")
    void slopeIsItsDerivative(Activation f) {
        DoubleUnaryOperator formula = formulas().get(f);
        for (float x : new float[] {-1000, -30, -8, -4, -1.5f, -0.3f, 0.3f, 0.9f, 1.7f, 4, 8, 20}) {
            double expected = (formula.applyAsDouble(x + 1e-5) - formula.applyAsDouble(x - 1e-5)) / 2e-5;
            assertThat((double) Curve.of(f, x).slope[0])
                    .as("at " + x)
                    .isCloseTo(expected, within(2e-6 * Math.max(1, Math.abs(expected))));
        }
    }

    @Test
    void kinks() {
        assertEquals(0, slope(Activation.Simple.RELU, 0));
        assertEquals(0, slope(Activation.Simple.RELU6, 0));
        assertEquals(0, slope(Activation.Simple.RELU6, 6));
        assertEquals(0, slope(Activation.Simple.HARD_TANH, 1));
        assertEquals(0, slope(Activation.Simple.HARD_TANH, -1));
        assertEquals(1, slope(new Activation.LeakyRelu(0.5f), 0));
        assertEquals(1, slope(new Activation.Elu(3), 0));
        assertEquals(1.050701f, slope(Activation.Simple.SELU, 0));
        assertEquals(0, slope(new Activation.HardSigmoid(0.25f), 2));
        assertEquals(0, slope(new Activation.HardSigmoid(0.25f), -2));
        // Of hard_swish the gate is flat at its ends: there the slope is the gate itself.
        assertEquals(1, slope(Activation.Simple.HARD_SWISH, 3));
        assertEquals(0, slope(Activation.Simple.HARD_SWISH, -3));
        assertEquals(1, slope(Activation.Simple.SOFTSIGN, 0));
    }

    private static float slope(Activation f, float x) {
        return Curve.of(f, x).slope[0];
    }

    @Test
    void everyActivationIsTried() {
        List<String> tried = formulas().keySet().stream()
                .map(f -> f.fields().declaration().name())
                .distinct()
                .toList();
        assertThat(tried).containsExactlyInAnyOrderElementsOf(Activation.Types.ALL.names());
    }
}
