package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;

/** Operators that choose elements by indices, and that find indices. */
final class Choosing {
    static final List<Operator> ALL = List.of(
            Operator.of("Gather", 1, Choosing::gather),
            Operator.of("GatherElements", 11, Choosing::gatherElements),
            Operator.of("GatherND", 11, Choosing::gatherNd),
            Operator.of("OneHot", 9, "depth known", Choosing::oneHot),
            Operator.of("ArgMax", 1, c -> best(c, ReduceKind.MAX)),
            Operator.of("ArgMin", 1, c -> best(c, ReduceKind.MIN)),
            new Operator("TopK", 10, "k known; sorted whatever it says", Choosing::topK),
            Operator.of("CumSum", 11, "axis known; of real numbers", Choosing::cumulative));

    private Choosing() {}

    /** An axis as the first one, the others in their order. */
    static Node toFront(GraphBuilder g, Node x, int axis) {
        int[] axes = new int[x.shape().rank()];
        axes[0] = axis;
        for (int i = 0, at = 1; i < axes.length; i++) {
            if (i != axis) {
                axes[at++] = i;
            }
        }
        return g.permute(x, axes);
    }

    static Node fromFront(GraphBuilder g, Node x, int axis) {
        int[] axes = new int[x.shape().rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i < axis ? i + 1 : i == axis ? 0 : i;
        }
        return g.permute(x, axes);
    }

    /** Indices as they count from the front. */
    static Node positive(Call c, int operand, int extent) {
        GraphBuilder g = c.graph();
        Node at = g.cast(c.x(operand), ElementType.I32);
        return g.select(g.lessThan(at, g.constant(0)), g.plus(at, g.constant(extent)), at);
    }

    private static Node gather(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        Shape s = x.shape();
        int axis = c.axis(c.whole("axis", 0), s.rank());
        int n = c.fixed(s, axis);
        if (c.isKnown(1) && c.known(1).size() == 1) {
            long at = c.known(1).whole(0);
            int index = Math.toIntExact(at < 0 ? at + n : at);
            Node one = g.slice(x, axis, index, 1);
            Shape to = s.remove(axis);
            for (int i = 0; i < c.known(1).rank(); i++) {
                to = to.insert(axis, Extent.ONE);
            }
            return g.reshape(one, to);
        }
        Node at = positive(c, 1, n);
        Node rows = g.gather(toFront(g, x, axis), at);
        // [I..., before, after] to [before, I..., after]
        int indices = at.shape().rank();
        int[] axes = new int[rows.shape().rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i < axis ? indices + i : i < axis + indices ? i - axis : i;
        }
        return g.permute(rows, axes);
    }

    /** Row-major position of every element in the flat operand, one axis replaced by indices. */
    private static Node positions(Call c, Shape data, Shape at, int axis, Node index) {
        GraphBuilder g = c.graph();
        Node sum = g.times(index, g.constant(data.stride(axis).coefficient()));
        for (int i = 0; i < at.rank(); i++) {
            if (i != axis) {
                sum = g.plus(
                        sum, g.times(g.iota(at, i), g.constant(data.stride(i).coefficient())));
            }
        }
        return sum;
    }

    static Node flat(GraphBuilder g, Node x) {
        return g.reshape(x, Shape.of(List.of(x.shape().elements())));
    }

    /** Positions in the flat operand that an operator by elements reads or writes. */
    static Node elementPositions(Call c, int axis) {
        Shape s = c.shape(0);
        for (int i = 0; i < s.rank(); i++) {
            if (i != 0) {
                c.fixed(s, i);
            }
        }
        Node at = positive(c, 1, c.fixed(s, axis));
        return positions(c, s, at.shape(), axis, at);
    }

    private static Node gatherElements(Call c) {
        GraphBuilder g = c.graph();
        int axis = c.axis(c.whole("axis", 0), c.shape(0).rank());
        return g.gather(flat(g, c.x(0)), elementPositions(c, axis));
    }

    /** {@code indices [..., k]}: each names an element or a block by its first k axes behind the batch axes. */
    private static Node gatherNd(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        Shape s = x.shape();
        int lead = c.whole("batch_dims", 0);
        Shape indices = c.shape(1);
        int k = c.fixed(indices, indices.rank() - 1);
        Node at = blockNumbers(c, s, lead, k);
        List<Extent> rows = new ArrayList<>(s.extents().subList(0, lead));
        rows.add(s.product(lead, lead + k));
        rows.addAll(s.extents().subList(lead + k, s.rank()));
        return g.gather(g.reshape(x, Shape.of(rows)), at, lead);
    }

    /** Number of the block that each index tuple names, among {@code s[lead..lead+k]}. */
    static Node blockNumbers(Call c, Shape s, int lead, int k) {
        GraphBuilder g = c.graph();
        Node indices = g.cast(c.x(1), ElementType.I32);
        int last = indices.shape().rank() - 1;
        Node sum = null;
        for (int i = 0; i < k; i++) {
            int n = c.fixed(s, lead + i);
            Node part = g.reshape(g.slice(indices, last, i, 1), indices.shape().remove(last));
            part = g.select(g.lessThan(part, g.constant(0)), g.plus(part, g.constant(n)), part);
            Node scaled =
                    g.times(part, g.constant(s.product(lead + i + 1, lead + k).coefficient()));
            sum = sum == null ? scaled : g.plus(sum, scaled);
        }
        return sum;
    }

