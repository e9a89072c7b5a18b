package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;

/** Lowers the nodes of one graph, or one loop body, to kernels. */
final class Lowering {
    private final Emitter emitter;
    private final Liveness live;
    private final int depth;
    private final Map<Node, Value> values = new LinkedHashMap<>();
    private final Map<Node, List<Value>> loopResults = new LinkedHashMap<>();
    /** Buffers that are there before the nodes they are for. */
    private final Map<Node, Integer> places = new LinkedHashMap<>();

    Lowering(Emitter emitter, Liveness live, int depth) {
        this.emitter = emitter;
        this.live = live;
        this.depth = depth;
    }

    void lower(Graph graph, List<Kernel> kernels) {
        for (Node n : graph.nodes()) {
            if (live.isLive(n) && !values.containsKey(n)) {
                define(n, kernels);
            }
        }
    }

    private void define(Node n, List<Kernel> kernels) {
        switch (n.op()) {
            case Op.Source s -> values.put(n, source(s));
            case PointOp p -> {
                values.put(n, pointwise(n, p, kernels));
                if (!live.hasOneUser(n) || emitter.storesAll()) {
                    dense(n, kernels);
                }
            }
            case Op.StopGradient s -> values.put(n, alias(n.input(0), kernels));
            case Op.Surrogate s -> values.put(n, alias(n.input(0), kernels));
            case Op.Broadcast b -> values.put(n, broadcast(n, b, kernels));
            case Op.Reshape r -> values.put(n, reshape(n, kernels));
            case Op.Permute p -> copy(n, CopyAxes.permute(p), kernels);
            case Op.Slice s -> slice(n, s, kernels);
            case Op.Pad p -> copy(n, CopyAxes.pad(p), kernels);
            case Op.Concat c -> concat(n, c, kernels);
            case Op.Reverse r -> copy(n, CopyAxes.reverse(r, n.shape()), kernels);
            case Op.Window w -> copy(n, CopyAxes.window(w.geometry()), kernels);
            case Op.Unwindow u -> copy(n, CopyAxes.unwindow(u.geometry()), kernels);
            case Op.Conv c -> conv(n, c, kernels);
            case Op.Gather g -> gather(n, g, kernels);
            case Op.ScatterAdd s -> scatterAdd(n, s, kernels);
            case Op.Reduce r -> reduce(n, r, kernels);
            case Op.MatMul m -> matMul(n, m, kernels);
            case Op.Loop l -> loop(n, l, kernels);
            case Op.Result r -> values.put(n, loopResults.get(n.input(0)).get(r.index()));
        }
    }

    private Value source(Op.Source s) {
        return switch (s) {
            case Op.Input i -> stored(emitter.source(Buffer.Role.INPUT, i.name(), i.type()), i.type());
            case Op.Parameter p -> stored(emitter.source(Buffer.Role.PARAMETER, p.name(), p.type()), p.type());
            case Op.State t -> stored(emitter.source(Buffer.Role.STATE, t.name(), t.type()), t.type());
            case Op.Table t -> stored(emitter.table(t.type(), t.bits()), t.type());
            case Op.Scalar c -> new Value.Leaf(new Term.Scalar(emitter.scalar(c), c.element()));
            case Op.Splat c ->
                new Value.Leaf(new Term.Constant(c.bits(), c.type().element()));
            case Op.Iota i ->
                new Value.Leaf(
                        i.type().shape().extent(i.axis()).isOne()
                                ? new Term.Constant(0, ElementType.I32)
                                : new Term.Index(i.axis()));
        };
    }

    private static Value stored(int buffer, TensorType type) {
        return new Value.Stored(new Kernel.Load(buffer, type.shape()));
    }

    // --- pointwise

    private Value pointwise(Node n, PointOp op, List<Kernel> kernels) {
        Fusion fusion = new Fusion();
        List<Integer> arguments = new ArrayList<>();
        for (int i = 0; i < n.inputs().size(); i++) {
            Node in = n.input(i);
            int earlier = n.inputs().indexOf(in);
            if (earlier < i) {
                arguments.add(arguments.get(earlier));
                continue;
            }
            if (values.get(in) instanceof Value.Pending p
                    && !fusion.fits(p, n.inputs().size() - i)) {
                dense(in, kernels);
            }
            arguments.add(fusion.add(values.get(in), in.type()));
        }
        int site = op.mayTrap(n.type()) ? emitter.site(n) : -1;
        fusion.apply(new Term.Apply(op, arguments, n.type().element(), n.type().domain(), site), n);
        return fusion.pending();
    }

