package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import loom.conformance.LayerCases;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.Words;
import loom.machine.reference.ReferenceMachine;
import loom.numeric.F32;
import loom.numeric.Philox;
import loom.numeric.Quantized;
import loom.run.ModelRunner;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Sgd;
import loom.train.Trainer;
import loom.train.Training;
import org.junit.jupiter.api.Test;

/** Layers of precision int8, against their formula written out with loops. */
class Int8Test {
    private static Layer int8(Layer layer) {
        return LayerOptions.NONE.with(Precision.INT8).on(layer);
    }

    private static float[] values(int count, float scale) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = F32.mul(Philox.uniform(9, i, 0, 0, 0) - 0.5f, scale);
        }
        return x;
    }

    private static float[] run(Model model, float[] x, int samples) {
        return ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(x, samples)
                .get();
    }

    /** Largest magnitude from {@code from} on, and at least 2^-40. */
    private static float most(float[] x, int from, int count) {
        float most = 0x1p-40f;
        for (int i = from; i < from + count; i++) {
            most = Math.max(most, Math.abs(x[i]));
        }
        return most;
    }

    private static int rounded(float x, float most) {
        return Quantized.toInt8(F32.mul(x, F32.div(127, most)));
    }

    private static float sum(int sum, float most, float scale) {
        return F32.mul(F32.fromInt(sum), F32.mul(F32.div(most, 127), scale));
    }

    @Test
    void denseRoundsEveryRow() {
        int in = 300;
        Network network = Network.of("", Shape.of(2, in), int8(new Dense(5, Activation.Simple.LINEAR, false)));
        Model model = LayerCases.model(network);
        float[] w = model.parameters().get("0.0.0.kernel").values();
        float[] t = model.parameters().get("0.0.0.kernel" + Int8.SCALE).values();
        float[] x = values(3 * 2 * in, 7);
        // A row of zeros, and one that is nearly so.
        Arrays.fill(x, in, 2 * in, 0);
        Arrays.fill(x, 2 * in, 3 * in, 0x1p-58f);
        float[] y = run(model, x, 3);
        for (int row = 0; row < 6; row++) {
            float most = most(x, row * in, in);
            for (int j = 0; j < 5; j++) {
                int sum = 0;
                for (int k = 0; k < in; k++) {
                    sum += rounded(x[row * in + k], most) * (int) w[k * 5 + j];
                }
                assertThat(y[row * 5 + j]).isEqualTo(sum(sum, most, t[j]));
            }
        }
    }

    @Test
    void convolutionsRoundEverySample() {
        Network network =
                Network.of("", Shape.of(2, 5, 4), int8(new Conv(2, 3, Words.of(2, 3), Activation.Simple.LINEAR)));
        Model model = LayerCases.model(network);
        float[] w = model.parameters().get("0.0.0.kernel").values();
        float[] t = model.parameters().get("0.0.0.kernel" + Int8.SCALE).values();
        float[] b = model.parameters().get("0.0.0.bias").values();
        float[] x = values(2 * 40, 3);
        float[] y = run(model, x, 2);
        Shape out = network.output();
        int rows = out.dim(1);
        int columns = out.dim(2);
        assertThat(rows * columns).isEqualTo(4 * 2);
        for (int n = 0; n < 2; n++) {
            float most = most(x, n * 40, 40);
            for (int f = 0; f < 3; f++) {
                for (int p = 0; p < rows * columns; p++) {
                    int sum = 0;
                    for (int k = 0; k < 12; k++) {
                        int at = n * 40 + k / 6 * 20 + (p / columns + k / 3 % 2) * 4 + p % columns + k % 3;
                        sum += rounded(x[at], most) * (int) w[f * 12 + k];
                    }
                    float expected = F32.add(sum(sum, most, t[f]), b[f]);
                    assertThat(y[(n * 3 + f) * rows * columns + p]).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aFileKeepsThem() {
        Model model = LayerCases.model(Network.of("", Shape.of(4), int8(new Dense(3, Activation.Simple.TANH))));
        String text = ModelWriter.write(model);
        assertThat(text).contains("\"precision\": \"int8\"", "\"dtype\": \"int8\"");
        Model read = ModelReader.read("m.json", text.getBytes(StandardCharsets.UTF_8));
        assertThat(read.network()).isEqualTo(model.network());
        assertThat(ModelWriter.write(read)).isEqualTo(text);
    }

    @Test
    void trainingLeavesTheNumbersAndMovesTheRest() {
        Network network = Network.of(
                "",
                Shape.of(4),
                new Dense(6, Activation.Simple.TANH),
                int8(new Dense(3, Activation.Simple.LINEAR)),
                new Softmax());
        assertThat(network.trained()).containsExactly("0.0.0.kernel", "0.0.0.bias", "0.0.1.bias");
        Model before = LayerCases.model(network);
        Trainer t = Trainer.prepare(before, Training.of(new CrossEntropy(), new Sgd(), 0.5f, 1), new ReferenceMachine())
                .get();
        t.run(new Dataset(Shape.of(4), values(4, 2), Shape.of(3), new float[] {1, 0, 0}), true)
                .get();
        LinkedHashMap<String, Tensor> after = t.model().get().parameters();
        before.parameters().forEach((name, value) -> {
            boolean fixed = name.startsWith("0.0.1.kernel");
            assertThat(after.get(name).equals(value)).as(name).isEqualTo(fixed);
        });
    }

    @Test
    void aLayerWithoutProductsIsRefused() {
        assertThatThrownBy(() -> Network.of("", Shape.of(4), int8(new Softmax())))
                .isInstanceOf(LayerException.class)
                .hasMessage(
                        "cell 0,0 layer 0 softmax: precision int8: softmax has no product with weights that could be so");
        Conv depthwise = new Conv(
                2,
                4,
                Words.of(3, 3),
                Words.of(1, 1),
                Padding.Same.SAME,
                Words.of(1, 1),
                4,
                Activation.Simple.RELU,
                true,
                Initialiser.Scaled.GLOROT_UNIFORM);
        assertThatThrownBy(() -> Network.of("", Shape.of(4, 5, 5), int8(depthwise)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("conv2d has no product with weights that could be so with several groups");
    }

    @Test
    void weightsThatAreNoSuchNumbersAreRefused() {
        Network network = Network.of("", Shape.of(4), int8(new Dense(1, Activation.Simple.TANH)));
        for (float wrong : new float[] {0.5f, 128, -129}) {
            LinkedHashMap<String, Tensor> values =
                    new LinkedHashMap<>(LayerCases.model(network).parameters());
            values.put("0.0.0.kernel", new Tensor(Shape.of(4, 1), new float[] {1, -128, wrong, 0}));
            assertThatThrownBy(() -> new Model(network, values, 1, new LinkedHashMap<>()))
                    .isInstanceOf(FieldException.class)
                    .hasMessage("0.0.0.kernel: element 2 is " + Numbers.text(wrong)
                            + ", expected a whole number from -128 to 127, as the layer's precision is int8");
        }
    }

    @Test
    void sumsThatMayNotFitAreRefused() {
        assertThatThrownBy(() -> Network.of("", Shape.of(131_072), int8(new Dense(1, Activation.Simple.TANH))))
                .isInstanceOf(LayerException.class)
                .hasMessage(
                        "cell 0,0 layer 0 dense: precision int8: kernel has sums of 131072 products, expected at most 131071");
    }

    @Test
    void noSeedGivesTheNumbers() {
        Network network = Network.of("", Shape.of(4), int8(new Dense(3, Activation.Simple.TANH)));
        String message = "cell 0,0 layer 0 dense: kernel comes from a model that was quantised, not from a seed";
        assertThatThrownBy(() -> Model.initialise(network, 1))
                .isInstanceOf(LayerException.class)
                .hasMessage(message);
        String file = """
                {"format": "loom", "version": 1, "input": {"shape": [4]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [{"type": "dense", "units": 3, "precision": "int8"}]}]}
                """;
        assertThatThrownBy(() -> ModelReader.read("m.json", file.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }
}
