package loom.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Model;
import loom.model.Place;
import loom.numeric.Philox;
import org.junit.jupiter.api.Test;

class DetectionTest {
    private final LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();

    private DetectionTest put(String name, int... shape) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            // Variances are above 0.
            values[i] =
                    Philox.uniform(name.length(), i, tensors.size(), 0, 99) - (name.endsWith("var") ? -0.1f : 0.25f);
        }
        tensors.put(name, StoredTensor.of(name, shape, values));
        return this;
    }

    private Detection detect(Optional<Shape> input) {
        return Detection.of(new TensorFile(tensors, new LinkedHashMap<>()), input, Activation.Simple.RELU);
    }

    private static List<String> types(Model m) {
        return m.network().places().stream()
                .map(Place::layer)
                .map(l -> l.typeName())
                .toList();
    }

    /** {@code y = W₂·relu(W₁·x + b₁) + b₂} with matrices [out, in], as PyTorch stores them; layer 10 comes after layer 2. */
    @Test
    void anMlpOfPyTorch() {
        put("net.10.bias", 2).put("net.10.weight", 2, 4).put("net.2.bias", 4).put("net.2.weight", 4, 3);
        Model m = detect(Optional.empty()).model().orElseThrow();
        assertThat(m.network().input()).isEqualTo(Shape.of(3));
        assertThat(types(m)).containsExactly("dense", "dense");
        float[] x = {1, -2, 0.5f};
        double[] hidden = dense("net.2", x[0], x[1], x[2]);
        for (int i = 0; i < 4; i++) {
            hidden[i] = Math.max(0, hidden[i]);
        }
        double[] y = dense("net.10", hidden);
        float[] found = RecombineTest.run(m, x);
        for (int i = 0; i < 2; i++) {
            assertThat((double) found[i]).isCloseTo(y[i], org.assertj.core.api.Assertions.within(1e-5));
        }
    }

    private double[] dense(String name, double... x) {
        float[] w = tensors.get(name + ".weight").floats().values();
        float[] b = tensors.get(name + ".bias").floats().values();
        double[] y = new double[b.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = b[i];
            for (int j = 0; j < x.length; j++) {
                y[i] += w[i * x.length + j] * x[j];
            }
        }
        return y;
    }

    @Test
    void matricesEitherWay() {
        put("a.kernel", 3, 4).put("a.bias", 4).put("b.weight", 4, 4).put("c.weight", 4, 2);
        Detection d = detect(Optional.of(Shape.of(3)));
        assertThat(types(d.model().orElseThrow())).containsExactly("dense", "dense", "dense");
        assertThat(d.explanation())
                .anyMatch(l -> l.startsWith("b: its matrix may be stored either way; taken as [out, in]"));
        assertThat(d.model().orElseThrow().network().output()).isEqualTo(Shape.of(2));
    }

    @Test
    void convolutionsNormsAndAHead() {
        put("bn.weight", 4).put("bn.bias", 4).put("bn.running_mean", 4).put("bn.running_var", 4);
        put("bn.num_batches_tracked", 1);
        put("a.weight", 4, 1, 3, 3).put("fc.weight", 5, 64).put("fc.bias", 5);
        Detection d = detect(Optional.of(Shape.of(1, 6, 6)));
        assertThat(types(d.model().orElseThrow())).containsExactly("conv2d", "batch_norm", "flatten", "dense");
        assertThat(d.explanation())
                .anyMatch(l -> l.equals("flatten: [4,4,4] becomes the 64 values that fc takes"))
                .anyMatch(l -> l.equals("a: strides of 1 and no padding assumed; its tensors do not say"));
        assertThat(RecombineTest.run(d.model().orElseThrow(), new float[36])).hasSize(5);
        assertThat(detect(Optional.empty()).explanation())
                .containsOnlyOnce("a: a conv2d does not say the shape of its input; give the network's input");
    }

    @Test
    void embeddingsAndSequences() {
        put("emb.weight", 10, 6).put("norm.weight", 6).put("out.weight", 3, 6);
        Model m = detect(Optional.of(Shape.of(4))).model().orElseThrow();
        assertThat(types(m)).containsExactly("embedding", "rms_norm", "dense");
        assertThat(m.network().output()).isEqualTo(Shape.of(4, 3));
    }

    @Test
    void whatDoesNotGoTogetherIsExplained() {
        put("a.weight", 4, 3).put("a.bias", 4).put("b.weight", 2, 5).put("b.bias", 2);
        Detection d = detect(Optional.empty());
        assertThat(d.model()).isEmpty();
        assertThat(d.explanation().get(d.explanation().size() - 1))
                .isEqualTo("b: its kernel would be [4,2] behind [4], found [5,2]");
        tensors.clear();
        assertThat(detect(Optional.empty()).explanation()).containsExactly("no tensors");
        put("lstm.weight_ih", 12, 3);
        assertThat(detect(Optional.empty()).explanation())
                .containsExactly("lstm: weight_ih [12,3]: not recognised, so there is no network");
    }

    @Test
    void numbersInNamesCountAsNumbers() {
        assertThat(NaturalOrder.compare("l.2.a", "l.10.a")).isNegative();
        assertThat(NaturalOrder.compare("l.02", "l.2")).isZero();
        assertThat(NaturalOrder.compare("a", "ab")).isNegative();
        assertThat(NaturalOrder.compare("b1", "a2")).isPositive();
    }
}