    private static Node oneHot(Call c) {
        GraphBuilder g = c.graph();
        int depth = c.wholes(1)[0];
        Node at = c.x(0);
        at = at.type().element().isFloat() ? g.cast(at, ElementType.I32) : at;
        at = g.select(g.lessThan(at, g.constant(0)), g.plus(at, g.constant(depth)), at);
        int rank = at.shape().rank() + 1;
        int axis = c.axis(c.whole("axis", -1), rank);
        Shape shape = at.shape().insert(axis, Extent.of(depth));
        Node hit = g.compare(
                CompareKind.EQ,
                g.iota(shape, axis),
                g.broadcast(g.reshape(at, at.shape().insert(axis, Extent.ONE)), shape));
        Node values = c.x(2);
        Node off = g.reshape(g.slice(values, 0, 0, 1), Shape.SCALAR);
        Node on = g.reshape(g.slice(values, 0, 1, 1), Shape.SCALAR);
        return g.select(hit, on, off);
    }

    /** The first best along the axis, or the last. */
    private static Node best(Call c, ReduceKind kind) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        Shape s = x.shape();
        int axis = c.axis(c.whole("axis", 0), s.rank());
        int n = c.fixed(s, axis);
        boolean last = c.flag("select_last_index");
        Node hit = g.compare(CompareKind.EQ, x, g.broadcast(g.reduce(kind, x, axis), s));
        Node number = g.iota(s, axis);
        Node candidates = g.select(hit, number, g.constant(last ? -1 : n));
        Node y = g.reduce(last ? ReduceKind.MAX : ReduceKind.MIN, candidates, axis);
        return c.whole("keepdims", 1) != 0 ? y : g.reshape(y, s.remove(axis));
    }

    /** Every element's rank by comparing all pairs; then each of k places takes the element of its rank. */
    private static List<Value> topK(Call c) {
        GraphBuilder g = c.graph();
        boolean real = c.x(0).type().element().isFloat();
        Node x = c.asReal(0);
        int rank = x.shape().rank();
        int axis = c.axis(c.whole("axis", -1), rank);
        int n = c.fixed(x.shape(), axis);
        int k = c.wholes(1)[0];
        if (k < 1 || k > n) {
            throw c.refuse("k is " + k + " of " + n);
        }
        Node rows = fromFrontToLast(g, x, axis);
        Shape s = rows.shape();
        Node mine = g.reshape(rows, s.insert(rank, Extent.ONE));
        Node others = g.reshape(rows, s.insert(rank - 1, Extent.ONE));
        boolean largest = c.whole("largest", 1) != 0;
        Node better = largest ? g.lessThan(mine, others) : g.lessThan(others, mine);
        Shape pairs = better.shape();
        Node earlier = g.lessThan(g.iota(pairs, rank), g.iota(pairs, rank - 1));
        Node equal = g.compare(CompareKind.EQ, mine, others);
        Node before = g.binary(BinaryKind.OR, better, g.binary(BinaryKind.AND, equal, earlier));
        Node ranks = g.cast(g.reshape(g.sum(g.cast(before, ElementType.F32), rank), s), ElementType.I32);
        Shape places = s.insert(rank - 1, Extent.of(k));
        Node here = g.compare(
                CompareKind.EQ,
                g.broadcast(g.reshape(ranks, s.insert(rank - 1, Extent.ONE)), places),
                g.iota(places, rank - 1));
        Node number = g.select(here, g.iota(places, rank), g.constant(-1));
        Node index = g.reduce(ReduceKind.MAX, number, rank);
        Node chosen = g.select(here, g.broadcast(others, places), g.constant(0f));
        Node value = g.sum(chosen, rank);
        Shape result = s.withDim(rank - 1, Extent.of(k));
        value = real ? value : g.cast(value, ElementType.I32);
        return Operator.values(
                List.of(lastTo(g, g.reshape(value, result), axis), lastTo(g, g.reshape(index, result), axis)));
    }

    static Node fromFrontToLast(GraphBuilder g, Node x, int axis) {
        int[] axes = new int[x.shape().rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i == axes.length - 1 ? axis : i < axis ? i : i + 1;
        }
        return g.permute(x, axes);
    }

    static Node lastTo(GraphBuilder g, Node x, int axis) {
        int[] axes = new int[x.shape().rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i < axis ? i : i == axis ? axes.length - 1 : i - 1;
        }
        return g.permute(x, axes);
    }

    /** A product with ones on and below (beside) the diagonal. */
    private static Node cumulative(Call c) {
        GraphBuilder g = c.graph();
        Node x = c.x(0);
        boolean real = x.type().element().isFloat();
        x = g.cast(x, ElementType.F32);
        int axis = c.axis(c.wholes(1)[0], x.shape().rank());
        int n = c.fixed(x.shape(), axis);
        Shape square = Shape.of(n, n);
        Node from = g.iota(square, 0);
        Node to = g.iota(square, 1);
        Node first = c.flag("reverse") ? to : from;
        Node second = c.flag("reverse") ? from : to;
        Node mask = g.compare(c.flag("exclusive") ? CompareKind.LT : CompareKind.LE, first, second);
        Node rows = fromFrontToLast(g, x, axis);
        Node y = Products.product(
                c, x.shape().rank() == 1 ? g.reshape(rows, Shape.of(1, n)) : rows, g.cast(mask, ElementType.F32));
        y = lastTo(g, g.reshape(y, rows.shape()), axis);
        return real ? y : g.cast(y, ElementType.I32);
    }
}
