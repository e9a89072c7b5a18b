package loom.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.Door;
import loom.format.DoorReport;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.format.TensorSource;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.Activation;
import loom.model.Attention;
import loom.model.Cell;
import loom.model.Dense;
import loom.model.Embedding;
import loom.model.FeedForward;
import loom.model.FieldException;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.LayerException;
import loom.model.LayerNorm;
import loom.model.Model;
import loom.model.Network;
import loom.model.PositionTable;
import loom.model.Positional;
import loom.model.Residual;
import loom.model.RmsNorm;
import loom.model.Rope;
import loom.model.Tensor;
import loom.numeric.DType;
import loom.text.TransformerConfig.Family;

/**
 * A transformer that continues text, from {@code config.json} and the weights of Hugging Face, as a network of layers: ids {@code [T]}
 * in, logits {@code [T, vocabulary]} out. Llama and its like: {@code embedding, (x + attention(rms(x)), x + swiglu(rms(x)))·L, rms, dense};
 * GPT-2: learned positions, layer norms, a plain feed-forward layer.
 *
 * @param ends tokens after which a text has ended
 * @param door values read, and how many of them rule D changed
 * @param rounded values that f32 does not hold
 */
public record Transformer(Model model, List<Integer> ends, DoorReport door, long rounded) {
    public Transformer {
        ends = List.copyOf(ends);
    }

    /** {@code context} positions, or as many as the model has if these are fewer. */
    public static Transformer read(Cursor config, TensorSource weights, int context) {
        TransformerConfig c = TransformerConfig.read(config);
        int length = Math.min(context, c.positions());
        Network network = network(config, c, length);
        Loading loading = new Loading(c, weights, config.file());
        loading.all(length);
        LinkedHashMap<String, Tensor> ordered = new LinkedHashMap<>();
        for (String name : network.parameters().keySet()) {
            ordered.put(name, loading.parameters.get(name));
        }
        Model model = new Model(network, ordered, Model.DEFAULT_SEED, new LinkedHashMap<>());
        return new Transformer(model, c.ends(), loading.door, loading.rounded);
    }

    private static Network network(Cursor config, TransformerConfig c, int length) {
        try {
            return network(c, length);
        } catch (LayerException | ShapeException | FieldException e) {
            throw config.error(Code.SHAPE, e.getMessage(), "");
        }
    }

    /** What {@link #read} makes, without its parameters. */
    static Network network(TransformerConfig c, int length) {
        boolean gpt2 = c.family() == Family.GPT2;
        List<Layer> layers = new ArrayList<>();
        layers.add(new Embedding(c.vocabulary(), c.width()));
        if (gpt2) {
            layers.add(new Positional(new PositionTable.Learned()));
        }
        for (int i = 0; i < c.layers(); i++) {
            layers.add(new Residual(List.of(norm(c), attention(c))));
            Activation f = gpt2 ? Activation.Simple.GELU_TANH : Activation.Simple.SILU;
            layers.add(new Residual(List.of(norm(c), new FeedForward(!gpt2, c.inner(), f, c.innerBias()))));
        }
        layers.add(norm(c));
        layers.add(new Dense(c.vocabulary(), Activation.Simple.LINEAR, false));
        Cell cell = new Cell(layers);
        return new Network("", Shape.of(length), new Grid(1, 1, List.of(cell)));
    }

    private static Layer norm(TransformerConfig c) {
        return c.family() == Family.GPT2 ? new LayerNorm(1, c.epsilon(), true, true) : new RmsNorm(c.epsilon(), true);
    }

    private static Layer attention(TransformerConfig c) {
        Attention a = Attention.of(c.heads())
                .withKeyValueHeads(c.keyValueHeads())
                .withHeadDimension(c.headDimension())
                .causal()
                .withBiases(c.keyBias(), c.outputBias());
        if (c.family() != Family.GPT2) {
            a = a.with(new Rope.Rotary(false, c.ropeBase(), Optional.empty(), c.ropeScaling()));
        }
        if (c.headNorm()) {
            a = a.withQkNorm(c.epsilon());
        }
        return c.window().isPresent() ? a.withWindow(c.window().get()) : a;
    }

    /** The parameters of the network, from tensors by the names that Hugging Face gives them. */
    private static final class Loading {
        private final TransformerConfig c;
        private final TensorSource weights;
        private final String file;
        private final LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        private DoorReport door = DoorReport.NONE;
        private long rounded;

        Loading(TransformerConfig c, TensorSource weights, String file) {
            this.c = c;
            this.weights = weights;
            this.file = file;
        }

        void all(int length) {
            if (c.family() == Family.GPT2) {
                gpt2(length);
            } else {
                llama();
            }
        }

        private static String at(int layer) {
            return "0.0." + layer + ".";
        }

        // ---- Llama and its like: matrices are [out, in] ----

