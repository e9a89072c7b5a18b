package loom.graph;

import java.util.ArrayList;
import java.util.List;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;

/**
 * The derivative of every primitive: given the gradient {@code g} of a node, what its operands receive. Written so that values stay
 * in domain D wherever the forward values did: no squares of large arguments, d(a/b)/db = −(a/b)/b.
 */
final class Derivatives {
    private static final float SQRT_HALF = 0.70710677f;
    private static final float TWO_OVER_SQRT_PI = 1.1283792f;
    private static final float ONE_OVER_SQRT_TWO_PI = 0.3989423f;

    /** Beyond this exp(−x²/2) is 0 in D; clamping keeps x² small. */
    private static final float GAUSSIAN_END = 16;

    private final Autodiff.Pass pass;
    private final GraphBuilder b;
    private final Node node;
    private final Node g;

    Derivatives(Autodiff.Pass pass, Node node, Node g) {
        this.pass = pass;
        this.b = pass.builder();
        this.node = node;
        this.g = g;
    }

    void run() {
        switch (node.op()) {
            case Op.Source s -> {}
            case PointOp p -> point(p);
            case Op.Broadcast r -> pass.addSum(node.input(0), node.id(), 0, g);
            case Op.Reshape r -> give(0, b.reshape(g, shape(0)));
            case Op.Permute p -> give(0, b.permute(g, inverse(p.axes())));
            case Op.Slice s -> give(0, b.add(padOf(s), g));
            case Op.Pad p -> give(0, b.add(sliceOf(p), g));
            case Op.Concat c -> concat(c);
            case Op.Reverse r -> give(0, b.add(r, g));
            case Op.Window w -> give(0, WindowDerivatives.input(b, w, g, shape(0)));
            case Op.Unwindow u ->
                throw new ShapeException(
                        "the derivative of unwindow (a second derivative of a window) is not supported");
            case Op.Conv c -> {
                if (wants(0)) {
                    give(0, WindowDerivatives.data(b, c, g, x(1), shape(0)));
                }
                if (wants(1)) {
                    give(1, WindowDerivatives.weights(b, c, g, x(0), shape(1)));
                }
            }
            case Op.Gather r -> {
                if (wants(0)) {
                    Op.ScatterAdd sum = new Op.ScatterAdd(r.lead(), shape(0).extent(r.lead()));
                    pass.addScatter(node.input(0), node.id(), 0, sum, g, x(1));
                }
            }
            case Op.ScatterAdd s -> {
                if (wants(0)) {
                    give(0, b.gather(g, x(1), s.lead()));
                }
            }
            case Op.StopGradient s -> {}
            case Op.Surrogate s -> {
                if (wants(1)) {
                    give(1, g);
                }
            }
            case Op.Reduce r -> reduce(r);
            case Op.MatMul m -> matMul(m);
            case Op.Loop l -> throw new IllegalStateException("a loop has its own gradient");
            case Op.Result r -> pass.add(node.input(0), node.id(), r.index(), g);
        }
    }

    private boolean wants(int operand) {
        return pass.isActive(node.input(operand));
    }

    private void give(int operand, Node gradient) {
        pass.add(node.input(operand), node.id(), operand, gradient);
    }

    private Node x(int operand) {
        return pass.value(node.input(operand));
    }

    private Node y() {
        return pass.value(node);
    }

    private Shape shape(int operand) {
        return node.input(operand).shape();
    }

    // --- pointwise

    private void point(PointOp op) {
        switch (op) {
            case PointOp.Unary u -> unary(u.kind());
            case PointOp.Binary k -> binary(k.kind());
            case PointOp.Select s -> {
                Node zero = b.constant(0f);
                if (wants(1)) {
                    give(1, b.select(x(0), g, zero));
                }
                if (wants(2)) {
                    give(2, b.select(x(0), zero, g));
                }
            }
            case PointOp.Compare c -> {}
            case PointOp.Cast c -> {}
            case PointOp.Random r -> {}
        }
    }

