package loom.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import loom.format.JsonWriter;
import loom.format.PackedTensor;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.model.Attention;
import loom.model.Dense;
import loom.model.Embedding;
import loom.model.FeedForward;
import loom.model.FieldException;
import loom.model.Heads;
import loom.model.Initialiser;
import loom.model.Layer;
import loom.model.LayerException;
import loom.model.Linear;
import loom.model.Model;
import loom.model.Network;
import loom.model.Place;
import loom.model.Precision;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Rope;
import loom.model.RopeScaling;
import loom.model.Tensor;
import loom.numeric.DType;

/**
 * A network as a folder of Hugging Face, if it is a Llama or a Qwen 3: what {@link Transformer} reads, layer by layer. What only training looks
 * at, initialisers and dropout, does not count.
 *
 * @param config content of {@code config.json}
 */
public record TransformerExport(String config, TensorFile weights) {
    /**
     * Matrices stored as bf16 or f16 in {@code packed} stay so, everything else is f32. Throws {@link LayerException} for the first layer that is
     * another than such a transformer has.
     */
    public static TransformerExport of(Model model, Map<String, PackedTensor> packed) {
        Network network = model.network();
        TransformerConfig c = new Reader(network).config();
        check(network, Transformer.network(c, network.input().dim(0)));
        return new TransformerExport(json(c), new Tensors(model, packed, c).all());
    }

    // ---- what the network is ----

    /** The numbers of a transformer, from the first layers that tell them. */
    private record Reader(Network network) {
        TransformerConfig config() {
            Embedding embedding = (Embedding)
                    find("embedding", layer -> layer instanceof Embedding).layer();
            Place attention = find("attention", layer -> layer instanceof Attention);
            Attention a = (Attention) attention.layer();
            int width = embedding.dimension();
            int size = a.heads().dimension().orElse(width / a.heads().count());
            FeedForward f = (FeedForward)
                    find("gated", layer -> layer instanceof FeedForward).layer();
            Rope.Rotary rope = a.rope() instanceof Rope.Rotary r ? r : new Rope.Rotary(false);
            if (!rope.scaling().equals(new RopeScaling.None())) {
                throw new LayerException(attention.label(), "scaled rotary positions are not written");
            }
            return new TransformerConfig(
                    a.qkNorm().isPresent() ? TransformerConfig.Family.QWEN3 : TransformerConfig.Family.LLAMA,
                    embedding.vocabulary(),
                    width,
                    f.units(),
                    Math.max(1, (network.places().size() - 3) / 2),
                    a.heads().count(),
                    a.heads().keyValueHeads().orElse(a.heads().count()),
                    size,
                    network.input().dim(0),
                    ((RmsNorm) find("rms_norm", layer -> layer instanceof RmsNorm)
                                    .layer())
                            .epsilon(),
                    rope.base(),
                    rope.scaling(),
                    Optional.empty(),
                    a.useBias(),
                    a.useBias(),
                    f.useBias(),
                    a.qkNorm().isPresent(),
                    false,
                    List.of());
        }

        private Place find(String type, Predicate<Layer> is) {
            for (Place p : network.allPlaces()) {
                if (is.test(p.layer())) {
                    return p;
                }
            }
            throw new LayerException("network", "no " + type + ", which every transformer has");
        }
    }

    private static void check(Network found, Network expected) {
        if (found.input().rank() != 1 || found.grid().rows() * found.grid().columns() != 1) {
            throw new LayerException("network", "expected one cell and an input of ids [positions]");
        }
        List<Place> all = found.allPlaces();
        List<Place> like = expected.allPlaces();
        for (int i = 0; i < Math.max(all.size(), like.size()); i++) {
            if (i >= all.size()) {
                throw new LayerException(like.get(i).label(), "is missing: a transformer has it");
            }
            Place p = all.get(i);
            if (p.options().precision() != Precision.F32) {
                throw new LayerException(
                        p.label(), "precision " + p.options().precision() + " has no form in such a folder");
            }
            boolean same = i < like.size()
                    && p.path().equals(like.get(i).path())
                    && !p.options().disabled()
                    && inAnswers(p.layer(), p).equals(inAnswers(like.get(i).layer(), like.get(i)));
            if (!same) {
                throw new LayerException(
                        p.label(),
                        i < like.size()
                                ? "a transformer has "
                                        + like.get(i).layer().fields().text() + " here, found "
                                        + p.layer().fields().text()
                                : "a transformer has ended here");
            }
        }
    }

