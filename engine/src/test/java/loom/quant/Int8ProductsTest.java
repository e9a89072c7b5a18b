package loom.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import loom.format.LoadedModel;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.Words;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Attention;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.FeedForward;
import loom.model.Flatten;
import loom.model.Int8;
import loom.model.Model;
import loom.model.Network;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.numeric.Philox;
import loom.numeric.WeightType;
import org.junit.jupiter.api.Test;

class Int8ProductsTest {
    private static final Quantisation PER_CHANNEL = Quantisation.of(WeightType.INT8);

    private static Int8Products.Result of(Model model, Quantisation how) {
        return Int8Products.of(Quantiser.quantise(model, how));
    }

    private static float[] inputs(int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = Philox.uniform(5, i, 0, 0, 0) * 2 - 1;
        }
        return x;
    }

    /** int8 keeps about two digits: a rounding error of 1/254 of the largest, averaged over the terms of a sum. */
    private static void isNear(Int8Products.Result r, float[] x) {
        OutputErrors e =
                OutputErrors.measure(new ReferenceMachine(), r.result(), x).get();
        assertThat(e.output().relative()).isBetween(1e-5, 0.02);
        e.layers().forEach((label, d) -> assertThat(d.relative()).as(label).isLessThan(0.02));
    }

    @Test
    void convolutionsAndDenseLayersMultiplyInt8() {
        Model model = Model.initialise(
                Network.of(
                        "",
                        Shape.of(1, 8, 8),
                        new Conv(2, 4, Words.of(3, 3), Activation.Simple.RELU),
                        new Flatten(),
                        new Dense(20, Activation.Simple.TANH),
                        new Dense(5, Activation.Simple.LINEAR)),
                3);
        Int8Products.Result r = of(model, PER_CHANNEL);
        assertThat(r.paths()).containsExactly("0.0.0", "0.0.2", "0.0.3");
        isNear(r, inputs(64 * 9));
    }

    @Test
    void soDoTransformersInNestedLayers() {
        Model model = Model.initialise(
                Network.of(
                        "",
                        Shape.of(6, 16),
                        new Residual(List.of(new RmsNorm(), Attention.of(4).causal())),
                        new Residual(List.of(new RmsNorm(), new FeedForward(true, 24, Activation.Simple.SILU, false)))),
                4);
        Int8Products.Result r = of(model, PER_CHANNEL);
        assertThat(r.paths()).containsExactly("0.0.0.1", "0.0.1.1");
        isNear(r, inputs(6 * 16 * 5));
    }

    @Test
    void whatIsWrittenIsAByteAWeightAndIsReadAgain() {
        Model model = Model.initialise(Network.of("", Shape.of(40), new Dense(30, Activation.Simple.TANH)), 3);
        Int8Products.Result r = of(model, PER_CHANNEL);
        String text = ModelWriter.write(r.result().model(), r.result().packed());
        LoadedModel read = ModelReader.load("m.json", text.getBytes(StandardCharsets.UTF_8));
        assertThat(read.model().network()).isEqualTo(r.result().model().network());
        assertThat(read.packed().get("0.0.0.kernel").codes()).hasSize(40 * 30);
        read.model()
                .parameters()
                .forEach((name, t) -> assertThat(t.values())
                        .as(name)
                        .containsExactly(
                                r.result().model().parameters().get(name).values()));
        float[] scales =
                read.model().parameters().get("0.0.0.kernel" + Int8.SCALE).values();
        float[] numbers = read.model().parameters().get("0.0.0.kernel").values();
        float[] stored = Quantiser.quantise(model, PER_CHANNEL)
                .model()
                .parameters()
                .get("0.0.0.kernel")
                .values();
        for (int i = 0; i < numbers.length; i++) {
            assertThat(numbers[i] * scales[i % 30]).isEqualTo(stored[i]);
        }
    }

    @Test
    void layersWhoseWeightsAreNotSoStay() {
        Model model = Model.initialise(
                Network.of(
                        "", Shape.of(40), new Dense(30, Activation.Simple.TANH), new Dense(9, Activation.Simple.TANH)),
                3);
        Quantisation kept = new Quantisation(
                WeightType.INT8, Quantisation.Per.CHANNEL, Quantisation.BLOCK, false, List.of("0.0.0.kernel"));
        assertThat(of(model, kept).paths()).containsExactly("0.0.1");
        Quantisation zeros =
                new Quantisation(WeightType.INT8, Quantisation.Per.CHANNEL, Quantisation.BLOCK, true, List.of());
        assertThat(of(model, zeros).paths()).isEmpty();
        assertThat(of(model, Quantisation.of(WeightType.INT4)).paths()).isEmpty();
    }
}