    /** Buffer that holds a node's value densely, in the node's own shape; emits the kernel that fills it if need be. */
    int dense(Node n, List<Kernel> kernels) {
        Value v = values.get(n);
        if (v instanceof Value.Stored s) {
            if (s.load().isWhole() && s.load().shape().equals(n.shape())) {
                return s.load().buffer();
            }
            if (n.op() instanceof Op.Slice slice) {
                return copy(n, CopyAxes.slice(slice), kernels);
            }
        }
        return store(n, v, kernels);
    }

    /** As {@link #dense}, but a temporary that no other commit writes. */
    int fresh(Node n, List<Kernel> kernels) {
        int id = dense(n, kernels);
        if (emitter.isTemporary(id)) {
            return id;
        }
        int copy = emitter.temporary(n.type());
        fill(n, values.get(n), copy, n, kernels);
        return copy;
    }

    /** Where a node's value is to be computed. */
    private int place(Node n) {
        Integer known = places.remove(n);
        return known == null ? emitter.temporary(n.type()) : known;
    }

    private int store(Node n, Value v, List<Kernel> kernels) {
        int out = place(n);
        fill(n, v, out, n, kernels);
        values.put(n, stored(out, n.type()));
        return out;
    }

    /** Puts the value of {@code n} into a buffer; what is only moved counts as work for {@code by}. */
    private void fill(Node n, Value v, int out, Node by, List<Kernel> kernels) {
        Fusion fusion = new Fusion();
        fusion.add(v, n.type());
        emit(fusion.kernel(n.shape(), out), v instanceof Value.Pending p ? p.nodes() : List.of(by), kernels);
    }

    private void emit(Kernel kernel, List<Node> computes, List<Kernel> kernels) {
        kernels.add(kernel);
        if (depth == 0) {
            emitter.computes(computes);
        }
    }

    // --- views

    private Value alias(Node operand, List<Kernel> kernels) {
        // The alias has its own users, so a pending operand is stored: nothing is computed twice.
        if (values.get(operand) instanceof Value.Pending) {
            dense(operand, kernels);
        }
        return values.get(operand);
    }

    private Value broadcast(Node n, Op.Broadcast b, List<Kernel> kernels) {
        Node in = n.input(0);
        int lead = b.shape().rank() - in.shape().rank();
        Value v = values.get(in);
        if (v instanceof Value.Leaf l) {
            return l.term() instanceof Term.Index i ? new Value.Leaf(new Term.Index(i.axis() + lead)) : v;
        }
        if (v instanceof Value.Pending) {
            dense(in, kernels);
        }
        Kernel.Load l = ((Value.Stored) values.get(in)).load();
        Shape shape = l.shape();
        Shape of = l.of();
        for (int i = 0; i < lead; i++) {
            shape = shape.insert(0, Extent.ONE);
            of = of.insert(0, Extent.ONE);
        }
        return new Value.Stored(new Kernel.Load(l.buffer(), shape, of, l.offset()));
    }

    private void slice(Node n, Op.Slice s, List<Kernel> kernels) {
        if (isReadInPlace(s, n.shape(), n.input(0).shape())) {
            int from = dense(n.input(0), kernels);
            Extent offset = Extent.of(0);
            for (int i = 0; i < n.shape().rank(); i++) {
                if (s.starts().get(i) > 0) {
                    offset = n.input(0)
                            .shape()
                            .stride(i)
                            .times(Extent.of(s.starts().get(i)));
                }
            }
            values.put(
                    n,
                    new Value.Stored(new Kernel.Load(from, n.shape(), n.input(0).shape(), offset)));
        } else {
            copy(n, CopyAxes.slice(s), kernels);
        }
    }

    /** If elements of rows are neighbours there too, and the distance of the first is one extent. Else slices are copied. */
    private static boolean isReadInPlace(Op.Slice s, Shape part, Shape whole) {
        int starts = 0;
        Extent step = Extent.ONE;
        for (int i = 0; i < part.rank(); i++) {
            if (s.strides().get(i) != 1) {
                return false;
            }
            starts += s.starts().get(i) > 0 ? 1 : 0;
            step = part.extent(i).isOne() ? step : whole.stride(i);
        }
        return starts <= 1 && step.isOne();
    }

    private Value reshape(Node n, List<Kernel> kernels) {
        Node in = n.input(0);
        if (values.get(in) instanceof Value.Leaf l && !(l.term() instanceof Term.Index)) {
            return l;
        }
        return stored(dense(in, kernels), n.type());
    }

    // --- copies

    private int copy(Node n, List<Kernel.Axis> axes, List<Kernel> kernels) {
        Node in = n.input(0);
        int out = place(n);
        Words start = Words.of(new int[n.shape().rank()]);
        emit(
                new Kernel.Copy(dense(in, kernels), in.shape(), out, n.shape(), n.shape(), start, axes),
                List.of(n),
                kernels);
        values.put(n, stored(out, n.type()));
        return out;
    }