    private void unary(UnaryKind kind) {
        switch (kind) {
            case NEG -> give(0, b.negate(g));
            case ABS -> {
                Node zero = b.constant(0f);
                Node below = b.select(b.lessThan(x(0), zero), b.negate(g), zero);
                give(0, b.select(b.lessThan(zero, x(0)), g, below));
            }
            case EXP -> give(0, b.times(g, y()));
            case LOG -> give(0, b.divide(g, x(0)));
            case TANH -> give(0, b.times(g, b.minus(b.constant(1f), b.times(y(), y()))));
            case SIGMOID -> give(0, b.times(g, b.times(y(), b.minus(b.constant(1f), y()))));
            case SOFTPLUS -> give(0, b.times(g, b.unary(UnaryKind.SIGMOID, x(0))));
            case ERF -> give(0, b.times(g, b.times(gaussian(b.constant(1f)), TWO_OVER_SQRT_PI)));
            case GELU -> {
                Node cdf = b.times(b.plus(b.constant(1f), b.unary(UnaryKind.ERF, b.times(x(0), SQRT_HALF))), 0.5f);
                Node density = b.times(gaussian(b.constant(0.5f)), ONE_OVER_SQRT_TWO_PI);
                give(0, b.times(g, b.plus(cdf, b.times(x(0), density))));
            }
            case SILU -> {
                Node s = b.unary(UnaryKind.SIGMOID, x(0));
                Node rest = b.times(x(0), b.minus(b.constant(1f), s));
                give(0, b.times(g, b.times(s, b.plus(b.constant(1f), rest))));
            }
            case SIN -> give(0, b.times(g, b.unary(UnaryKind.COS, x(0))));
            case COS -> give(0, b.negate(b.times(g, b.unary(UnaryKind.SIN, x(0)))));
            case SQRT -> give(0, b.divide(g, b.plus(y(), y())));
            case RSQRT -> give(0, b.negate(b.times(g, b.divide(b.times(y(), 0.5f), x(0)))));
            case FLOOR -> {}
            case NARROW -> give(0, g);
        }
    }

    /** {@code exp(−scale·x²)}. */
    private Node gaussian(Node scale) {
        Node t = b.max(b.min(x(0), b.constant(GAUSSIAN_END)), b.constant(-GAUSSIAN_END));
        return b.exp(b.negate(b.times(scale, b.times(t, t))));
    }

    private void binary(BinaryKind kind) {
        switch (kind) {
            case ADD -> {
                if (wants(0)) {
                    give(0, g);
                }
                if (wants(1)) {
                    give(1, g);
                }
            }
            case SUB -> {
                if (wants(0)) {
                    give(0, g);
                }
                if (wants(1)) {
                    give(1, b.negate(g));
                }
            }
            case MUL -> {
                if (wants(0)) {
                    give(0, b.times(g, x(1)));
                }
                if (wants(1)) {
                    give(1, b.times(g, x(0)));
                }
            }
            case DIV -> {
                if (wants(0)) {
                    give(0, b.divide(g, x(1)));
                }
                if (wants(1)) {
                    give(1, b.negate(b.times(g, b.divide(y(), x(1)))));
                }
            }
            // A tie goes to the first operand.
            case MAX -> choose(b.compare(CompareKind.LE, x(1), x(0)));
            case MIN -> choose(b.compare(CompareKind.LE, x(0), x(1)));
            case POW -> {
                if (wants(0)) {
                    Node less = b.binary(BinaryKind.POW, x(0), b.minus(x(1), b.constant(1f)));
                    give(0, b.times(g, b.times(x(1), less)));
                }
                if (wants(1)) {
                    // y = 0 where the base is 0, and log(0) would trap although nothing flows.
                    Node base = b.select(b.lessThan(b.constant(0f), x(0)), x(0), b.constant(1f));
                    give(1, b.times(g, b.times(y(), b.log(base))));
                }
            }
            case AND, OR, XOR -> {}
        }
    }

    private void choose(Node first) {
        Node zero = b.constant(0f);
        if (wants(0)) {
            give(0, b.select(first, g, zero));
        }
        if (wants(1)) {
            give(1, b.select(first, zero, g));
        }
    }

    // --- views

    private static int[] inverse(Words axes) {
        int[] r = new int[axes.size()];
        for (int i = 0; i < r.length; i++) {
            r[axes.get(i)] = i;
        }
        return r;
    }

    private Op padOf(Op.Slice s) {
        int rank = s.starts().size();
        int[] after = new int[rank];
        int[] interior = new int[rank];
        for (int i = 0; i < rank; i++) {
            interior[i] = s.strides().get(i) - 1;
            after[i] = shape(0).dim(i)
                    - s.starts().get(i)
                    - ((s.sizes().get(i) - 1) * s.strides().get(i) + 1);
        }
        return new Op.Pad(s.starts(), Words.of(after), Words.of(interior));
    }

