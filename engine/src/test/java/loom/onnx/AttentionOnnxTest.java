package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.model.Attention;
import loom.model.Earlier;
import loom.model.LayerOptions;
import loom.model.Model;
import loom.model.Network;
import loom.model.Recall;
import loom.model.Slice;
import loom.model.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attention of given queries, keys and values. Rows of the network's input are the queries, then keys and values side by side; the
 * matrices of the layer pick their elements. Heads are as wide as the wider of query and value, filled up with zeros.
 *
 * <p>The published cases of RotaryEmbedding are not compared: they give random numbers in the place of sines and cosines.
 */
class AttentionOnnxTest {
    /** What the published cases have beside this, and why that is not compared. */
    private static final Map<String, String> NOT_COMPARED = Map.of(
            "attn_mask", "a mask of any form, added to the scores: the layer's masks are causal, windows and padding",
            "past_key", "keys of earlier runs: the decoder keeps them itself, and is compared with the whole sequence",
            "nonpad_kv_seqlen", "padding by a number of keys: the layer's is by a value at each key",
            "softcap", "scores through a tanh",
            "fp16", "half precision");

    static Stream<OnnxCase> cases() {
        return OnnxCase.of("Attention").stream();
    }

    /** {@code [N, positions, heads·size]}: 4 axes are {@code [N, heads, positions, size]}. */
    private record Rows(int batch, int positions, int heads, int size, double[] values) {
        static Rows of(OnnxTensor t, int heads) {
            int[] d = t.dims();
            if (d.length == 3) {
                return new Rows(d[0], d[1], heads, d[2] / heads, t.values());
            }
            double[] v = new double[t.values().length];
            for (int i = 0; i < v.length; i++) {
                int e = i % d[3];
                int p = i / d[3] % d[2];
                int h = i / d[3] / d[2] % d[1];
                int n = i / d[3] / d[2] / d[1];
                v[((n * d[2] + p) * d[1] + h) * d[3] + e] = t.values()[i];
            }
            return new Rows(d[0], d[2], d[1], d[3], v);
        }

        int width() {
            return heads * size;
        }
    }

    private static OnnxTensor input(Rows q, Rows k, Rows v, int width) {
        int rows = q.positions + k.positions;
        double[] x = new double[q.batch * rows * width];
        for (int n = 0; n < q.batch; n++) {
            for (int p = 0; p < q.positions; p++) {
                System.arraycopy(q.values, (n * q.positions + p) * q.width(), x, (n * rows + p) * width, q.width());
            }
            for (int p = 0; p < k.positions; p++) {
                int at = (n * rows + q.positions + p) * width;
                System.arraycopy(k.values, (n * k.positions + p) * k.width(), x, at, k.width());
                System.arraycopy(v.values, (n * k.positions + p) * v.width(), x, at + k.width(), v.width());
            }
        }
        return new OnnxTensor("x", new int[] {q.batch, rows, width}, x);
    }

    /** {@code [in, out]} with a 1 in each column that has a source. */
    private static Tensor picking(int in, int out, IntUnaryOperator source) {
        float[] w = new float[in * out];
        for (int o = 0; o < out; o++) {
            if (source.applyAsInt(o) >= 0) {
                w[source.applyAsInt(o) * out + o] = 1;
            }
        }
        return new Tensor(Shape.of(in, out), w);
    }

    /** Element e of head h of {@code size} is element e of head h of {@code own}, from {@code offset} on. */
    private static IntUnaryOperator heads(int size, int own, int offset) {
        return o -> o % size < own ? offset + o / size * own + o % size : -1;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void attention(OnnxCase c) {
        c.node().onlyHas(Set.of("is_causal", "kv_num_heads", "q_num_heads", "scale"));
        assertThat(c.node().inputs()).hasSize(3);
        Rows q = Rows.of(c.operand(0), c.node().whole("q_num_heads", 0));
        Rows k = Rows.of(c.operand(1), c.node().whole("kv_num_heads", 0));
        Rows v = Rows.of(c.operand(2), c.node().whole("kv_num_heads", 0));
        int size = Math.max(q.size, v.size);
        int width = Math.max(q.width(), k.width() + v.width());
        Attention attention = Attention.of(q.heads)
                .withKeyValueHeads(k.heads)
                .withHeadDimension(size)
                .to(Earlier.of("memory"))
                .withScale(c.node().real("scale", (float) (1 / Math.sqrt(q.size))))
                .withBiases(false, false);
        Network network = Network.of(
                "",
                Shape.of(q.positions + k.positions, width),
                LayerOptions.NONE.named("memory").on(new Slice(0, q.positions, k.positions)),
                new Recall(Earlier.INPUT),
                new Slice(0, 0, q.positions),
                c.node().whole("is_causal", 0) == 1 ? attention.causal() : attention,
                new Slice(1, 0, q.heads * v.size));
        Model initial = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> p = initial.parameters();
        int inner = q.heads * size;
        int keys = k.heads * size;
        p.put("0.0.3.query", picking(width, inner, heads(size, q.size, 0)));
        p.put("0.0.3.key", picking(width, keys, heads(size, k.size, 0)));
        p.put("0.0.3.value", picking(width, keys, heads(size, v.size, k.width())));
        p.put("0.0.3.output", picking(inner, width, o -> o < q.heads * v.size ? o / v.size * size + o % v.size : -1));
        Rows y = Rows.of(c.output(), q.heads);
        OnnxTensor expected = new OnnxTensor("y", new int[] {y.batch, y.positions, y.width()}, y.values);
        OnnxCheck.assertGives(initial.withParameters(p), input(q, k, v, width), expected);
    }

    @Test
    void listsWhatIsNotCompared() {
        NOT_COMPARED.forEach((what, why) -> System.out.println("not compared: Attention with " + what + ": " + why));
        assertThat(cases().map(OnnxCase::name))
                .hasSize(10)
                .noneMatch(n -> List.of("fp16", "softcap", "past").stream().anyMatch(n::contains));
    }
}
