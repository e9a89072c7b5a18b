package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.numeric.F32;

/** Attention and what belongs to it. */
final class AttentionOperators {
    private static final float NEVER = -0x1p50f;

    static final List<Operator> ALL = List.of(
            new Operator("Attention", 23, "without nonpad_kv_seqlen", AttentionOperators::attention),
            Operator.of("RotaryEmbedding", 23, AttentionOperators::rotary));

    private AttentionOperators() {}

    /** {@code [N, heads, positions, width]}. */
    private static Node heads(Call c, int operand, String count) {
        GraphBuilder g = c.graph();
        Node x = c.real(operand);
        Shape s = x.shape();
        if (s.rank() == 4) {
            return x;
        }
        int n = c.whole(count, 0);
        if (s.rank() != 3 || n < 1 || s.dim(2) % n != 0) {
            throw c.refuse(n + " heads of " + s);
        }
        Shape split = Shape.of(List.of(s.extent(0), s.extent(1), Extent.of(n), Extent.of(s.dim(2) / n)));
        return g.permute(g.reshape(x, split), 0, 2, 1, 3);
    }

    /** Keys and values of as many heads as there are queries. */
    private static Node repeated(GraphBuilder g, Node x, int heads) {
        Shape s = x.shape();
        int times = heads / s.dim(1);
        if (times == 1) {
            return x;
        }
        Shape wide = s.insert(2, Extent.of(times));
        return g.reshape(g.broadcast(g.reshape(x, s.insert(2, Extent.ONE)), wide), s.withDim(1, Extent.of(heads)));
    }

    private static List<Value> attention(Call c) {
        GraphBuilder g = c.graph();
        if (c.has(6)) {
            throw c.refuse("nonpad_kv_seqlen");
        }
        Node q = heads(c, 0, "q_num_heads");
        Node k = heads(c, 1, "kv_num_heads");
        Node v = heads(c, 2, "kv_num_heads");
        Node presentK = c.has(4) ? g.concat(2, c.real(4), k) : k;
        Node presentV = c.has(5) ? g.concat(2, c.real(5), v) : v;
        int heads = q.shape().dim(1);
        k = repeated(g, presentK, heads);
        v = repeated(g, presentV, heads);
        int width = q.shape().dim(3);
        float scale = c.hasAttribute("scale") ? c.real("scale", 1) : F32.div(1, F32.sqrt(width));
        // Both operands by the root of it, as the standard says.
        float root = F32.sqrt(scale);
        Node scores = g.matMul(g.times(q, root), false, g.times(k, root), true);
        int mode = c.whole("qk_matmul_output_mode", 0);
        Node shown = scores;
        float cap = c.real("softcap", 0);
        int past = c.has(4) ? c.shape(4).dim(2) : 0;
        Node capped = cap == 0 ? scores : g.times(g.unary(UnaryKind.TANH, g.divide(scores, g.constant(cap))), cap);
        Node masked = masked(c, capped, past);
        shown = mode == 1 ? capped : mode == 2 ? masked : shown;
        // A row that sees nothing gives zeros.
        Node sees = g.lessThan(g.constant(-0x1p49f), g.reduce(ReduceKind.MAX, masked, 3));
        Node weights = g.select(sees, Reductions.softmax(g, masked, 3), g.constant(0f));
        shown = mode == 3 ? weights : shown;
        Node y = g.matMul(weights, v);
        if (c.shape(0).rank() == 3) {
            Node turned = g.permute(y, 0, 2, 1, 3);
            Shape s = turned.shape();
            y = g.reshape(turned, Shape.of(List.of(s.extent(0), s.extent(1), s.product(2, 4))));
        }
        return Operator.values(new ArrayList<>(List.of(y, presentK, presentV, shown)));
    }

    private static Node masked(Call c, Node scores, int past) {
        GraphBuilder g = c.graph();
        Node y = scores;
        Shape s = scores.shape();
        if (c.has(3)) {
            Node mask = c.x(3);
            // A mask that ends early hides the rest.
            int missing = s.dim(3) - mask.shape().dim(mask.shape().rank() - 1);
            boolean real = mask.type().element().isFloat();
            if (missing > 0) {
                Shape rest = mask.shape().withDim(mask.shape().rank() - 1, Extent.of(missing));
                Node hidden = real ? g.splat(NEVER, rest) : g.broadcast(g.constant(0), rest);
                mask = g.concat(mask.shape().rank() - 1, mask, hidden);
            }
            y = real
                    ? g.select(
                            g.lessThan(g.constant(-0x1p49f), mask),
                            g.plus(y, g.max(g.constant(-0x1p49f), mask)),
                            g.constant(NEVER))
                    : g.select(mask, y, g.constant(NEVER));
        }
        if (c.flag("is_causal")) {
            Node row = g.iota(Shape.of(s.dim(2), s.dim(3)), 0);
            Node column = g.iota(Shape.of(s.dim(2), s.dim(3)), 1);
            Node sees = g.compare(CompareKind.LE, column, g.plus(row, g.constant(past)));
            y = g.select(sees, y, g.constant(NEVER));
        }
        return y;
    }

    /** Pairs turned by angles whose cosines and sines are given. */
    private static Node rotary(Call c) {
        GraphBuilder g = c.graph();
        Shape given = c.shape(0);
        boolean flat = given.rank() == 3;
        // [N, positions, heads, width]
        Node x = flat ? g.permute(heads(c, 0, "num_heads"), 0, 2, 1, 3) : g.permute(c.real(0), 0, 2, 1, 3);
        int width = x.shape().dim(3);
        int rotated = c.whole("rotary_embedding_dim", 0);
        rotated = rotated == 0 ? width : rotated;
        int half = rotated / 2;
        Node cos = angles(c, 1, half);
        Node sin = angles(c, 2, half);
        Node turned = g.slice(x, 3, 0, rotated);
        Shape s = turned.shape();
        boolean interleaved = c.flag("interleaved");
        int pairAxis = interleaved ? 4 : 3;
        Shape pairs = interleaved
                ? s.withDim(3, Extent.of(half)).insert(4, Extent.of(2))
                : s.withDim(3, Extent.of(2)).insert(4, Extent.of(half));
        Node split = g.reshape(turned, pairs);
        Shape one = s.withDim(3, Extent.of(half));
        Node a = g.reshape(g.slice(split, pairAxis, 0, 1), one);
        Node b = g.reshape(g.slice(split, pairAxis, 1, 1), one);
        Node real = g.minus(g.times(a, cos), g.times(b, sin));
        Node imaginary = g.plus(g.times(a, sin), g.times(b, cos));
        Shape part = pairs.withDim(pairAxis, Extent.ONE);
        Node y = g.reshape(g.concat(pairAxis, g.reshape(real, part), g.reshape(imaginary, part)), s);
        y = rotated == width ? y : g.concat(3, y, g.slice(x, 3, rotated, width - rotated));
        return flat ? g.reshape(y, given) : g.permute(y, 0, 2, 1, 3);
    }

    /** {@code [N or 1, positions, 1, half]}. */
    private static Node angles(Call c, int operand, int half) {
        GraphBuilder g = c.graph();
        Node table = c.real(operand);
        if (c.has(3)) {
            table = g.gather(table, g.cast(c.x(3), ElementType.I32));
        }
        Shape s = table.shape();
        return g.reshape(
                g.slice(table, s.rank() - 1, 0, half),
                s.withDim(s.rank() - 1, Extent.of(half)).insert(s.rank() - 1, Extent.ONE));
    }
}
