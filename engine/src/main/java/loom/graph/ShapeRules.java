package loom.graph;

import java.util.ArrayList;
import java.util.List;
import loom.numeric.Domain;

/** Types of an operation's results from its operands; refuses what does not fit. One rule an operation. */
final class ShapeRules {
    private ShapeRules() {}

    static List<TensorType> infer(Op op, List<Node> in) {
        return switch (op) {
            case Op.Source s -> List.of(source(s));
            case PointOp p -> List.of(point(p, in));
            case Op.Broadcast b -> List.of(broadcast(b, only(op, in)));
            case Op.Reshape r -> List.of(reshape(r, only(op, in)));
            case Op.Permute p -> List.of(permute(p, only(op, in)));
            case Op.Slice s -> List.of(slice(s, only(op, in)));
            case Op.Pad p -> List.of(pad(p, only(op, in)));
            case Op.Concat c -> List.of(concat(c, in));
            case Op.Reverse r -> List.of(reverse(r, only(op, in)));
            case Op.Window w -> List.of(WindowRules.window(w, only(op, in)));
            case Op.Unwindow u -> List.of(WindowRules.unwindow(u, only(op, in)));
            case Op.Conv c -> List.of(WindowRules.conv(c, in));
            case Op.Gather g -> List.of(IndexRules.gather(g, in));
            case Op.ScatterAdd s -> List.of(IndexRules.scatterAdd(s, in));
            case Op.StopGradient s -> List.of(only(op, in));
            case Op.Surrogate s -> List.of(surrogate(in));
            case Op.Reduce r -> List.of(reduce(r, only(op, in)));
            case Op.MatMul m -> List.of(matMul(m, in));
            case Op.Loop l -> loop(l, in);
            case Op.Result r -> List.of(in.get(0).types().get(r.index()));
        };
    }

    private static TensorType only(Op op, List<Node> in) {
        check(in.size() == 1, op + " takes one operand, not " + in.size());
        return in.get(0).type();
    }

    private static TensorType source(Op.Source s) {
        switch (s) {
            case Op.Table t ->
                check(
                        !t.type().shape().isBatched()
                                && t.bits().size() == t.type().shape().elements(1),
                        "a table of " + t.bits().size() + " words for " + t.type());
            case Op.Iota i ->
                check(
                        i.type().element() == ElementType.I32
                                && i.axis() >= 0
                                && i.axis() < i.type().shape().rank(),
                        "iota along axis " + i.axis() + " of " + i.type());
            case Op.Parameter p -> check(!p.type().shape().isBatched(), "parameter " + p.name() + " has a batch axis");
            case Op.State t -> {}
            case Op.Input i -> {}
            case Op.Scalar c -> {}
            case Op.Splat c -> {}
        }
        return s.type();
    }

    private static TensorType point(PointOp op, List<Node> in) {
        switch (op) {
            case PointOp.Unary u -> {
                TensorType t = only(op, in);
                check(t.element().isFloat(), u.label() + " takes f32, not " + t);
                check(t.domain() == Domain.D || u.kind().acceptsWide(), u.label() + " takes domain D, not " + t);
                return u.kind() == PointOp.UnaryKind.NARROW ? TensorType.f32(t.shape()) : t;
            }
            case PointOp.Binary b -> {
                TensorType t = join(op, in, 0, 2);
                check(b.kind().accepts(t), b.label() + " does not take " + t);
                return t;
            }
            case PointOp.Compare c -> {
                return TensorType.i32(join(op, in, 0, 2).shape());
            }
            case PointOp.Select s -> {
                TensorType t = join(op, in, 1, 3);
                TensorType mask = in.get(0).type();
                check(mask.equals(TensorType.i32(t.shape())), "select by " + mask + " between values of " + t);
                return t;
            }
            case PointOp.Random r -> {
                TensorType t = join(op, in, 0, 4);
                check(t.element() == ElementType.U32, r.label() + " from counters of " + t);
                return TensorType.f32(t.shape());
            }
            case PointOp.Cast c -> {
                TensorType t = only(op, in);
                boolean direct = t.element() == ElementType.I32 || c.to() == ElementType.I32;
                check(direct && t.domain() == Domain.D, "no cast from " + t + " to " + c.to());
                return new TensorType(t.shape(), c.to(), Domain.D);
            }
        }
    }

    /** Common type of operands {@code from} to {@code to}; wide if one of them is. */
    private static TensorType join(PointOp op, List<Node> in, int from, int to) {
        check(in.size() == to, op.label() + " takes " + to + " operands, not " + in.size());
        TensorType first = in.get(from).type();
        Domain domain = Domain.D;
        for (int i = from; i < to; i++) {
            TensorType t = in.get(i).type();
            check(
                    t.shape().equals(first.shape()) && t.element() == first.element(),
                    op.label() + " of " + first + " and " + t);
            if (t.domain() == Domain.W) {
                domain = Domain.W;
            }
        }
        return new TensorType(first.shape(), first.element(), domain);
    }