    private void concat(Node n, Op.Concat c, List<Kernel> kernels) {
        int out = place(n);
        int rank = n.shape().rank();
        int[] start = new int[rank];
        for (Node in : n.inputs()) {
            int from = dense(in, kernels);
            emit(
                    new Kernel.Copy(
                            from, in.shape(), out, n.shape(), in.shape(), Words.of(start), CopyAxes.identity(rank)),
                    List.of(n),
                    kernels);
            start[c.axis()] += in.shape().dim(c.axis());
        }
        values.put(n, stored(out, n.type()));
    }

    // --- rows chosen by indices

    private void gather(Node n, Op.Gather op, List<Kernel> kernels) {
        Shape table = n.input(0).shape();
        Shape indices = n.input(1).shape();
        int from = dense(n.input(0), kernels);
        int by = dense(n.input(1), kernels);
        int out = place(n);
        emit(
                new Kernel.Gather(
                        from,
                        by,
                        out,
                        table.product(0, op.lead()),
                        table.extent(op.lead()),
                        indices.product(op.lead(), indices.rank()),
                        table.stride(op.lead()),
                        emitter.site(n)),
                List.of(n),
                kernels);
        values.put(n, stored(out, n.type()));
    }

    private void scatterAdd(Node n, Op.ScatterAdd op, List<Kernel> kernels) {
        Shape indices = n.input(1).shape();
        int from = dense(n.input(0), kernels);
        int by = dense(n.input(1), kernels);
        int out = place(n);
        emit(
                new Kernel.ScatterAdd(
                        from,
                        by,
                        out,
                        n.shape().product(0, op.lead()),
                        op.rows(),
                        indices.product(op.lead(), indices.rank()),
                        n.shape().stride(op.lead()),
                        emitter.site(n)),
                List.of(n),
                kernels);
        values.put(n, stored(out, n.type()));
    }

    // --- sums

    private void reduce(Node n, Op.Reduce r, List<Kernel> kernels) {
        Node in = n.input(0);
        Shape s = in.shape();
        int from = dense(in, kernels);
        int out = place(n);
        int site = r.kind() == Op.ReduceKind.SUM ? emitter.site(n) : -1;
        emit(
                new Kernel.Reduce(
                        r.kind(),
                        n.type().element(),
                        from,
                        out,
                        s.product(0, r.axis()),
                        s.extent(r.axis()),
                        s.stride(r.axis()),
                        site),
                List.of(n),
                kernels);
        values.put(n, stored(out, n.type()));
    }

    private void matMul(Node n, Op.MatMul op, List<Kernel> kernels) {
        Shape a = n.input(0).shape();
        Shape b = n.input(1).shape();
        int bufferA = dense(n.input(0), kernels);
        int bufferB = dense(n.input(1), kernels);
        int out = place(n);
        int rank = n.shape().rank();
        Extent groups = n.shape().product(0, rank - 2);
        Extent m = n.shape().extent(rank - 2);
        boolean sharedA = a.rank() < rank;
        boolean sharedB = b.rank() < rank;
        if (sharedB && !op.transposeA()) {
            // One product of all rows with the same matrix: taller is faster, and every element keeps its own chain
            // over k.
            m = groups.times(m);
            groups = Extent.ONE;
        }
        Extent k = a.extent(op.transposeA() ? a.rank() - 2 : a.rank() - 1);
        emit(
                new Kernel.MatMul(
                        bufferA,
                        bufferB,
                        out,
                        op.transposeA(),
                        op.transposeB(),
                        sharedA,
                        sharedB,
                        groups,
                        m,
                        n.shape().extent(rank - 1),
                        k,
                        op.factors(),
                        emitter.site(n)),
                List.of(n),
                kernels);
        values.put(n, stored(out, n.type()));
    }

    /**
     * Patches, then {@code y[n·G, F/G, O] = w[F/G, C·K] · patches[n·G, C·K, O]}. With several groups the kernel is repeated for every
     * sample, since a product shares an operand with all groups or none.
     */
    private void conv(Node n, Op.Conv op, List<Kernel> kernels) {
        Node x = n.input(0);
        Shape w = n.input(1).shape();
        int rank = op.geometry().rank();
        Extent batch = x.shape().extent(0);
        Extent groups = Extent.of(op.groups());
        Extent filters = Extent.of(w.dim(0) / op.groups());
        Extent taps = w.product(1, 2 + rank);
        Extent positions = n.shape().product(2, 2 + rank);
        // First, so that the kernel that makes it stands right behind the product it takes: machines may make one of
        // both.
        int in = dense(x, kernels);
        int kernel = dense(n.input(1), kernels);
        boolean shared = op.groups() == 1;
        if (!shared) {
            Shape one = Shape.of(List.of(Extent.ONE, groups, filters, taps));
            TensorType all = TensorType.f32(Shape.of(List.of(batch, groups, filters, taps)));
            Fusion repeat = new Fusion();
            repeat.add(new Value.Stored(new Kernel.Load(kernel, one)), all);
            kernel = emitter.temporary(all);
            emit(repeat.kernel(all.shape(), kernel), List.of(n), kernels);
        }
        // Of several groups machines may make the result without patches, and look for the copy.
        int patches = shared && op.geometry().isPointwise() ? in : patches(n, op, in, kernels);
        int out = place(n);
        emit(
                new Kernel.MatMul(
                        kernel,
                        patches,
                        out,
                        false,
                        false,
                        shared,
                        false,
                        batch.times(groups),
                        filters,
                        positions,
                        taps,
                        Factors.F32,
                        emitter.site(n)),
                List.of(n),
                kernels);
        values.put(n, stored(out, n.type()));
    }

