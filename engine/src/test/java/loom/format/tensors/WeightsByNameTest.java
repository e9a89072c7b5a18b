package loom.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Residual;
import loom.numeric.DType;
import org.junit.jupiter.api.Test;

/** A model.json whose weights are in a safetensors file. */
class WeightsByNameTest {
    private static final Model MODEL = Model.initialise(
            Network.of(
                    "m",
                    Shape.of(3),
                    new Residual(List.of(new Dense(3, Activation.Simple.RELU))),
                    new Dense(2, Activation.Simple.LINEAR)),
            5);

    private static LoadedModel load(TensorFile weights) {
        return ModelReader.load(Cursor.parse("m.json", ModelWriter.withoutWeights(MODEL)), "", weights);
    }

    @Test
    void aModelComesBackToTheBit() {
        byte[] weights = SafetensorsWriter.write(TensorFile.of(MODEL));
        LoadedModel back = load(SafetensorsReader.read("m.safetensors", weights));
        assertThat(back.model()).isEqualTo(MODEL);
        assertThat(back.door().changed()).isZero();
        assertThat(ModelWriter.write(back.model())).isEqualTo(ModelWriter.write(MODEL));
    }

    @Test
    void narrowWeightsAreWidenedAndWideOnesRounded() {
        TensorFile all = TensorFile.of(MODEL);
        StoredTensor bias = StoredTensor.of(
                "0.0.1.bias", DType.F64, List.of(2L), loom.format.FloatBytes.bytesOfWords(new int[] {1, 0x3ff00000, 0, 0
                }));
        LinkedHashMap<String, StoredTensor> tensors = all.tensors();
        tensors.put(bias.name(), bias);
        LoadedModel back = load(all);
        assertThat(back.model().parameters().get("0.0.1.bias").values()).containsExactly(1f, 0f);
        assertThat(back.notes()).containsExactly("1 of 2 values of 0.0.1.bias rounded to f32");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> load(new TensorFile(new LinkedHashMap<>(), new LinkedHashMap<>())))
                .isInstanceOf(ModelException.class)
                .hasMessage("m.json: $.cells[0].layers[0].layers[0].parameters.kernel.tensor:"
                        + " cell 0,0 layer 0 residual, layer 0 dense: no tensor \"0.0.0.0.kernel\" at hand;"
                        + " the weights are in a file of their own, to be given beside this one");
        TensorFile wrong = TensorFile.of(MODEL);
        wrong.tensors().put("0.0.1.bias", StoredTensor.of("0.0.1.bias", new int[] {3}, 1f, 2f, 3f));
        assertThatThrownBy(() -> load(wrong))
                .hasMessageEndingWith("layer 1 dense: expected [2], found [3] in the file of weights");
        TensorFile nan = TensorFile.of(MODEL);
        nan.tensors().put("0.0.1.bias", StoredTensor.of("0.0.1.bias", new int[] {2}, 1f, Float.NaN));
        assertThatThrownBy(() -> load(nan))
                .hasMessageContaining("layer 1 dense: element 1 is NaN (0x7fc00000), expected a magnitude up to 2^50");
    }
}