    private static TensorType broadcast(Op.Broadcast b, TensorType t) {
        Shape from = t.shape();
        int lead = b.shape().rank() - from.rank();
        check(lead >= 0, "broadcast of " + t + " to lower rank " + b.shape());
        for (int i = 0; i < from.rank(); i++) {
            check(
                    from.extent(i).isOne() || from.extent(i).equals(b.shape().extent(lead + i)),
                    "broadcast of " + t + " to " + b.shape() + ": axis " + i + " is neither 1 nor equal");
        }
        return t.withShape(b.shape());
    }

    private static TensorType reshape(Op.Reshape r, TensorType t) {
        check(
                r.shape().elements().equals(t.shape().elements()),
                "reshape of " + t + " (" + t.shape().elements() + " elements) to " + r.shape() + " ("
                        + r.shape().elements() + ")");
        return t.withShape(r.shape());
    }

    private static TensorType permute(Op.Permute p, TensorType t) {
        int rank = t.shape().rank();
        boolean[] seen = new boolean[rank];
        check(p.axes().size() == rank, "permute " + p.axes() + " of " + t);
        for (int i = 0; i < rank; i++) {
            int a = p.axes().get(i);
            check(a >= 0 && a < rank && !seen[a], "permute " + p.axes() + " of " + t);
            seen[a] = true;
        }
        return t.withShape(t.shape().permute(p.axes().toArray()));
    }

    private static TensorType slice(Op.Slice s, TensorType t) {
        Shape shape = t.shape();
        check(
                s.starts().size() == shape.rank()
                        && s.sizes().size() == shape.rank()
                        && s.strides().size() == shape.rank(),
                "slice of rank " + s.starts().size() + " of " + t);
        for (int i = 0; i < shape.rank(); i++) {
            int start = s.starts().get(i);
            int size = s.sizes().get(i);
            int stride = s.strides().get(i);
            if (i == shape.batchAxis()) {
                check(start == 0 && stride == 1 && size == shape.dim(i), "slice of the batch axis of " + t);
            } else {
                check(
                        start >= 0 && size >= 1 && stride >= 1 && start + (long) (size - 1) * stride < shape.dim(i),
                        "slice " + start + " + " + size + " by " + stride + " of axis " + i + " of " + t);
                shape = shape.withDim(i, Extent.of(size));
            }
        }
        return t.withShape(shape);
    }

    private static TensorType pad(Op.Pad p, TensorType t) {
        Shape shape = t.shape();
        check(
                p.before().size() == shape.rank()
                        && p.after().size() == shape.rank()
                        && p.interior().size() == shape.rank(),
                "pad of rank " + p.before().size() + " of " + t);
        for (int i = 0; i < shape.rank(); i++) {
            int before = p.before().get(i);
            int after = p.after().get(i);
            int interior = p.interior().get(i);
            if (before == 0 && after == 0 && interior == 0) {
                continue;
            }
            check(
                    before >= 0 && after >= 0 && interior >= 0 && i != shape.batchAxis(),
                    "pad " + before + ", " + after + ", " + interior + " of axis " + i + " of " + t);
            long n = before + (long) shape.dim(i) + (long) (shape.dim(i) - 1) * interior + after;
            check(n <= Integer.MAX_VALUE, "pad of axis " + i + " of " + t + " is too long");
            shape = shape.withDim(i, Extent.of((int) n));
        }
        return t.withShape(shape);
    }

    private static TensorType surrogate(List<Node> in) {
        check(in.size() == 2 && in.get(0).type().equals(in.get(1).type()), "surrogate of " + in);
        return in.get(0).type();
    }

    private static TensorType reverse(Op.Reverse r, TensorType t) {
        check(
                r.axis() >= 0
                        && r.axis() < t.shape().rank()
                        && r.axis() != t.shape().batchAxis(),
                "reverse of axis " + r.axis() + " of " + t);
        return t;
    }

    private static TensorType concat(Op.Concat c, List<Node> in) {
        check(!in.isEmpty(), "concat of nothing");
        TensorType first = in.get(0).type();
        int axis = c.axis();
        check(
                axis >= 0
                        && axis < first.shape().rank()
                        && axis != first.shape().batchAxis(),
                "concat along axis " + axis + " of " + first);
        long n = 0;
        Domain domain = Domain.D;
        for (Node node : in) {
            TensorType t = node.type();
            check(
                    t.element() == first.element()
                            && t.shape().rank() == first.shape().rank()
                            && t.shape()
                                    .withDim(axis, Extent.ONE)
                                    .equals(first.shape().withDim(axis, Extent.ONE)),
                    "concat of " + first + " and " + t + " along axis " + axis);
            n += t.shape().dim(axis);
            if (t.domain() == Domain.W) {
                domain = Domain.W;
            }
        }
        check(n <= Integer.MAX_VALUE, "concat along axis " + axis + " is too long");
        return new TensorType(first.shape().withDim(axis, Extent.of((int) n)), first.element(), domain);
    }

