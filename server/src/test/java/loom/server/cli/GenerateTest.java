package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import loom.format.Cursor;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GPT-2 whose layers add nothing: it repeats the last token. */
class GenerateTest {
    private static final String CONFIG =
            "{\"model_type\":\"gpt2\",\"vocab_size\":4,\"n_embd\":4,\"n_head\":1,\"n_layer\":1,"
                    + "\"n_inner\":2,\"n_positions\":8,\"eos_token_id\":3}";
    private static final String TOKENIZER =
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"c\":2},\"merges\":[]},"
                    + "\"decoder\":{\"type\":\"Fuse\"},\"added_tokens\":[{\"id\":3,\"content\":\"<|im_start|>\",\"special\":true}]}";

    @TempDir
    private Path dir;

    private final LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();

    private void add(String name, int[] shape, float... values) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        tensors.put(name, StoredTensor.of(name, shape, values.length == 0 ? new float[n] : values));
    }

    @BeforeEach
    void files() throws Exception {
        add("wte.weight", new int[] {4, 4}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
        add("wpe.weight", new int[] {8, 4});
        for (String n : new String[] {"h.0.ln_1", "h.0.ln_2", "ln_f"}) {
            add(n + ".weight", new int[] {4}, 1, 1, 1, 1);
            add(n + ".bias", new int[] {4});
        }
        linear("h.0.attn.c_attn", 4, 12);
        linear("h.0.attn.c_proj", 4, 4);
        linear("h.0.mlp.c_fc", 4, 2);
        linear("h.0.mlp.c_proj", 2, 4);
        file(dir, "config.json", CONFIG);
        file(dir, "tokenizer.json", TOKENIZER);
        write("model.safetensors", tensors);
    }

    private void linear(String name, int in, int out) {
        add(name + ".weight", new int[] {in, out});
        add(name + ".bias", new int[] {out});
    }

    private void write(String name, LinkedHashMap<String, StoredTensor> some) throws Exception {
        Files.write(dir.resolve(name), SafetensorsWriter.write(new TensorFile(some, new LinkedHashMap<>())));
    }

    @Test
    void continuesAText() {
        Cli result = loom("generate", dir, "--prompt", "acb", "--max-tokens", 3);
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().strip()).isEqualTo("bbb");
    }

    /** Keys and values of 8 positions of one head of 4; 16 tensors of 174 numbers. */
    @Test
    void inspectTellsWhatAStepTakes() {
        Cli result = loom("inspect", dir);
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith("folder      " + dir + ", transformer\ntokenizer   4 ids\n")
                .contains("weights     16 as F32, 696 bytes\n", "state       256 bytes a sample\n", "on webgpu   ");
        assertThat(loom("inspect", dir, "--context", 4).out()).contains("state       128 bytes a sample\n");
        Cursor json = Cursor.parse("out", loom("inspect", dir, "--json").out());
        assertThat(json.member("tokens").whole(0, 10)).isEqualTo(4);
        assertThat(json.member("card").member("stateBytes").whole(0, 1000)).isEqualTo(256);
    }

    /** A network of our own layers becomes a folder; a tokenizer that does not fit, or other layers, make none. */
    @Test
    void aNetworkOfOurOwnBecomesAFolder() throws Exception {
        String network = """
                {"format": "loom", "version": 1, "input": {"shape": [8]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [
                   {"type": "embedding", "vocabulary": 4, "dimension": 8},
                   {"type": "residual", "layers": [{"type": "rms_norm"},
                     {"type": "attention", "heads": 2, "causal": true, "rope": "half_split", "bias": false, "output_bias": false}]},
                   {"type": "residual", "layers": [{"type": "rms_norm"},
                     {"type": "gated", "units": 8, "bias": false, "output_bias": false}]},
                   {"type": "rms_norm"}, {"type": "dense", "units": 4, "bias": false}]}]}
                """;
        Path model = file(dir, "own.json", network);
        Path out = dir.resolve("made").resolve("folder");
        Path tokenizer = dir.resolve("tokenizer.json");
        Cli result = loom("convert", model, out, "--tokenizer", tokenizer, "--quantise", "bf16");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).endsWith("written     " + out + ", a transformer\n");
        assertThat(loom("inspect", out).out()).contains("weights     3 as F32, 96 bytes; 9 as BF16, 1024 bytes\n");
        assertThat(loom("generate", out, "--prompt", "ab", "--max-tokens", 4).status())
                .isZero();
        Path small = file(
                dir, "small.json", network.replace("4, \"dim", "3, \"dim").replace("\"units\": 4", "\"units\": 3"));
        Path none = dir.resolve("none");
        assertThat(loom("convert", small, none, "--tokenizer", tokenizer).err())
                .isEqualTo("loom: " + tokenizer + ": 4 ids, and the model has 3\n");
        Path other = file(dir, "other.json", network.replace("half_split", "interleaved"));
        assertThat(loom("convert", other, none, "--tokenizer", tokenizer).err())
                .startsWith("loom: cell 0,0 layer 1 residual, layer 1 attention: a transformer has attention(");
        assertThat(loom("convert", model, none, "--tokenizer", tokenizer, "--quantise", "int8")
                        .err())
                .contains("0.0.0.embedding")
                .contains("stored as int8: such a folder holds f32, bf16 and f16");
        assertThat(none).doesNotExist();
    }

    /** The bundled text model, from training to text: the words are golden. */
    @Test
    void theLibrarysModel() {
        Path alice =
                Path.of("..", "web-frontend", "src", "main", "resources", "META-INF", "resources", "models", "alice");
        assertThat(loom("generate", alice, "--prompt", "Alice was", "--max-tokens", 24)
                        .out())
                .isEqualTo(" now about two, but she found it a very quietly up, and the pas\n");
        assertThat(loom(
                                "generate",
                                alice,
                                "--prompt",
                                "Alice was",
                                "--max-tokens",
                                24,
                                "--temperature",
                                0.7,
                                "--seed",
                                3)
                        .out())
                .isEqualTo(" going off, without almo, the other direction of the Li\n");
    }

    @Test
    void endsWithTheContext() {
        assertThat(loom("generate", dir, "--prompt", "aaac").out().strip()).isEqualTo("ccccc");
        assertThat(loom("generate", dir, "--prompt", "ac", "--context", 3).out().strip())
                .isEqualTo("cc");
    }

    @Test
    void weightsMayBeInSeveralFiles() throws Exception {
        LinkedHashMap<String, StoredTensor> first = new LinkedHashMap<>();
        StringBuilder map = new StringBuilder();
        for (String name : tensors.keySet()) {
            boolean isFirst = name.startsWith("w");
            map.append(map.isEmpty() ? "" : ",")
                    .append('"')
                    .append(name)
                    .append(isFirst ? "\":\"1.safetensors\"" : "\":\"2.safetensors\"");
            if (isFirst) {
                first.put(name, tensors.get(name));
            }
        }
        tensors.keySet().removeAll(first.keySet());
        write("1.safetensors", first);
        write("2.safetensors", tensors);
        Files.delete(dir.resolve("model.safetensors"));
        file(dir, "model.safetensors.index.json", "{\"weight_map\":{" + map + "}}");
        assertThat(loom("generate", dir, "--prompt", "b", "--max-tokens", 2)
                        .out()
                        .strip())
                .isEqualTo("bb");
    }

    @Test
    void whatIsWrongIsOneSentence() throws Exception {
        assertThat(loom("generate", dir, "--prompt", "").err().strip())
                .isEqualTo("loom: prompt: expected 1 to 8 tokens, found 0");
        assertThat(loom("generate", dir, "--prompt", "a", "--temperature", -1)
                        .err()
                        .strip())
                .isEqualTo("loom: sampling: expected a temperature from 0 to 100, found -1");
        Files.delete(dir.resolve("model.safetensors"));
        Cli result = loom("generate", dir, "--prompt", "a");
        assertThat(result.status()).isEqualTo(ExitStatus.REFUSED);
        assertThat(result.err().strip())
                .isEqualTo("loom: " + dir.resolve("model.safetensors") + ": no such file or folder");
    }
}
