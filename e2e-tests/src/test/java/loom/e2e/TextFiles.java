package loom.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import loom.format.tensors.ByteSource;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.machine.reference.ReferenceMachine;
import loom.run.Decoder;
import loom.text.Generation;
import loom.text.TextModel;
import loom.text.Tokenizer;

/** Folders as Hugging Face has them, with small transformers of random weights, by the names of their files. */
record TextFiles(Map<String, byte[]> files) implements TextModel.Folder {
    private static final int WIDTH = 16;
    private static final int INNER = 24;
    private static final int LAYERS = 2;
    static final int POSITIONS = 48;

    /** Continues or answers something. */
    interface Start {
        Generation of(TextModel model, Decoder decoder);
    }

    static TextFiles llama() {
        return new Maker("llama3-like", 1).llama();
    }

    static TextFiles gpt2() {
        return new Maker("gpt2-like", 2).gpt2();
    }

    @Override
    public boolean has(String name) {
        return files.containsKey(name);
    }

    @Override
    public ByteSource open(String name) {
        return ByteSource.of(name, files.get(name));
    }

    /** The pieces that the JVM's reference machine makes. */
    List<String> text(Start start) {
        TextModel model = TextModel.read(this, POSITIONS);
        Decoder decoder = Decoder.open(
                        new ReferenceMachine(), model.transformer().model())
                .get();
        Generation generation = start.of(model, decoder);
        List<String> pieces = new ArrayList<>();
        while (!generation.isDone()) {
            String piece = generation.step().get();
            if (!piece.isEmpty()) {
                pieces.add(piece);
            }
        }
        decoder.close();
        return pieces;
    }

    /** The same weights in two files with an index. */
    TextFiles sharded() {
        TensorFile all = loom.format.tensors.SafetensorsReader.read(open(TextModel.WEIGHTS));
        LinkedHashMap<String, StoredTensor> halves = new LinkedHashMap<>();
        Map<String, byte[]> sharded = new LinkedHashMap<>(files);
        sharded.remove(TextModel.WEIGHTS);
        StringBuilder index = new StringBuilder("{\"weight_map\": {");
        int seen = 0;
        int shard = 1;
        for (StoredTensor t : all.tensors().values()) {
            halves.put(t.name(), t);
            String file = "model-0000" + shard + "-of-00002.safetensors";
            index.append(seen == 0 ? "" : ", ").append("\"" + t.name() + "\": \"" + file + "\"");
            seen++;
            if (seen == 5 || seen == all.tensors().size()) {
                sharded.put(file, SafetensorsWriter.write(new TensorFile(halves, new LinkedHashMap<>())));
                halves.clear();
                shard++;
            }
        }
        sharded.put(TextModel.INDEX, index.append("}}").toString().getBytes(StandardCharsets.UTF_8));
        return new TextFiles(sharded);
    }

    /** Tensors by the names of a family. */
    private static final class Maker {
        private final SplittableRandom random;
        private final byte[] tokenizer;
        private final int vocabulary;
        private final LinkedHashMap<String, StoredTensor> weights = new LinkedHashMap<>();

        Maker(String tokenizer, long seed) {
            this.random = new SplittableRandom(seed);
            this.tokenizer = Resources.bytes("tokenizers/" + tokenizer + ".json");
            this.vocabulary = Tokenizer.read("tokenizer.json", this.tokenizer).size();
        }

        private Maker add(String name, double around, int... shape) {
            int n = 1;
            for (int d : shape) {
                n *= d;
            }
            float[] values = new float[n];
            for (int i = 0; i < n; i++) {
                values[i] = (float) (around + 0.8 * (random.nextDouble() - 0.5));
            }
            weights.put(name, StoredTensor.of(name, shape, values));
            return this;
        }

        private TextFiles files(String config) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put(TextModel.CONFIG, config.formatted(vocabulary, POSITIONS).getBytes(StandardCharsets.UTF_8));
            files.put(TextModel.TOKENIZER, tokenizer);
            files.put(TextModel.WEIGHTS, SafetensorsWriter.write(new TensorFile(weights, new LinkedHashMap<>())));
            return new TextFiles(files);
        }

        TextFiles llama() {
            add("model.embed_tokens.weight", 0, vocabulary, WIDTH);
            for (int l = 0; l < LAYERS; l++) {
                String at = "model.layers." + l + ".";
                add(at + "input_layernorm.weight", 1, WIDTH);
                add(at + "self_attn.q_proj.weight", 0, WIDTH, WIDTH);
                add(at + "self_attn.k_proj.weight", 0, WIDTH / 2, WIDTH);
                add(at + "self_attn.v_proj.weight", 0, WIDTH / 2, WIDTH);
                add(at + "self_attn.o_proj.weight", 0, WIDTH, WIDTH);
                add(at + "post_attention_layernorm.weight", 1, WIDTH);
                add(at + "mlp.gate_proj.weight", 0, INNER, WIDTH);
                add(at + "mlp.up_proj.weight", 0, INNER, WIDTH);
                add(at + "mlp.down_proj.weight", 0, WIDTH, INNER);
            }
            add("model.norm.weight", 1, WIDTH);
            return files("""
                    {"model_type": "llama", "vocab_size": %d, "max_position_embeddings": %d, "hidden_size": 16,
                     "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
                     "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "tie_word_embeddings": true}""");
        }

        TextFiles gpt2() {
            add("wte.weight", 0, vocabulary, WIDTH).add("wpe.weight", 0, POSITIONS, WIDTH);
            for (int l = 0; l < LAYERS; l++) {
                String at = "h." + l + ".";
                add(at + "ln_1.weight", 1, WIDTH).add(at + "ln_1.bias", 0, WIDTH);
                add(at + "ln_2.weight", 1, WIDTH).add(at + "ln_2.bias", 0, WIDTH);
                add(at + "attn.c_attn.weight", 0, WIDTH, 3 * WIDTH).add(at + "attn.c_attn.bias", 0, 3 * WIDTH);
                add(at + "attn.c_proj.weight", 0, WIDTH, WIDTH).add(at + "attn.c_proj.bias", 0, WIDTH);
                add(at + "mlp.c_fc.weight", 0, WIDTH, INNER).add(at + "mlp.c_fc.bias", 0, INNER);
                add(at + "mlp.c_proj.weight", 0, INNER, WIDTH).add(at + "mlp.c_proj.bias", 0, WIDTH);
            }
            add("ln_f.weight", 1, WIDTH).add("ln_f.bias", 0, WIDTH);
            return files("""
                    {"model_type": "gpt2", "vocab_size": %d, "n_positions": %d, "n_embd": 16, "n_head": 4,
                     "n_layer": 2, "n_inner": 24}""");
        }
    }
}
