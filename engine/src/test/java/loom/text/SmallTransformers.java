package loom.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import loom.format.Cursor;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;

/** Small transformers of every family with random weights. */
enum SmallTransformers {
    LLAMA(
            "\"model_type\":\"llama\",\"num_key_value_heads\":2,\"head_dim\":4,\"rms_norm_eps\":1e-5,\"rope_theta\":500.0",
            p -> {
                p.head = 4;
                p.ropeBase = 500;
            },
            false),
    TIED(
            "\"model_type\":\"llama\",\"num_key_value_heads\":4,\"head_dim\":null,\"attention_bias\":true,\"tie_word_embeddings\":true,"
                    + "\"num_attention_heads\":2,\"num_key_value_heads\":2,\"rms_norm_eps\":1e-5",
            p -> {
                p.heads = 2;
                p.head = 6;
            },
            true),
    MISTRAL(
            "\"model_type\":\"mistral\",\"num_key_value_heads\":1,\"head_dim\":4,\"sliding_window\":3,\"rms_norm_eps\":1e-5",
            p -> {
                p.head = 4;
                p.keyValueHeads = 1;
                p.window = 3;
            },
            false),
    QWEN2(
            "\"model_type\":\"qwen2\",\"num_key_value_heads\":2,\"head_dim\":4,\"sliding_window\":3,\"use_sliding_window\":false,"
                    + "\"rms_norm_eps\":1e-6,\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":1000000.0}",
            p -> {
                p.head = 4;
                p.epsilon = 1e-6;
                p.ropeBase = 1e6;
            },
            false),
    QWEN3(
            "\"model_type\":\"qwen3\",\"num_key_value_heads\":2,\"head_dim\":8,\"rms_norm_eps\":1e-6,\"tie_word_embeddings\":true",
            p -> {
                p.head = 8;
                p.epsilon = 1e-6;
                p.headNorm = true;
            },
            true),
    GPT2(
            "\"model_type\":\"gpt2\"",
            p -> {
                p.gpt2 = true;
                p.keyValueHeads = 4;
            },
            true),
    /** Of four frequencies one stays, one is between, two become lower. */
    LLAMA31(
            "\"model_type\":\"llama\",\"num_key_value_heads\":2,\"head_dim\":8,\"rms_norm_eps\":1e-5,\"rope_theta\":500.0,"
                    + "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                    + "\"original_max_position_embeddings\":64}",
            p -> {
                p.head = 8;
                p.ropeBase = 500;
                p.ropeScaling = f -> {
                    double turns = 64 * f / (2 * Math.PI);
                    double s = Math.max(0, Math.min(1, (turns - 1) / 3));
                    return (1 - s) * f / 8 + s * f;
                };
            },
            false),
    LINEAR(
            "\"model_type\":\"llama\",\"num_key_value_heads\":2,\"head_dim\":4,\"rms_norm_eps\":1e-5,"
                    + "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2.5}",
            p -> {
                p.head = 4;
                p.ropeScaling = f -> f / 2.5;
            },
            false);

    static final int POSITIONS = 16;

    private final String keys;
    final boolean tied;
    final LinkedHashMap<String, StoredTensor> weights = new LinkedHashMap<>();
    final PlainTransformer plain = new PlainTransformer(weights);
    private final SplittableRandom random = new SplittableRandom(ordinal());

    SmallTransformers(String keys, Consumer<PlainTransformer> set, boolean tied) {
        this.keys = keys;
        this.tied = tied;
        set.accept(plain);
        if (plain.gpt2) {
            gpt2();
        } else {
            llama();
        }
    }

    String config() {
        String shape = plain.gpt2
                ? "\"n_embd\":12,\"n_head\":4,\"n_layer\":2,\"n_inner\":20,\"n_positions\":16"
                : "\"hidden_size\":12,\"num_hidden_layers\":2,\"intermediate_size\":20,\"max_position_embeddings\":16"
                        + (keys.contains("num_attention_heads") ? "" : ",\"num_attention_heads\":4");
        String own = keys.replace("\"num_key_value_heads\":4,", "");
        return "{\"architectures\":[\"X\"],\"vocab_size\":37,\"eos_token_id\":[36]," + shape + "," + own + "}";
    }

    Transformer read(int context) {
        return Transformer.read(Cursor.parse("config.json", config()), file(), context);
    }

    TensorFile file() {
        return new TensorFile(weights, new LinkedHashMap<>(Map.of()));
    }

    private void add(String name, double around, int... shape) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (around + 0.6 * (random.nextDouble() - 0.5));
        }
        weights.put(name, StoredTensor.of(name, shape, values));
    }

    private void linear(String name, int in, int out, boolean bias) {
        if (plain.gpt2) {
            add(name + ".weight", 0, in, out);
        } else {
            add(name + ".weight", 0, out, in);
        }
        if (bias) {
            add(name + ".bias", 0, out);
        }
    }

    private void llama() {
        int d = plain.width;
        boolean bias = keys.contains("qwen2") || keys.contains("attention_bias");
        add("model.embed_tokens.weight", 0, plain.vocabulary, d);
        for (int l = 0; l < plain.layers; l++) {
            String at = "model.layers." + l + ".";
            add(at + "input_layernorm.weight", 1, d);
            linear(at + "self_attn.q_proj", d, plain.heads * plain.head, bias);
            linear(at + "self_attn.k_proj", d, plain.keyValueHeads * plain.head, bias);
            linear(at + "self_attn.v_proj", d, plain.keyValueHeads * plain.head, bias);
            linear(at + "self_attn.o_proj", plain.heads * plain.head, d, bias && !keys.contains("qwen2"));
            if (plain.headNorm) {
                add(at + "self_attn.q_norm.weight", 1, plain.head);
                add(at + "self_attn.k_norm.weight", 1, plain.head);
            }
            add(at + "post_attention_layernorm.weight", 1, d);
            linear(at + "mlp.gate_proj", d, plain.inner, false);
            linear(at + "mlp.up_proj", d, plain.inner, false);
            linear(at + "mlp.down_proj", plain.inner, d, false);
        }
        add("model.norm.weight", 1, d);
        if (!tied) {
            add("lm_head.weight", 0, plain.vocabulary, d);
        }
    }

    private void gpt2() {
        int d = plain.width;
        add("wte.weight", 0, plain.vocabulary, d);
        add("wpe.weight", 0, POSITIONS, d);
        for (int l = 0; l < plain.layers; l++) {
            String at = "h." + l + ".";
            for (String n : new String[] {"ln_1", "ln_2"}) {
                add(at + n + ".weight", 1, d);
                add(at + n + ".bias", 0, d);
            }
            linear(at + "attn.c_attn", d, 3 * d, true);
            linear(at + "attn.c_proj", d, d, true);
            linear(at + "mlp.c_fc", d, plain.inner, true);
            linear(at + "mlp.c_proj", plain.inner, d, true);
        }
        add("ln_f.weight", 1, d);
        add("ln_f.bias", 0, d);
    }
}