        private void llama() {
            int d = c.width();
            int q = c.heads() * c.headDimension();
            int kv = c.keyValueHeads() * c.headDimension();
            Tensor embedding = tensor("model.embed_tokens.weight", c.vocabulary(), d);
            parameters.put(at(0) + Embedding.TABLE, embedding);
            for (int i = 0; i < c.layers(); i++) {
                String from = "model.layers." + i + ".";
                String a = at(1 + 2 * i);
                String f = at(2 + 2 * i);
                put(a + "0.scale", from + "input_layernorm.weight", d);
                String attention = from + "self_attn.";
                linear(a + "1." + Attention.QUERY, attention + "q_proj", d, q, c.keyBias());
                linear(a + "1." + Attention.KEY, attention + "k_proj", d, kv, c.keyBias());
                linear(a + "1." + Attention.VALUE, attention + "v_proj", d, kv, c.keyBias());
                linear(a + "1." + Attention.OUTPUT, attention + "o_proj", q, d, c.outputBias());
                if (c.headNorm()) {
                    put(a + "1." + Attention.QUERY + Attention.SCALE, attention + "q_norm.weight", c.headDimension());
                    put(a + "1." + Attention.KEY + Attention.SCALE, attention + "k_norm.weight", c.headDimension());
                }
                put(f + "0.scale", from + "post_attention_layernorm.weight", d);
                linear(f + "1." + FeedForward.GATE, from + "mlp.gate_proj", d, c.inner(), c.innerBias());
                linear(f + "1." + FeedForward.UP, from + "mlp.up_proj", d, c.inner(), c.innerBias());
                linear(f + "1." + FeedForward.DOWN, from + "mlp.down_proj", c.inner(), d, c.innerBias());
            }
            int last = 1 + 2 * c.layers();
            put(at(last) + "scale", "model.norm.weight", d);
            Tensor head = c.tied() ? embedding : tensor("lm_head.weight", c.vocabulary(), d);
            parameters.put(at(last + 1) + Dense.KERNEL, head.transposed());
        }

        private void linear(String name, String from, int in, int out, boolean bias) {
            parameters.put(name, tensor(from + ".weight", out, in).transposed());
            if (bias) {
                put(name + loom.model.Linear.BIAS, from + ".bias", out);
            }
        }

        // ---- GPT-2: matrices are [in, out], those of queries, keys and values side by side ----

        private void gpt2(int length) {
            int d = c.width();
            String prefix = weights.find("wte.weight").isPresent() ? "" : "transformer.";
            Tensor embedding = tensor(prefix + "wte.weight", c.vocabulary(), d);
            parameters.put(at(0) + Embedding.TABLE, embedding);
            Tensor positions = tensor(prefix + "wpe.weight", c.positions(), d);
            parameters.put(at(1) + "table", columns(positions.transposed(), 0, length, true));
            for (int i = 0; i < c.layers(); i++) {
                String from = prefix + "h." + i + ".";
                String a = at(2 + 2 * i);
                String f = at(3 + 2 * i);
                put(a + "0.scale", from + "ln_1.weight", d);
                put(a + "0.bias", from + "ln_1.bias", d);
                Tensor all = tensor(from + "attn.c_attn.weight", d, 3 * d);
                Tensor biases = tensor(from + "attn.c_attn.bias", 3 * d);
                String[] names = {Attention.QUERY, Attention.KEY, Attention.VALUE};
                for (int k = 0; k < names.length; k++) {
                    parameters.put(a + "1." + names[k], columns(all, k * d, d, false));
                    float[] b = java.util.Arrays.copyOfRange(biases.values(), k * d, (k + 1) * d);
                    parameters.put(a + "1." + names[k] + loom.model.Linear.BIAS, new Tensor(Shape.of(d), b));
                }
                plain(a + "1." + Attention.OUTPUT, from + "attn.c_proj", d, d);
                put(f + "0.scale", from + "ln_2.weight", d);
                put(f + "0.bias", from + "ln_2.bias", d);
                plain(f + "1." + FeedForward.UP, from + "mlp.c_fc", d, c.inner());
                plain(f + "1." + FeedForward.DOWN, from + "mlp.c_proj", c.inner(), d);
            }
            int last = 2 + 2 * c.layers();
            put(at(last) + "scale", prefix + "ln_f.weight", d);
            put(at(last) + "bias", prefix + "ln_f.bias", d);
            parameters.put(at(last + 1) + Dense.KERNEL, embedding.transposed());
        }

        private void plain(String name, String from, int in, int out) {
            put(name, from + ".weight", in, out);
            put(name + loom.model.Linear.BIAS, from + ".bias", out);
        }

        /** {@code count} columns from {@code first} on; with {@code turned} as rows. */
        private static Tensor columns(Tensor t, int first, int count, boolean turned) {
            int rows = t.shape().dim(0);
            int width = t.shape().dim(1);
            Tensor cut = t.made(Shape.of(rows, count), values -> {
                float[] out = new float[rows * count];
                for (int r = 0; r < rows; r++) {
                    System.arraycopy(values, r * width + first, out, r * count, count);
                }
                return out;
            });
            return turned ? cut.transposed() : cut;
        }

        // ---- tensors ----

        private void put(String name, String from, int... shape) {
            parameters.put(name, tensor(from, shape));
        }

        private Tensor tensor(String name, int... dims) {
            Shape shape = Shape.of(dims);
            Optional<? extends TensorSource.Stored> stored = weights.find(name);
            if (stored.isEmpty()) {
                throw error(Code.KEY, name, "no such tensor among the weights");
            }
            Shape found = stored.get().modelShape();
            if (!found.equals(shape)) {
                throw error(Code.SHAPE, name, "expected " + shape + ", found " + found);
            }
            DType.Widened values = stored.get().floats();
            door = door.plus(Door.round(values.values(), name));
            rounded += values.rounded();
            return weights.stays()
                    ? Tensor.kept(shape, () -> admitted(stored.get(), name))
                    : new Tensor(shape, values.values());
        }

        private static float[] admitted(TensorSource.Stored stored, String name) {
            float[] values = stored.floats().values();
            Door.round(values, name);
            return values;
        }

        private ModelException error(Code code, String name, String problem) {
            return new ModelException(code, file, name, "", problem, "");
        }
    }

    /** The same with the parameters that a machine has. */
    Transformer with(Model other) {
        return new Transformer(other, ends, door, rounded);
    }
}
