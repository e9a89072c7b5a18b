package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;
import loom.numeric.Domain;
import loom.run.ModelRunner;

/** Compares a layer's answer with a published one. */
public final class OnnxCheck {
    /** Relative to the largest value of the expected output: other software sums in another order, some of it in double precision. */
    static final double TOLERANCE = 1e-5;

    private OnnxCheck() {}

    /** A network of one layer, with some of its parameters instead of initial ones: {@code kernel}, say. */
    public static Model model(Shape sample, Layer layer, Map<String, OnnxTensor> parameters) {
        Model initial = Model.initialise(Network.of("", sample, layer), 1);
        LinkedHashMap<String, Tensor> all = initial.parameters();
        parameters.forEach((name, t) -> {
            String full = "0.0.0." + name;
            assertThat(all).containsKey(full);
            assertThat(t.shape().elements(1)).isEqualTo(all.get(full).shape().elements(1));
            all.put(full, new Tensor(all.get(full).shape(), inDomain(t.floats())));
        });
        return initial.withParameters(all);
    }

    /** The first axis of {@code x} and {@code y} is the batch; the other axes of y may have another shape than the layer gives. */
    public static void assertGives(Model model, OnnxTensor x, OnnxTensor y) {
        assertGives(model, x, y, TOLERANCE);
    }

    /** As above, with a tolerance of its own, relative to the largest value. */
    public static void assertGives(Model model, OnnxTensor x, OnnxTensor y, double tolerance) {
        ModelRunner runner = ModelRunner.open(new ReferenceMachine(), model).get();
        float[] found = runner.run(x.floats(), x.dims()[0]).get();
        double largest = 1;
        for (double v : y.values()) {
            largest = Math.max(largest, Math.abs(v));
        }
        assertThat(found).hasSameSizeAs(y.values());
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("element " + i).isCloseTo(y.values()[i], within(tolerance * largest));
        }
    }

    private static float[] inDomain(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Domain.roundD(values[i]);
        }
        return values;
    }
}