    private static TensorType reduce(Op.Reduce r, TensorType t) {
        check(r.axis() >= 0 && r.axis() < t.shape().rank(), "reduce of axis " + r.axis() + " of " + t);
        boolean element =
                t.element() == ElementType.F32 || (t.element() == ElementType.I32 && r.kind() != Op.ReduceKind.SUM);
        check(element && t.domain() == Domain.D, "reduce " + Labels.of(r.kind()) + " of " + t);
        return t.withShape(t.shape().withDim(r.axis(), Extent.ONE));
    }

    private static TensorType matMul(Op.MatMul m, List<Node> in) {
        check(in.size() == 2, "matmul takes two operands");
        TensorType a = in.get(0).type();
        TensorType b = in.get(1).type();
        check(
                a.equals(TensorType.f32(a.shape())) && b.equals(TensorType.f32(b.shape())),
                "matmul of " + a + " and " + b);
        int ra = a.shape().rank();
        int rb = b.shape().rank();
        check(ra >= 2 && rb >= 2, "matmul of " + a + " and " + b + ": rank below 2");
        Extent rows = a.shape().extent(m.transposeA() ? ra - 1 : ra - 2);
        Extent ka = a.shape().extent(m.transposeA() ? ra - 2 : ra - 1);
        Extent kb = b.shape().extent(m.transposeB() ? rb - 1 : rb - 2);
        Extent columns = b.shape().extent(m.transposeB() ? rb - 2 : rb - 1);
        check(ka.equals(kb), "matmul of " + a + " and " + b + ": " + ka + " against " + kb);
        check(m.factors() == Factors.F32 || !ka.batched(), "matmul of rounded operands over the batch");
        check(
                m.factors() != Factors.INT8 || ka.coefficient() <= Factors.MOST_INT8,
                "int8 matmul over " + ka + ", expected at most " + Factors.MOST_INT8);
        List<Extent> lead = a.shape().extents().subList(0, ra - 2);
        List<Extent> leadB = b.shape().extents().subList(0, rb - 2);
        if (lead.isEmpty()) {
            lead = leadB;
        } else {
            check(leadB.isEmpty() || leadB.equals(lead), "matmul of " + a + " and " + b + ": leading axes differ");
        }
        List<Extent> out = new ArrayList<>(lead);
        out.add(rows);
        out.add(columns);
        return new TensorType(Shape.of(out), m.factors().result(), Domain.D);
    }

    private static List<TensorType> loop(Op.Loop l, List<Node> in) {
        Graph body = l.body();
        List<Node> outputs = body.outputNodes();
        check(l.trips() >= 1 && l.carried() >= 0 && l.sliced() >= 0, "loop of " + l.trips() + " trips");
        check(
                in.size() == body.inputs().size(),
                "loop with " + in.size() + " operands for " + body.inputs().size());
        check(l.carried() + l.sliced() <= in.size() && l.carried() <= outputs.size(), "loop with too few operands");
        check(body.updates().isEmpty(), "a loop body cannot update parameters or state: carry the value");
        for (Node n : body.nodes()) {
            check(
                    !(n.op() instanceof Op.Parameter || n.op() instanceof Op.State),
                    "a loop body reads parameters and state as invariants");
        }
        List<TensorType> results = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            TensorType given = in.get(i).type();
            TensorType wanted = body.inputs().get(i).type();
            if (i >= l.carried() && i < l.carried() + l.sliced()) {
                check(
                        given.shape().rank() > 0 && given.shape().extent(0).equals(Extent.of(l.trips())),
                        "loop of " + l.trips() + " trips over slices of " + given);
                given = given.withShape(given.shape().remove(0));
            }
            check(given.equals(wanted), "loop operand " + i + " is " + given + ", its body takes " + wanted);
        }
        for (int i = 0; i < outputs.size(); i++) {
            TensorType t = outputs.get(i).type();
            if (i < l.carried()) {
                check(
                        t.equals(in.get(i).type()),
                        "carried value " + i + " is " + in.get(i).type() + ", next " + t);
                results.add(t);
            } else {
                results.add(t.withShape(t.shape().insert(0, Extent.of(l.trips()))));
            }
        }
        return results;
    }

    static void check(boolean ok, String message) {
        if (!ok) {
            throw new ShapeException(message);
        }
    }
}
