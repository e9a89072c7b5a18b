package loom.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;

/**
 * Makes a {@link Graph} node by node; layers lower themselves into one. Operands of pointwise methods are broadcast to each other
 * as NumPy does. Every method throws {@link ShapeException} naming the current layer.
 */
public final class GraphBuilder {
    /** Scalars of random numbers. */
    public static final String STEP = "step";

    public static final String SEED_LOW = "seed low";
    public static final String SEED_HIGH = "seed high";

    private final List<Node> nodes = new ArrayList<>();
    private final List<Node> inputs = new ArrayList<>();
    private final LinkedHashMap<String, Node> sources = new LinkedHashMap<>();
    private final LinkedHashMap<String, Node> outputs = new LinkedHashMap<>();
    private final LinkedHashMap<Node, Node> updates = new LinkedHashMap<>();
    private final LinkedHashMap<String, Node> names = new LinkedHashMap<>();
    private String layer = "";

    /** Names the layer that the next nodes belong to, for traps, traces and errors. */
    public GraphBuilder layer(String name) {
        layer = name;
        return this;
    }

    public String layer() {
        return layer;
    }

    public Node add(Op op, Node... operands) {
        List<Node> in = List.of(operands);
        for (Node n : in) {
            if (n.id() >= nodes.size() || nodes.get(n.id()) != n) {
                throw new ShapeException(where() + op + " uses a node of another graph");
            }
        }
        List<TensorType> types;
        try {
            types = ShapeRules.infer(op, in);
        } catch (ShapeException e) {
            throw new ShapeException(where() + e.getMessage());
        }
        Node n = new Node(nodes.size(), op, in, types, layer);
        nodes.add(n);
        return n;
    }

    // --- sources

    public Node input(String name, TensorType type) {
        Node n = source(name, new Op.Input(name, type));
        inputs.add(n);
        return n;
    }

    public Node parameter(String name, Shape shape) {
        return source(name, new Op.Parameter(name, TensorType.f32(shape)));
    }

    public Node state(String name, TensorType type) {
        return source(name, new Op.State(name, type));
    }

    /** A run-time scalar; asking again for the same name gives the same node. */
    public Node scalar(String name, ElementType element) {
        Node known = sources.get(name);
        Op.Scalar op = new Op.Scalar(name, element);
        return known != null && known.op().equals(op) ? known : source(name, op);
    }

    /** The batch as i32. */
    public Node batch() {
        return scalar(Op.Scalar.BATCH, ElementType.I32);
    }

    private Node source(String name, Op op) {
        if (sources.containsKey(name)) {
            throw new ShapeException(where() + "two sources named " + name);
        }
        Node n = add(op);
        sources.put(name, n);
        return n;
    }

    public Node constant(float value) {
        return splat(value, Shape.SCALAR);
    }

    public Node constant(int value) {
        return add(new Op.Splat(value, TensorType.i32(Shape.SCALAR)));
    }

    public Node splat(float value, Shape shape) {
        return add(new Op.Splat(Float.floatToRawIntBits(value), TensorType.f32(shape)));
    }

    public Node table(TensorType type, Words bits) {
        return add(new Op.Table(bits, type));
    }

    public Node iota(Shape shape, int axis) {
        return add(new Op.Iota(axis, TensorType.i32(shape)));
    }

    // --- pointwise

    public Node unary(UnaryKind kind, Node a) {
        return add(new PointOp.Unary(kind), a);
    }

    public Node binary(BinaryKind kind, Node a, Node b) {
        Shape s = common(a.shape(), b.shape());
        return add(new PointOp.Binary(kind), broadcast(a, s), broadcast(b, s));
    }

    public Node compare(CompareKind kind, Node a, Node b) {
        Shape s = common(a.shape(), b.shape());
        return add(new PointOp.Compare(kind), broadcast(a, s), broadcast(b, s));
    }

    /** {@code mask != 0 ? a : b}. */
    public Node select(Node mask, Node a, Node b) {
        Shape s = common(common(mask.shape(), a.shape()), b.shape());
        return add(new PointOp.Select(), broadcast(mask, s), broadcast(a, s), broadcast(b, s));
    }

    public Node cast(Node a, ElementType to) {
        return a.type().element() == to ? a : add(new PointOp.Cast(to), a);
    }

    public Node plus(Node a, Node b) {
        return binary(BinaryKind.ADD, a, b);
    }

    public Node minus(Node a, Node b) {
        return binary(BinaryKind.SUB, a, b);
    }

