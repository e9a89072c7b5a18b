package loom.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loom.model.Activation;
import loom.model.Activation.Simple;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Place;
import loom.model.Softmax;
import loom.model.SoftmaxKind;

/** A stack of dense layers as an ONNX model. */
final class DenseOnnx {
    private DenseOnnx() {}

    static byte[] of(Model model, int batch) {
        OnnxGraph graph = new OnnxGraph();
        graph.input("x", batch, model.network().input().elements(1));
        String value = "x";
        for (Place place : model.network().places()) {
            value = switch (place.layer()) {
                case Dense dense -> dense(graph, model, place, dense, value);
                case Softmax softmax
                when softmax.kind() instanceof SoftmaxKind.Standard ->
                    apply(graph, "Softmax", List.of(value), place.path(), Map.of("axis", -1));
                default -> throw new IllegalArgumentException(place.label() + " has no ONNX form here");
            };
        }
        graph.output(value, batch, model.network().output().elements(1));
        return graph.toBytes();
    }

    private static String dense(OnnxGraph graph, Model model, Place place, Dense dense, String x) {
        List<String> operands = new ArrayList<>(List.of(x));
        place.parameters().forEach(spec -> {
            String name = place.parameterName(spec);
            graph.constant(name, model.parameters().get(name));
            operands.add(name);
        });
        String sum = apply(graph, dense.useBias() ? "Gemm" : "MatMul", operands, place.path() + ".sum", Map.of());
        return activation(graph, dense.activation(), sum, place.path());
    }

    private static String activation(OnnxGraph graph, Activation activation, String x, String output) {
        if (activation == Simple.LINEAR) {
            return x;
        }
        if (activation == Simple.RELU) {
            return apply(graph, "Relu", List.of(x), output, Map.of());
        }
        throw new IllegalArgumentException(activation + " has no ONNX form here");
    }

    private static String apply(
            OnnxGraph graph, String operator, List<String> inputs, String output, Map<String, Integer> attributes) {
        graph.node(operator, inputs, output, attributes);
        return output;
    }

    /** Multiplications and additions of the products alone. */
    static double flop(Network network, int batch) {
        double sum = 0;
        for (Place place : network.places()) {
            if (place.layer() instanceof Dense dense) {
                sum += 2.0 * batch * place.input().elements(1) * dense.units();
            }
        }
        return sum;
    }
}
