package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.GoLayer.Entry;
import loom.format.GoLayer.Stream;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Attention;
import loom.model.FeedForward;
import loom.model.Initialiser;
import loom.model.Linear;
import loom.model.Rope;
import loom.model.Tensor;

/**
 * Attention and gated feed-forward layers of the Go engine's files: a row of numbers are tokens one after the other. Its attention is
 * causal and turns queries and keys by their positions; how many heads keys and values have shows in their saved weights only.
 */
final class GoTransformer {
    private static final int HEADS = 8;
    private static final float BASE = 10000;
    private static final List<String> ATTENTION_KEYS = List.of("d_model", "num_heads", "seq_length", "rope_freq_base");
    private static final List<String> GATED_KEYS =
            List.of("input_size", "input_height", "output_size", "output_height", "width", "height");

    private GoTransformer() {}

    // ---- attention ----

    static GoLayer attention(GoLayers reader, Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), ATTENTION_KEYS);
        int d = GoKeys.agree(c, "model", List.of("d_model"));
        int heads = GoKeys.size(c, "num_heads") == 0 ? HEADS : GoKeys.size(c, "num_heads");
        if (d % heads != 0) {
            throw c.error(Code.SHAPE, "expected d_model " + d + " to be a multiple of num_heads " + heads, "");
        }
        int width = width(e, d);
        Attention layer = Attention.of(heads).causal().with(new Rope.Rotary(false, base(c), Optional.empty()));
        Weights weights = new Weights(reader, e, new LinkedHashMap<>());
        if (e.weights().isPresent()) {
            int shared = sharedHeads(e.weights().get(), d, d / heads);
            int keys = shared * (d / heads);
            boolean biases = weights.anyOf("q_bias", "k_bias", "v_bias");
            boolean outputBias = weights.anyOf("output_bias");
            weights.linear(Attention.QUERY, "q_weights", "q_bias", biases, d, d);
            weights.linear(Attention.KEY, "k_weights", "k_bias", biases, d, keys);
            weights.linear(Attention.VALUE, "v_weights", "v_bias", biases, d, keys);
            weights.linear(Attention.OUTPUT, "output_weight", "output_bias", outputBias, d, d);
            weights.nothingElse();
            layer = layer.withKeyValueHeads(shared).withBiases(biases, outputBias);
            reader.notes()
                    .add(c.layer() + ": its output projection is part of the answer; the Go engine left it out when it"
                            + " answered and trained");
        }
        return GoLayer.inRowsOf(d, GoLayer.of(layer, c, width, width, weights.into()))
                .with(Stream.ADDS);
    }

    /** Elements of all tokens. */
    private static int width(Entry e, int d) {
        Cursor c = e.config();
        long said = (long) d * GoKeys.size(c, "seq_length");
        if (said == 0 && e.width().isEmpty()) {
            throw c.error(
                    Code.SHAPE,
                    "attention as the first layer does not say how many tokens there are",
                    "give seq_length");
        }
        long width = e.width().isPresent() ? e.width().get() : said;
        if (width % d != 0 || said != 0 && width != said || width > Integer.MAX_VALUE) {
            throw c.error(
                    Code.SHAPE,
                    "expected an input of " + (said == 0 ? "a multiple of d_model " + d : "seq_length·d_model " + said)
                            + ", found " + width + " from the layer before",
                    "");
        }
        return (int) width;
    }

    private static int sharedHeads(Cursor weights, int d, int size) {
        Cursor keys = weights.member("k_weights");
        int elements = keys.reals().length;
        long head = (long) d * size;
        if (elements == 0 || elements % head != 0) {
            throw keys.error(
                    Code.DATA,
                    "expected a multiple of " + head + " numbers for heads of " + size + ", found " + elements,
                    "");
        }
        return (int) (elements / head);
    }

    private static float base(Cursor c) {
        float base = c.optional("rope_freq_base").map(Cursor::real).orElse(0f);
        if (base != 0 && !(base >= 1 && base <= 0x1p40f)) {
            throw c.member("rope_freq_base").expected("0 or a number from 1 to 2^40");
        }
        return base == 0 ? BASE : base;
    }

    // ---- gated ----

    static GoLayer gated(GoLayers reader, Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), GATED_KEYS);
        int d = GoKeys.agree(c, "input", List.of("input_size", "input_height"));
        int units = GoKeys.agree(c, "output", List.of("output_size", "output_height"));
        int width = e.width().orElse(d);
        if (width % d != 0) {
            throw c.error(
                    Code.SHAPE,
                    "expected an input of a multiple of " + d + ", found " + width + " from the layer before",
                    "");
        }
        Weights weights = new Weights(reader, e, new LinkedHashMap<>());
        boolean biases = e.weights().isEmpty() || weights.anyOf("gate_bias", "up_bias");
        boolean outputBias = e.weights().isEmpty() || weights.anyOf("down_bias");
        if (e.weights().isPresent()) {
            weights.linear(FeedForward.GATE, "gate_weights", "gate_bias", biases, d, units);
            weights.linear(FeedForward.UP, "up_weights", "up_bias", biases, d, units);
            weights.linear(FeedForward.DOWN, "down_weights", "down_bias", outputBias, units, d);
            weights.nothingElse();
        }
        FeedForward layer = new FeedForward(
                true, units, Activation.Simple.SILU, biases, outputBias, Initialiser.Scaled.GLOROT_UNIFORM);
        GoLayer gated = GoLayer.of(layer, c, width, width, weights.into());
        return (width == d ? gated : GoLayer.inRowsOf(d, gated)).with(Stream.ADDS);
    }

    // ---- both ----

    /** Saved weights by our names. A bias that is missing where others are saved is zeros, as in that engine. */
    private record Weights(GoLayers reader, Entry entry, LinkedHashMap<String, Tensor> into, List<String> seen) {
        Weights(GoLayers reader, Entry entry, LinkedHashMap<String, Tensor> into) {
            this(reader, entry, into, new ArrayList<>());
        }

        private Cursor at() {
            return entry.weights().orElseThrow();
        }

        boolean anyOf(String... keys) {
            boolean any = false;
            for (String key : keys) {
                any |= at().has(key) && !GoKeys.empty(at().member(key));
            }
            return any;
        }

        void linear(String name, String matrix, String bias, boolean hasBias, int in, int out) {
            seen.addAll(List.of(matrix, bias));
            into.put(name, reader.tensor(at().member(matrix), Shape.of(in, out)));
            if (hasBias) {
                Shape shape = Shape.of(out);
                into.put(
                        name + Linear.BIAS,
                        anyOf(bias) ? reader.tensor(at().member(bias), shape) : new Tensor(shape, new float[out]));
            }
        }

        void nothingElse() {
            GoKeys.others(at(), List.of("dtype"), seen);
        }
    }
}