    public Node times(Node a, Node b) {
        return binary(BinaryKind.MUL, a, b);
    }

    public Node times(Node a, float b) {
        return times(a, constant(b));
    }

    public Node divide(Node a, Node b) {
        return binary(BinaryKind.DIV, a, b);
    }

    public Node max(Node a, Node b) {
        return binary(BinaryKind.MAX, a, b);
    }

    public Node min(Node a, Node b) {
        return binary(BinaryKind.MIN, a, b);
    }

    public Node negate(Node a) {
        return unary(UnaryKind.NEG, a);
    }

    public Node exp(Node a) {
        return unary(UnaryKind.EXP, a);
    }

    public Node log(Node a) {
        return unary(UnaryKind.LOG, a);
    }

    public Node lessThan(Node a, Node b) {
        return compare(CompareKind.LT, a, b);
    }

    /** Random numbers for every element of a shape; a run gives the seed's halves and the step as scalars. */
    public Node random(PointOp.RandomKind kind, Shape shape, int tensor, int purpose) {
        Node element = constant(0);
        for (int axis = 0; axis < shape.rank(); axis++) {
            Node stride = constant(shape.stride(axis).coefficient());
            Node distance = shape.stride(axis).batched() ? times(stride, batch()) : stride;
            element = plus(element, times(iota(shape, axis), distance));
        }
        Node counter = cast(element, ElementType.U32);
        return add(
                new PointOp.Random(kind, tensor, purpose),
                counter,
                broadcast(scalar(STEP, ElementType.U32), counter.shape()),
                broadcast(scalar(SEED_LOW, ElementType.U32), counter.shape()),
                broadcast(scalar(SEED_HIGH, ElementType.U32), counter.shape()));
    }

    public Node stopGradient(Node a) {
        return add(new Op.StopGradient(), a);
    }

    /** {@code value} with the derivative of {@code path}. */
    public Node surrogate(Node value, Node path) {
        return add(new Op.Surrogate(), value, path);
    }

    // --- views

    public Node broadcast(Node a, Shape shape) {
        return a.shape().equals(shape) ? a : add(new Op.Broadcast(shape), a);
    }

    public Node reshape(Node a, Shape shape) {
        return a.shape().equals(shape) ? a : add(new Op.Reshape(shape), a);
    }

    public Node permute(Node a, int... axes) {
        boolean identity = true;
        for (int i = 0; i < axes.length; i++) {
            identity &= axes[i] == i;
        }
        return identity && axes.length == a.shape().rank() ? a : add(new Op.Permute(Words.of(axes)), a);
    }

    /** {@code size} elements of one axis from {@code start}. */
    public Node slice(Node a, int axis, int start, int size) {
        int[] starts = new int[a.shape().rank()];
        int[] sizes = a.shape().dims();
        int[] strides = new int[starts.length];
        Arrays.fill(strides, 1);
        starts[axis] = start;
        sizes[axis] = size;
        return add(new Op.Slice(Words.of(starts), Words.of(sizes), Words.of(strides)), a);
    }

    /** Zeros before and after one axis. */
    public Node pad(Node a, int axis, int before, int after) {
        int[] zero = new int[a.shape().rank()];
        int[] b = zero.clone();
        int[] c = zero.clone();
        b[axis] = before;
        c[axis] = after;
        return add(new Op.Pad(Words.of(b), Words.of(c), Words.of(zero)), a);
    }

    public Node concat(int axis, Node... parts) {
        return parts.length == 1 ? parts[0] : add(new Op.Concat(axis), parts);
    }

    public Node reverse(Node a, int axis) {
        return add(new Op.Reverse(axis), a);
    }

    public Node window(Node a, WindowGeometry geometry) {
        return add(new Op.Window(geometry), a);
    }

    public Node conv(Node x, Node kernel, WindowGeometry geometry, int groups) {
        return add(new Op.Conv(geometry, groups), x, kernel);
    }

    /**
     * What gives {@code conv(y, kernel, geometry, groups)} the gradient {@code x}: convolution by the turned kernel. {@code output}
     * is the shape of y; positions that no window sees are 0.
     */
    public Node convTransposed(Node x, Node kernel, WindowGeometry geometry, int groups, Shape output) {
        return WindowDerivatives.data(this, new Op.Conv(geometry, groups), x, kernel, output);
    }

    // --- rows chosen by indices

    /** Rows of {@code table [V, D...]} by i32 {@code indices [I...]}: {@code [I..., D...]}. */
    public Node gather(Node table, Node indices) {
        return gather(table, indices, 0);
    }

