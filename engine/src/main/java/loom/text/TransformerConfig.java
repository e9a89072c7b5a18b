package loom.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException.Code;
import loom.model.FieldException;
import loom.model.RopeScaling;

/**
 * What a {@code config.json} of Hugging Face says of a transformer: Llama (SmolLM, too), Mistral, Qwen 2 and 3, GPT-2. Keys that change
 * nothing here are passed over; those that ask for something that is not known are refused.
 *
 * @param headDimension elements of a head
 * @param window how many positions attention sees back, if not all
 * @param keyBias whether queries, keys and values have biases
 * @param headNorm whether queries and keys are normalised (Qwen 3)
 * @param tied whether the last matrix is the embedding's
 * @param ends tokens after which a text has ended
 */
record TransformerConfig(
        Family family,
        int vocabulary,
        int width,
        int inner,
        int layers,
        int heads,
        int keyValueHeads,
        int headDimension,
        int positions,
        float epsilon,
        float ropeBase,
        RopeScaling ropeScaling,
        Optional<Integer> window,
        boolean keyBias,
        boolean outputBias,
        boolean innerBias,
        boolean headNorm,
        boolean tied,
        List<Integer> ends) {
    private static final int MAX = 1 << 24;

    /** The network is built before weights are looked for. */
    private static final int MAX_LAYERS = 4096;

    enum Family {
        LLAMA("llama"),
        MISTRAL("mistral"),
        QWEN2("qwen2"),
        QWEN3("qwen3"),
        GPT2("gpt2");

        private final String type;

        Family(String type) {
            this.type = type;
        }
    }

    static TransformerConfig read(Cursor c) {
        Family family = family(c.member("model_type"));
        return family == Family.GPT2 ? gpt2(c) : llama(c, family);
    }

    private static Family family(Cursor type) {
        List<String> known = new ArrayList<>();
        for (Family f : Family.values()) {
            if (f.type.equals(type.string())) {
                return f;
            }
            known.add(f.type);
        }
        throw type.error(
                Code.UNSUPPORTED,
                "the architecture \"" + type.string() + "\" is not known here",
                "known: " + String.join(", ", known));
    }

    private static TransformerConfig llama(Cursor c, Family family) {
        int width = whole(c, "hidden_size");
        int heads = whole(c, "num_attention_heads");
        only(c, "hidden_act", "silu");
        boolean bias = family == Family.QWEN2 || flag(c, "attention_bias");
        boolean sliding = family == Family.MISTRAL || flag(c, "use_sliding_window");
        int positions = whole(c, "max_position_embeddings");
        return new TransformerConfig(
                family,
                whole(c, "vocab_size"),
                width,
                whole(c, "intermediate_size"),
                c.member("num_hidden_layers").whole(1, MAX_LAYERS),
                heads,
                given(c, "num_key_value_heads").map(v -> v.whole(1, MAX)).orElse(heads),
                given(c, "head_dim").map(v -> v.whole(1, MAX)).orElse(width / heads),
                positions,
                given(c, "rms_norm_eps").map(Cursor::real).orElse(1e-6f),
                ropeBase(c),
                ropeScaling(c),
                sliding ? given(c, "sliding_window").map(v -> v.whole(1, MAX)) : Optional.empty(),
                bias,
                bias && family != Family.QWEN2,
                flag(c, "mlp_bias"),
                family == Family.QWEN3,
                flag(c, "tie_word_embeddings"),
                ends(c));
    }

    private static TransformerConfig gpt2(Cursor c) {
        int width = whole(c, "n_embd");
        int heads = whole(c, "n_head");
        only(c, "activation_function", "gelu_new");
        if (flag(c, "scale_attn_by_inverse_layer_idx")) {
            throw c.member("scale_attn_by_inverse_layer_idx").error(Code.UNSUPPORTED, "is not known here", "");
        }
        return new TransformerConfig(
                Family.GPT2,
                whole(c, "vocab_size"),
                width,
                given(c, "n_inner").map(v -> v.whole(1, MAX)).orElse(4 * width),
                c.member("n_layer").whole(1, MAX_LAYERS),
                heads,
                heads,
                width / heads,
                whole(c, "n_positions"),
                given(c, "layer_norm_epsilon").map(Cursor::real).orElse(1e-5f),
                0,
                new RopeScaling.None(),
                Optional.empty(),
                true,
                true,
                true,
                false,
                true,
                ends(c));
    }

    private static float ropeBase(Cursor c) {
        Optional<Cursor> own = rotation(c).flatMap(r -> given(r, "rope_theta"));
        return own.or(() -> given(c, "rope_theta")).map(Cursor::real).orElse(10000f);
    }

    /** New files have all of it in one place. */
    private static Optional<Cursor> rotation(Cursor c) {
        return given(c, "rope_scaling").or(() -> given(c, "rope_parameters"));
    }

    private static RopeScaling ropeScaling(Cursor c) {
        Optional<Cursor> rotation = rotation(c);
        if (rotation.isEmpty()) {
            return new RopeScaling.None();
        }
        Cursor r = rotation.get();
        Cursor type = r.member(r.has("rope_type") ? "rope_type" : "type");
        try {
            return switch (type.string()) {
                // Dynamic ones change where a text is longer than the model's positions, which it never is here.
                case "default", "dynamic" -> new RopeScaling.None();
                case "linear" -> new RopeScaling.Linear(r.member("factor").real());
                case "llama3" ->
                    new RopeScaling.Llama3(
                            r.member("factor").real(),
                            r.member("low_freq_factor").real(),
                            r.member("high_freq_factor").real(),
                            whole(r, "original_max_position_embeddings"));
                default ->
                    throw type.error(
                            Code.UNSUPPORTED, "positions scaled by \"" + type.string() + "\" are not known here", "");
            };
        } catch (FieldException e) {
            throw r.error(Code.VALUE, e.getMessage(), "");
        }
    }

    private static void only(Cursor c, String key, String known) {
        Optional<Cursor> v = given(c, key);
        if (v.isPresent() && !v.get().string().equals(known)) {
            throw v.get()
                    .error(
                            Code.UNSUPPORTED,
                            "expected \"" + known + "\", found \"" + v.get().string() + "\"",
                            "");
        }
    }

    private static List<Integer> ends(Cursor c) {
        List<Integer> ids = new ArrayList<>();
        given(c, "eos_token_id").ifPresent(v -> {
            for (Cursor id : v.isList() ? v.elements() : List.of(v)) {
                ids.add(id.whole(0, MAX));
            }
        });
        return ids;
    }

    private static int whole(Cursor c, String key) {
        return c.member(key).whole(1, MAX);
    }

    private static boolean flag(Cursor c, String key) {
        return given(c, key).map(Cursor::flag).orElse(false);
    }

    private static Optional<Cursor> given(Cursor c, String key) {
        return c.optional(key).filter(v -> !v.isNull());
    }
}
