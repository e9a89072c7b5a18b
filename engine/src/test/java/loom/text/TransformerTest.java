package loom.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.tensors.TensorFile;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.run.Decoder;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TransformerTest {
    private static final int[] IDS = {3, 36, 0, 17, 17, 5, 22, 9, 30, 11};

    private static float[] logits(Machine machine, Model model, int... ids) {
        float[] x = new float[model.network().input().dim(0)];
        for (int i = 0; i < ids.length; i++) {
            x[i] = ids[i];
        }
        ModelRunner r = ModelRunner.open(machine, model).get();
        float[] y = r.run(x, 1).get();
        r.close();
        return y;
    }

    @ParameterizedTest
    @EnumSource(SmallTransformers.class)
    void logitsAreThoseOfPlainDoubles(SmallTransformers family) {
        Model model = family.read(IDS.length).model();
        float[] found = logits(new ReferenceMachine(), model, IDS);
        double[][] expected = family.plain.logits(IDS);
        int v = family.plain.vocabulary;
        double largest = 0;
        for (int t = 0; t < IDS.length; t++) {
            for (int i = 0; i < v; i++) {
                assertThat((double) found[t * v + i])
                        .as("%s: position %s, logit %s", family, t, i)
                        .isCloseTo(expected[t][i], within(2e-5));
                largest = Math.max(largest, Math.abs(expected[t][i]));
            }
        }
        assertThat(largest).isGreaterThan(0.5);
    }

    /** Weights that stay in their file: only biases that are cut from others are held, and a decoder has what was read. */
    @ParameterizedTest
    @EnumSource(SmallTransformers.class)
    void keptWeightsAreTheSame(SmallTransformers family) {
        Transformer held = family.read(IDS.length);
        Cursor config = Cursor.parse("config.json", family.config());
        Transformer kept = Transformer.read(config, family.file().staying(), IDS.length);
        assertThat(kept.model()).isEqualTo(held.model());
        assertThat(kept.door()).isEqualTo(held.door());
        assertThat(kept.rounded()).isEqualTo(held.rounded());
        kept.model()
                .parameters()
                .forEach((name, t) -> assertThat(t.isHeld())
                        .as(name)
                        .isEqualTo(family.plain.gpt2 && name.matches(".*(query|key|value)_bias")));
        Decoder decoder = Decoder.open(new ReferenceMachine(), kept.model()).get();
        assertThat(decoder.model()).isEqualTo(held.model());
        decoder.close();
    }

    /** The cache changes no bit, whatever the length of the context. */
    @ParameterizedTest
    @EnumSource(SmallTransformers.class)
    void stepByStepGivesTheSameBits(SmallTransformers family) {
        int v = family.plain.vocabulary;
        float[] whole = logits(new ReferenceMachine(), family.read(IDS.length).model(), IDS);
        for (int context : new int[] {IDS.length, SmallTransformers.POSITIONS}) {
            Decoder d = Decoder.open(
                            new ReferenceMachine(), family.read(context).model())
                    .get();
            for (int t = 0; t < IDS.length; t++) {
                assertThat(d.step(IDS[t]).get())
                        .as("%s: position %s", family, t)
                        .isEqualTo(Arrays.copyOfRange(whole, t * v, (t + 1) * v));
            }
            d.close();
        }
    }

    @Test
    void whatTheFileSaysIsKept() {
        Transformer t = SmallTransformers.LLAMA.read(1000);
        assertThat(t.ends()).containsExactly(36);
        assertThat(t.model().network().input().dim(0)).isEqualTo(SmallTransformers.POSITIONS);
        assertThat(t.rounded()).isZero();
        assertThat(t.door().elements()).isGreaterThan(2000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"llama\"|\"mamba\"|config.json: $.model_type: the architecture \"mamba\" is not known here; known: llama, mistral, qwen2, qwen3, gpt2",
                "\"vocab_size\":37|\"vocab_size\":38|config.json: model.embed_tokens.weight: expected [38,12], found [37,12]",
                "\"vocab_size\":37,|\"x\":1,|config.json: $: missing key \"vocab_size\"",
                "\"hidden_size\":12|\"hidden_size\":0|config.json: $.hidden_size: expected a whole number from 1 to 16777216, found 0",
                "\"num_hidden_layers\":2|\"num_hidden_layers\":3|config.json: model.layers.2.input_layernorm.weight: no such tensor among the weights",
                "\"hidden_size\"|\"hidden_act\":\"gelu\",\"hidden_size\"|config.json: $.hidden_act: expected \"silu\", found \"gelu\"",
                "\"hidden_size\"|\"rope_scaling\":{\"type\":\"yarn\"},\"hidden_size\"|config.json: $.rope_scaling.type: positions scaled by \"yarn\" are not known here",
                "\"hidden_size\"|\"rope_scaling\":{\"type\":\"linear\",\"factor\":0.5},\"hidden_size\"|config.json: $.rope_scaling: factor: expected a number from 1 to 1048576, found 0.5",
                "\"hidden_size\"|\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8},\"hidden_size\"|config.json: $.rope_scaling: missing key \"low_freq_factor\"",
                "\"head_dim\":4|\"head_dim\":2|config.json: model.layers.0.self_attn.q_proj.weight: expected [8,12], found [16,12]",
            })
    void whatDoesNotFitIsRefused(String what, String by, String message) {
        String config = SmallTransformers.LLAMA.config();
        assertThat(config).contains(what);
        TensorFile weights = SmallTransformers.LLAMA.file();
        assertThatThrownBy(() -> Transformer.read(Cursor.parse("config.json", config.replace(what, by)), weights, 8))
                .isInstanceOf(ModelException.class)
                .hasMessage(message);
    }
}