    private Op sliceOf(Op.Pad p) {
        int rank = p.before().size();
        int[] strides = new int[rank];
        for (int i = 0; i < rank; i++) {
            strides[i] = p.interior().get(i) + 1;
        }
        return new Op.Slice(p.before(), Words.of(shape(0).dims()), Words.of(strides));
    }

    private void concat(Op.Concat c) {
        int start = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            int size = shape(i).dim(c.axis());
            if (wants(i)) {
                give(i, b.slice(g, c.axis(), start, size));
            }
            start += size;
        }
    }

    // --- sums

    /**
     * Sums the axes along which {@code small} was repeated. Neighbouring ones are summed as one long axis, so that a bias of
     * [batch, seq, d] has one sum over batch · seq rows.
     */
    static Node sumTo(GraphBuilder b, Node big, Shape small) {
        int lead = big.shape().rank() - small.rank();
        Node sum = big;
        int axis = 0;
        List<Extent> done = new ArrayList<>();
        while (axis < big.shape().rank()) {
            int end = axis;
            while (end < big.shape().rank() && isRepeated(big.shape(), small, lead, end)) {
                end++;
            }
            if (end == axis) {
                done.add(big.shape().extent(axis++));
                continue;
            }
            List<Extent> merged = new ArrayList<>(done);
            merged.add(big.shape().product(axis, end));
            merged.addAll(big.shape().extents().subList(end, big.shape().rank()));
            sum = b.sum(b.reshape(sum, Shape.of(merged)), done.size());
            done.add(Extent.ONE);
            axis = end;
        }
        return b.reshape(sum, small);
    }

    private static boolean isRepeated(Shape big, Shape small, int lead, int axis) {
        return axis < lead
                || (small.extent(axis - lead).isOne() && !big.extent(axis).isOne());
    }

    private void reduce(Op.Reduce r) {
        Node repeated = b.broadcast(g, shape(0));
        switch (r.kind()) {
            case SUM -> give(0, repeated);
            case MAX, MIN -> {
                // The lowest index among equals takes all.
                Node isBest = b.compare(CompareKind.EQ, x(0), y());
                Node index = b.iota(shape(0), r.axis());
                Node never = b.constant(Integer.MAX_VALUE);
                Node winner = b.reduce(Op.ReduceKind.MIN, b.select(isBest, index, never), r.axis());
                give(0, b.select(b.compare(CompareKind.EQ, index, winner), repeated, b.constant(0f)));
            }
        }
    }

    private void matMul(Op.MatMul m) {
        if (wants(0)) {
            if (shape(0).rank() < node.shape().rank()) {
                sharedLeft(m);
            } else if (m.transposeA()) {
                give(0, b.matMul(x(1), m.transposeB(), g, true));
            } else {
                give(0, b.matMul(g, false, x(1), !m.transposeB()));
            }
        }
        if (wants(1)) {
            boolean shared = shape(1).rank() < node.shape().rank();
            if (shared || (node.shape().rank() == 2 && !m.transposeA())) {
                Node a = rows(m.transposeA() ? swapLast(x(0)) : x(0));
                pass.addProduct(node.input(1), node.id(), 1, a, rows(g), m.transposeB());
            } else if (m.transposeB()) {
                give(1, b.matMul(g, true, x(0), m.transposeA()));
            } else {
                give(1, b.matMul(x(0), !m.transposeA(), g, false));
            }
        }
    }

    /** A matrix on the left that all groups share: k of its gradient runs over (group, column). */
    private void sharedLeft(Op.MatMul m) {
        int rank = node.shape().rank();
        int[] toFront = new int[rank];
        toFront[0] = rank - 2;
        for (int i = 1; i < rank - 1; i++) {
            toFront[i] = i - 1;
        }
        toFront[rank - 1] = rank - 1;
        Node left = b.permute(g, toFront);
        left = b.reshape(
                left, Shape.of(List.of(left.shape().extent(0), left.shape().product(1, rank))));
        Node right = rows(m.transposeB() ? x(1) : swapLast(x(1)));
        give(0, m.transposeA() ? b.matMul(right, true, left, true) : b.matMul(left, right));
    }

    /** All leading axes folded into the rows of a matrix. */
    private Node rows(Node a) {
        int rank = a.shape().rank();
        return b.reshape(
                a, Shape.of(List.of(a.shape().product(0, rank - 1), a.shape().extent(rank - 1))));
    }

    private Node swapLast(Node a) {
        int rank = a.shape().rank();
        int[] axes = new int[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = i;
        }
        axes[rank - 2] = rank - 1;
        axes[rank - 1] = rank - 2;
        return b.permute(a, axes);
    }
}
