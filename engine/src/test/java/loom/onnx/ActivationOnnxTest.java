package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Activation.Simple;
import loom.model.ActivationLayer;
import loom.model.Layer;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions of one element, and the logarithm of softmax. Not among them: HardSigmoid with another intercept than 1/2 and Selu with other
 * constants than the published ones, which ours do not have.
 */
class ActivationOnnxTest {
    static Stream<OnnxCase> activations() {
        return OnnxCase.of("Celu", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish", "Relu", "Sigmoid")
                .stream();
    }

    private static Activation activation(OnnxNode node) {
        node.onlyHas(Set.of("alpha", "approximate"));
        return switch (node.type()) {
            case "Celu" -> new Activation.Celu(node.real("alpha", 1));
            case "Elu" -> new Activation.Elu(node.real("alpha", 1));
            case "Gelu" -> node.text("approximate", "none").equals("tanh") ? Simple.GELU_TANH : Simple.GELU;
            case "HardSigmoid" -> new Activation.HardSigmoid(node.real("alpha", 0.2f));
            case "HardSwish" -> Simple.HARD_SWISH;
            case "LeakyRelu" -> new Activation.LeakyRelu(node.real("alpha", 0.01f));
            case "Mish" -> Simple.MISH;
            case "Relu" -> Simple.RELU;
            case "Sigmoid" -> Simple.SIGMOID;
            default -> throw new IllegalArgumentException(node.type());
        };
    }

    @ParameterizedTest
    @MethodSource("activations")
    void activation(OnnxCase c) {
        assertGives(new ActivationLayer(activation(c.node())), c);
    }

    /** Functions of one element see no axes; a lone axis would be the batch. */
    private static void assertGives(Layer layer, OnnxCase c) {
        OnnxTensor x = c.operand(0);
        int n = x.values().length;
        OnnxTensor flat = new OnnxTensor(x.name(), new int[] {1, n}, x.values());
        OnnxCheck.assertGives(OnnxCheck.model(Shape.of(n), layer, Map.of()), flat, c.output());
    }

    static Stream<OnnxCase> logarithms() {
        return OnnxCase.of("LogSoftmax").stream();
    }

    @ParameterizedTest
    @MethodSource("logarithms")
    void logSoftmax(OnnxCase c) {
        c.node().onlyHas(Set.of("axis"));
        int rank = c.operand(0).dims().length;
        int axis = c.node().whole("axis", -1);
        assertThat(axis).isIn(-1, rank - 1);
        Softmax log = new Softmax(new SoftmaxKind.Standard(), true);
        OnnxCheck.assertGives(OnnxCheck.model(c.operand(0).sample(), log, Map.of()), c.operand(0), c.output());
    }

    @Test
    void someCasesAreCompared() {
        assertFalse(activations().toList().isEmpty());
        assertFalse(logarithms().toList().isEmpty());
    }
}
