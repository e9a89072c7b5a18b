package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.model.BatchNorm;
import loom.model.GroupNorm;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.RmsNorm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Normalisations. Not compared: batch normalisation in training mode, whose running variance divides by n where ours divides by
 * n − 1.
 */
class NormalisationOnnxTest {
    static Stream<OnnxCase> cases() {
        return OnnxCase.of("LayerNormalization", "RMSNormalization", "GroupNormalization", "BatchNormalization")
                .stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void normalisation(OnnxCase c) {
        OnnxNode n = c.node();
        n.onlyHas(Set.of("axis", "epsilon", "num_groups"));
        float epsilon = n.real("epsilon", 1e-5f);
        OnnxTensor x = c.operand(0);
        int rank = x.dims().length;
        int axis = n.whole("axis", -1) < 0 ? rank + n.whole("axis", -1) : n.whole("axis", -1);
        Map<String, OnnxTensor> parameters = new LinkedHashMap<>(Map.of("scale", c.operand(1)));
        switch (n.type()) {
            case "LayerNormalization" -> {
                c.optional(2).ifPresent(b -> parameters.put("bias", b));
                check(c, new LayerNorm(rank - axis, epsilon, true, parameters.containsKey("bias")), parameters, axis);
            }
            // Over several axes it is that over one of all their elements.
            case "RMSNormalization" -> {
                int elements = Arrays.stream(x.dims()).skip(axis).reduce(1, (a, b) -> a * b);
                OnnxTensor rows = new OnnxTensor("x", new int[] {x.values().length / elements, elements}, x.values());
                OnnxCheck.assertGives(
                        OnnxCheck.model(Shape.of(elements), new RmsNorm(epsilon, true), parameters), rows, c.output());
            }
            case "GroupNormalization" -> {
                parameters.put("bias", c.operand(2));
                check(c, new GroupNorm(n.whole("num_groups", 0), epsilon, true, true), parameters, 1);
            }
            case "BatchNormalization" -> {
                parameters.put("bias", c.operand(2));
                parameters.put("running_mean", c.operand(3));
                parameters.put("running_variance", c.operand(4));
                check(c, new BatchNorm(0.1f, epsilon, true, true), parameters, 1);
            }
            default -> throw new IllegalArgumentException(n.type());
        }
    }

    /** Where the first axis is normalised too, all of x is one sample. */
    private static void check(OnnxCase c, Layer layer, Map<String, OnnxTensor> parameters, int axis) {
        OnnxTensor x = c.operand(0);
        OnnxTensor samples = x;
        if (axis == 0) {
            int[] one = new int[x.dims().length + 1];
            one[0] = 1;
            System.arraycopy(x.dims(), 0, one, 1, x.dims().length);
            samples = new OnnxTensor("x", one, x.values());
        }
        OnnxCheck.assertGives(OnnxCheck.model(samples.sample(), layer, parameters), samples, c.output());
        assertThat(c.nodes()).hasSize(1);
    }
}