    /** As above, each of the first {@code lead} axes' tables by its own indices; see {@link Op.Gather}. */
    public Node gather(Node table, Node indices, int lead) {
        return add(new Op.Gather(lead), table, indices);
    }

    /** Adds {@code values [I..., D...]} up to {@code rows} rows by i32 {@code indices [I...]}; see {@link Op.ScatterAdd}. */
    public Node scatterAdd(Node values, Node indices, int lead, Extent rows) {
        return add(new Op.ScatterAdd(lead, rows), values, indices);
    }

    // --- sums

    public Node reduce(Op.ReduceKind kind, Node a, int axis) {
        return add(new Op.Reduce(kind, axis), a);
    }

    public Node sum(Node a, int axis) {
        return reduce(Op.ReduceKind.SUM, a, axis);
    }

    /** {@code sum / n}, one division after the sum; n may be the batch. */
    public Node mean(Node a, int axis) {
        return divide(sum(a, axis), count(a.shape().extent(axis)));
    }

    /** An extent as f32. */
    public Node count(Extent extent) {
        Node coefficient = constant(extent.coefficient());
        return cast(extent.batched() ? times(coefficient, batch()) : coefficient, ElementType.F32);
    }

    public Node matMul(Node a, Node b) {
        return matMul(a, false, b, false);
    }

    public Node matMul(Node a, boolean transposeA, Node b, boolean transposeB) {
        return add(new Op.MatMul(transposeA, transposeB, Factors.F32), a, b);
    }

    /** With operands taken as {@code factors} say; of {@link Factors#INT8} the result is i32. */
    public Node matMul(Node a, Node b, Factors factors) {
        return add(new Op.MatMul(false, false, factors), a, b);
    }

    // --- control

    /** Results of a loop: last carried values, then stacks. */
    public List<Node> loop(
            Graph body, int trips, boolean reverse, List<Node> carried, List<Node> sliced, List<Node> invariants) {
        List<Node> in = new ArrayList<>(carried);
        in.addAll(sliced);
        in.addAll(invariants);
        Node loop = add(new Op.Loop(body, trips, carried.size(), sliced.size(), reverse), in.toArray(new Node[0]));
        List<Node> results = new ArrayList<>();
        for (int i = 0; i < loop.types().size(); i++) {
            results.add(add(new Op.Result(i), loop));
        }
        return results;
    }

    // --- results

    public GraphBuilder output(String name, Node node) {
        return put(outputs, name, node, "output");
    }

    /** Gives a node a name under which receipts digest it; layers' outputs are named by the network's lowering. */
    public GraphBuilder name(String name, Node node) {
        return put(names, name, node, "name");
    }

    private GraphBuilder put(LinkedHashMap<String, Node> map, String name, Node node, String what) {
        if (map.putIfAbsent(name, node) != null) {
            throw new ShapeException(where() + "two nodes with " + what + " " + name);
        }
        return this;
    }

    /** At the end of a run, parameter or state {@code target} takes {@code value}. */
    public GraphBuilder update(Node target, Node value) {
        boolean kept = target.op() instanceof Op.Parameter || target.op() instanceof Op.State;
        if (!kept || !target.type().equals(value.type())) {
            throw new ShapeException(where() + "update of " + target + " by " + value);
        }
        if (updates.putIfAbsent(target, value) != null) {
            throw new ShapeException(where() + "two updates of " + target);
        }
        return this;
    }

    public Graph build() {
        return new Graph(nodes, inputs, outputs, updates, names);
    }

    /** Nodes so far, up to and including {@code last}. */
    List<Node> nodesUpTo(Node last) {
        return List.copyOf(nodes.subList(0, last.id() + 1));
    }

    private String where() {
        return layer.isEmpty() ? "" : layer + ": ";
    }

    private Shape common(Shape a, Shape b) {
        Shape big = a.rank() >= b.rank() ? a : b;
        Shape small = big == a ? b : a;
        int lead = big.rank() - small.rank();
        Shape r = big;
        for (int i = 0; i < small.rank(); i++) {
            if (r.extent(lead + i).isOne()) {
                r = r.withDim(lead + i, small.extent(i));
            } else if (!small.extent(i).isOne() && !small.extent(i).equals(r.extent(lead + i))) {
                throw new ShapeException(where() + "shapes " + a + " and " + b + " do not broadcast");
            }
        }
        return r;
    }
}