    /** A layer without what only training looks at, and with its defaults as numbers; of one with others inside its name. */
    private static Object inAnswers(Layer layer, Place place) {
        return switch (layer) {
            case Attention a -> {
                int count = a.heads().count();
                int size = a.heads().dimension().orElse(place.input().dim(1) / count);
                Heads heads =
                        new Heads(count, Optional.of(a.heads().keyValueHeads().orElse(count)), Optional.of(size));
                yield new Attention(
                        heads,
                        a.sight(),
                        a.memory(),
                        a.rope(),
                        a.qkNorm(),
                        a.scale(),
                        0,
                        a.useBias(),
                        a.useOutputBias(),
                        Initialiser.Scaled.GLOROT_UNIFORM);
            }
            case FeedForward f ->
                new FeedForward(
                        f.gated(),
                        f.units(),
                        f.activation(),
                        f.useBias(),
                        f.useOutputBias(),
                        Initialiser.Scaled.GLOROT_UNIFORM);
            case Embedding e when e.paddingId().isEmpty() -> new Embedding(e.vocabulary(), e.dimension());
            case Dense d -> new Dense(d.units(), d.activation(), d.useBias());
            case Residual r -> r.typeName();
            default -> layer;
        };
    }

    // ---- files ----

    private static String json(TransformerConfig c) {
        boolean qwen = c.headNorm();
        JsonWriter w = new JsonWriter().beginObject();
        w.key("architectures").beginRow().text(qwen ? "Qwen3ForCausalLM" : "LlamaForCausalLM");
        w.endList();
        w.key("model_type").text(qwen ? "qwen3" : "llama");
        w.key("vocab_size").whole(c.vocabulary());
        w.key("hidden_size").whole(c.width());
        w.key("intermediate_size").whole(c.inner());
        w.key("num_hidden_layers").whole(c.layers());
        w.key("num_attention_heads").whole(c.heads());
        w.key("num_key_value_heads").whole(c.keyValueHeads());
        w.key("head_dim").whole(c.headDimension());
        w.key("max_position_embeddings").whole(c.positions());
        w.key("rms_norm_eps").real(c.epsilon());
        w.key("rope_theta").real(c.ropeBase());
        w.key("hidden_act").text("silu");
        w.key("attention_bias").flag(c.keyBias());
        w.key("mlp_bias").flag(c.innerBias());
        w.key("tie_word_embeddings").flag(c.tied());
        return w.endObject().finish();
    }

    /** The parameters by the names that Hugging Face gives them; matrices are [out, in] there. */
    private static final class Tensors {
        private final Model model;
        private final Map<String, PackedTensor> packed;
        private final TransformerConfig c;
        private final LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();

        Tensors(Model model, Map<String, PackedTensor> packed, TransformerConfig c) {
            this.model = model;
            this.packed = packed;
            this.c = c;
        }

        TensorFile all() {
            put("0.0.0." + Embedding.TABLE, "model.embed_tokens.weight");
            for (int i = 0; i < c.layers(); i++) {
                String to = "model.layers." + i + ".";
                String a = "0.0." + (1 + 2 * i) + ".";
                String f = "0.0." + (2 + 2 * i) + ".";
                put(a + "0.scale", to + "input_layernorm.weight");
                linear(a + "1." + Attention.QUERY, to + "self_attn.q_proj");
                linear(a + "1." + Attention.KEY, to + "self_attn.k_proj");
                linear(a + "1." + Attention.VALUE, to + "self_attn.v_proj");
                linear(a + "1." + Attention.OUTPUT, to + "self_attn.o_proj");
                if (c.headNorm()) {
                    put(a + "1." + Attention.QUERY + Attention.SCALE, to + "self_attn.q_norm.weight");
                    put(a + "1." + Attention.KEY + Attention.SCALE, to + "self_attn.k_norm.weight");
                }
                put(f + "0.scale", to + "post_attention_layernorm.weight");
                linear(f + "1." + FeedForward.GATE, to + "mlp.gate_proj");
                linear(f + "1." + FeedForward.UP, to + "mlp.up_proj");
                linear(f + "1." + FeedForward.DOWN, to + "mlp.down_proj");
            }
            int last = 1 + 2 * c.layers();
            put("0.0." + last + ".scale", "model.norm.weight");
            turned("0.0." + (last + 1) + "." + Dense.KERNEL, "lm_head.weight");
            return new TensorFile(tensors, new LinkedHashMap<>());
        }

        private void linear(String name, String to) {
            turned(name, to + ".weight");
            if (model.parameters().containsKey(name + Linear.BIAS)) {
                put(name + Linear.BIAS, to + ".bias");
            }
        }

        private void turned(String name, String to) {
            put(name, to, model.parameters().get(name).transposed());
        }

        private void put(String name, String to) {
            put(name, to, model.parameters().get(name));
        }

        private void put(String name, String to, Tensor values) {
            List<Long> shape = new ArrayList<>();
            for (int d : values.shape().dims()) {
                shape.add((long) d);
            }
            DType type = type(name);
            tensors.put(
                    to,
                    StoredTensor.of(
                            to, type, shape, type.narrow(values.values()).bytes()));
        }

        private DType type(String name) {
            PackedTensor p = packed.get(name);
            if (p == null) {
                return DType.F32;
            }
            if (p.type().isScaled()) {
                throw new FieldException(
                        name, "stored as " + p.type().label() + ": such a folder holds f32, bf16 and f16");
            }
            return p.type().inFiles();
        }
    }
}