    /** What each window takes of the input, {@code [n, C, taps..., positions...]}. */
    private int patches(Node n, Op.Conv op, int in, List<Kernel> kernels) {
        Node x = n.input(0);
        Shape w = n.input(1).shape();
        int rank = op.geometry().rank();
        List<Extent> dims = new ArrayList<>(x.shape().extents().subList(0, 2));
        dims.addAll(w.extents().subList(2, 2 + rank));
        dims.addAll(n.shape().extents().subList(2, 2 + rank));
        TensorType patchType = TensorType.f32(Shape.of(dims));
        int patches = emitter.temporary(patchType);
        emit(
                new Kernel.Copy(
                        in,
                        x.shape(),
                        patches,
                        patchType.shape(),
                        patchType.shape(),
                        Words.of(new int[dims.size()]),
                        CopyAxes.window(op.geometry())),
                List.of(n),
                kernels);
        return patches;
    }

    // --- loop

    private void loop(Node n, Op.Loop op, List<Kernel> kernels) {
        Graph body = op.body();
        Lowering inner = new Lowering(emitter, Liveness.of(body, List.of()), depth + 1);
        List<Integer> carried = new ArrayList<>();
        for (int i = 0; i < n.inputs().size(); i++) {
            Node operand = n.input(i);
            Node input = body.inputs().get(i);
            Value value = values.get(operand);
            if (i < op.carried()) {
                int buffer = emitter.temporary(input.type());
                fill(operand, value, buffer, n, kernels);
                carried.add(buffer);
                inner.values.put(input, stored(buffer, input.type()));
            } else if (i < op.carried() + op.sliced()) {
                int slice = emitter.slice(input.type(), dense(operand, kernels), depth);
                inner.values.put(input, stored(slice, input.type()));
            } else if (value instanceof Value.Leaf l && !(l.term() instanceof Term.Index)) {
                inner.values.put(input, l);
            } else {
                inner.values.put(input, stored(dense(operand, kernels), input.type()));
            }
        }
        List<Kernel> trip = new ArrayList<>();
        List<Node> outputs = body.outputNodes();
        List<Integer> slices = new ArrayList<>();
        List<Value> results = new ArrayList<>();
        for (int i = op.carried(); i < outputs.size(); i++) {
            Node out = outputs.get(i);
            int parent = emitter.temporary(n.types().get(i));
            int slice = emitter.slice(out.type(), parent, depth);
            slices.add(slice);
            results.add(stored(parent, n.types().get(i)));
            if (inner.values.containsKey(out)) {
                // Inputs of the body come first, so that carried ones are free for their next values.
                inner.fill(out, inner.values.get(out), slice, out, trip);
            } else {
                inner.places.putIfAbsent(out, slice);
            }
        }
        inner.lower(body, trip);
        for (int i = op.carried(); i < outputs.size(); i++) {
            Node out = outputs.get(i);
            int slice = slices.get(i - op.carried());
            if (!body.inputs().contains(out) && !inner.values.get(out).equals(stored(slice, out.type()))) {
                inner.fill(out, inner.values.get(out), slice, out, trip);
            }
        }
        inner.places.clear();
        // All next values are computed before the first is carried over: a next value may be another carried one.
        List<Carrying.Move> moves = new ArrayList<>();
        for (int i = 0; i < op.carried(); i++) {
            Node out = outputs.get(i);
            int buffer = inner.dense(out, trip);
            int next = carried.contains(buffer) && carried.get(i).intValue() != buffer
                    ? inner.store(out, inner.values.get(out), trip)
                    : buffer;
            moves.add(new Carrying.Move(next, carried.get(i), n.types().get(i)));
            results.add(i, stored(carried.get(i), n.types().get(i)));
        }
        trip = Carrying.complete(trip, moves, emitter);
        emit(new Kernel.Loop(op.trips(), op.reverse(), depth, trip), List.of(n), kernels);
        loopResults.put(n, results);
    }
}
