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
