package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Activation.Simple;

/** Activations, most of them those of Loom's own layers. */
final class Activations {
    static final List<Operator> ALL = List.of(
            Operator.of("Relu", 6, Activations::relu),
            simple("Sigmoid", 6, Simple.SIGMOID),
            simple("Tanh", 6, Simple.TANH),
            simple("Softplus", 1, Simple.SOFTPLUS),
            simple("Softsign", 1, Simple.SOFTSIGN),
            simple("Mish", 18, Simple.MISH),
            simple("HardSwish", 14, Simple.HARD_SWISH),
            Operator.of(
                    "Gelu",
                    20,
                    c -> (c.text("approximate", "none").equals("tanh") ? Simple.GELU_TANH : Simple.GELU)
                            .lower(c.graph(), c.real(0))),
            Operator.of(
                    "LeakyRelu", 6, c -> leaky(c.graph(), c.real(0), c.graph().constant(c.real("alpha", 0.01f)))),
            Operator.of("PRelu", 7, c -> leaky(c.graph(), c.real(0), c.real(1))),
            Operator.of("Elu", 6, c -> exponential(c, c.real("alpha", 1), 1)),
            Operator.of("Selu", 6, c -> exponential(c, c.real("alpha", 1.6732632f), c.real("gamma", 1.050701f))),
            Operator.of("Celu", 12, c -> new Activation.Celu(c.real("alpha", 1)).lower(c.graph(), c.real(0))),
            Operator.of(
                    "HardSigmoid",
                    6,
                    c -> hardSigmoid(c.graph(), c.real(0), c.real("alpha", 0.2f), c.real("beta", 0.5f))),
            Operator.of("ThresholdedRelu", 10, Activations::thresholded),
            Operator.of("Shrink", 9, Activations::shrink),
            Operator.of(
                    "Swish",
                    24,
                    c -> c.graph()
                            .times(
                                    c.real(0),
                                    c.graph()
                                            .unary(UnaryKind.SIGMOID, c.graph().times(c.real(0), c.real("alpha", 1))))),
            Operator.of("Clip", 6, Activations::clip));

    private Activations() {}

    private static Operator simple(String name, int since, Simple s) {
        return Operator.of(name, since, c -> s.lower(c.graph(), c.real(0)));
    }

    private static Node relu(Call c) {
        Node x = c.x(0);
        GraphBuilder g = c.graph();
        return g.max(x.type().element().isFloat() ? g.constant(0f) : g.constant(0), x);
    }

    private static Node leaky(GraphBuilder g, Node x, Node slope) {
        return g.select(g.lessThan(x, g.constant(0f)), g.times(x, slope), x);
    }

    private static Node exponential(Call c, float alpha, float gamma) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        Node zero = g.constant(0f);
        Node below = g.times(g.minus(g.exp(g.min(zero, x)), g.constant(1f)), alpha);
        Node y = g.select(g.lessThan(x, zero), below, x);
        return gamma == 1 ? y : g.times(y, gamma);
    }

    static Node hardSigmoid(GraphBuilder g, Node x, float alpha, float beta) {
        return g.min(g.constant(1f), g.max(g.constant(0f), g.plus(g.times(x, alpha), g.constant(beta))));
    }

    private static Node thresholded(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.real(0);
        return g.select(g.lessThan(g.constant(c.real("alpha", 1)), x), x, g.constant(0f));
    }

    private static Node shrink(Call c) {
        GraphBuilder g = c.graph();
        Node x = g.cast(c.x(0), ElementType.F32);
        Node bias = g.constant(c.real("bias", 0));
        Node lambda = g.constant(c.real("lambd", 0.5f));
        Node low = g.select(g.lessThan(x, g.negate(lambda)), g.plus(x, bias), g.constant(0f));
        return g.select(g.lessThan(lambda, x), g.minus(x, bias), low);
    }

    /** Limits are attributes before opset 11; a missing one limits nothing. */
    private static Node clip(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        Shape s = x.shape();
        if (c.hasAttribute("min") || c.has(1)) {
            x = g.max(c.has(1) ? g.reshape(c.x(1), Shape.SCALAR) : g.constant(c.real("min", 0)), x);
        }
        if (c.hasAttribute("max") || c.has(2)) {
            x = g.min(c.has(2) ? g.reshape(c.x(2), Shape.SCALAR) : g.constant(c.real("max", 0)), x);
        }
        return g.reshape(x, s);
    }
}
