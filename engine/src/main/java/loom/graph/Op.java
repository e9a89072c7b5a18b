package loom.graph;

import loom.numeric.Domain;

/**
 * Primitive tensor operation. Layers, losses and optimizers are compositions of these, and of nothing else.
 *
 * <p>A primitive is this record, one rule in {@link ShapeRules}, one derivative in {@link Derivatives} and, if no kernel kind can
 * express it, one generator per machine. The types are sealed, so the compiler lists what a new one must touch.
 */
public sealed interface Op
        permits PointOp,
                Op.Source,
                Op.Broadcast,
                Op.Reshape,
                Op.Permute,
                Op.Slice,
                Op.Pad,
                Op.Concat,
                Op.Reverse,
                Op.Window,
                Op.Unwindow,
                Op.Conv,
                Op.Gather,
                Op.ScatterAdd,
                Op.StopGradient,
                Op.Surrogate,
                Op.Reduce,
                Op.MatMul,
                Op.Loop,
                Op.Result {

    /** Values that come from outside the graph or are known when it is built. No operands. */
    sealed interface Source extends Op {
        TensorType type();
    }

    /** Fed before every run. */
    record Input(String name, TensorType type) implements Source {}

    /** Weights: fed once, kept by the machine, changed only by updates of the graph. */
    record Parameter(String name, TensorType type) implements Source {}

    /**
     * Kept by the machine between runs and replaced by an update at the end of a run; starts as zeros. With a batch axis it is the
     * samples' own, and starts as zeros again when the batch changes.
     */
    record State(String name, TensorType type) implements Source {}

    /** Run-time number (step, learning rate, position, ...): changing it recompiles nothing. */
    record Scalar(String name, ElementType element) implements Source {
        /** The i32 scalar of this name is the batch itself, given by every run. */
        public static final String BATCH = "batch";

        @Override
        public TensorType type() {
            return new TensorType(Shape.SCALAR, element, Domain.D);
        }
    }

    /** One 32-bit word repeated over the shape. */
    record Splat(int bits, TensorType type) implements Source {}

    /** Table of words known when the graph is built, row-major; static shape. */
    record Table(Words bits, TensorType type) implements Source {}

    /** i32 index along an axis: element [.., i, ..] is i. */
    record Iota(int axis, TensorType type) implements Source {}

    // --- views: no arithmetic

    /** Axes of extent 1 (and missing leading axes) are repeated up to {@code shape}; aligned on the last axis. */
    record Broadcast(Shape shape) implements Op {}

    /** Same elements in the same row-major order under another shape. */
    record Reshape(Shape shape) implements Op {}

    /** Result axis i is operand axis {@code axes[i]}. */
    record Permute(Words axes) implements Op {}

    /** From {@code starts} (static axes only) {@code sizes} elements an axis, every {@code strides}-th. */
    record Slice(Words starts, Words sizes, Words strides) implements Op {}

    /** Zeros around: {@code before} and {@code after} an axis, {@code interior} between neighbours. */
    record Pad(Words before, Words after, Words interior) implements Op {}

    /** Operands one after the other along a static axis. */
    record Concat(int axis) implements Op {}

    /** A static axis the other way round. */
    record Reverse(int axis) implements Op {}

    /**
     * Windows that slide over the spatial axes: {@code [N, C, S...] → [N, C, K..., O...]}; element (k, o) of an axis is the input
     * at {@link WindowGeometry}'s position, or 0 where there is none.
     */
    record Window(WindowGeometry geometry) implements Op {}

    /**
     * The windows' elements by the input position they came from: {@code [N, C, K..., O...] → [N, C, S..., K...]}, 0 where no
     * window reads that position at that tap. Summed over K it is the derivative of {@link Window}.
     *
     * @param spatial S...
     */
    record Unwindow(WindowGeometry geometry, Words spatial) implements Op {}

    /**
     * Convolution (cross-correlation): {@code x [N, G·C, S...], w [F, C, K...] → [N, F, O...]}, {@code y[n,f,o] = Σ w[f,c,k] ·
     * window(x)[n,g·C+c,k,o]}, g the group of f. One product-sum: its k is (c, taps) in row-major order, see {@link MatMul}.
     */
    record Conv(WindowGeometry geometry, int groups) implements Op {}

    // --- rows chosen by indices: one that is not from 0 to V−1 is a trap

    /**
     * Rows of a table by i32 indices: {@code table [L..., V, D...], indices [L..., I...] → [L..., I..., D...]}, element
     * (l, i, d) is {@code table[l, indices[l,i], d]}.
     *
     * @param lead number of axes L that table and indices have in common
     */
    record Gather(int lead) implements Op {}

    /**
     * Rows added up by i32 indices: {@code values [L..., I..., D...], indices [L..., I...] → [L..., V, D...]}. An element starts
     * from +0 and adds the values of its row one by one, in ascending row-major position i; every sum is an addition of domain D.
     *
     * @param rows V
     */
    record ScatterAdd(int lead, Extent rows) implements Op {}

    /** The operand; its derivative is zero. */
    record StopGradient() implements Op {}

    /**
     * The first operand; the derivative goes to the second, as if that were the result. For straight-through estimators and
     * for derivatives that a formula of its own keeps in domain D. The second operand is not computed unless a gradient reads it.
     */
    record Surrogate() implements Op {}

    // --- sums

    enum ReduceKind {
        SUM,
        MAX,
        MIN
    }

    /**
     * Reduces one axis to extent 1. SUM (f32): 32 lanes, element i to lane i mod 32, ascending from +0, lanes halved 16, 8, 4, 2,
     * 1; more than 4,096 elements in chunks of 4,096, chunk sums again by this rule. MAX, MIN (f32, i32): free of order.
     */
    record Reduce(ReduceKind kind, int axis) implements Op {}

    /**
     * {@code [..,m,k] · [..,k,n] → [..,m,n]}; transposed operands are stored {@code [..,k,m]} and {@code [..,n,k]}. Leading axes
     * are equal, or absent from one operand, which is then shared. k ascends in blocks of 128: a block starts from +0 and adds
     * its rounded products one by one, block sums are added in ascending order.
     *
     * @param factors what f32 operands are taken as; with {@link Factors#INT8} the result is i32 and k at most 131,071. Only of F32 may
     *     k be the batch; the derivative is always that of F32
     */
    record MatMul(boolean transposeA, boolean transposeB, Factors factors) implements Op {}

    // --- control

    /**
     * Runs {@code body} {@code trips} times. Operands and body inputs, in this order: {@code carried} values (initial value; then
     * what the previous trip gave), {@code sliced} values (the body sees slice t of axis 0), invariants. Body outputs: next
     * carried values, then values to be stacked. Results ({@link Result}): last carried values, then stacks {@code [trips, ...]}.
     * With {@code reverse}, t counts down; slices and stacks keep their places.
     */
    record Loop(Graph body, int trips, int carried, int sliced, boolean reverse) implements Op {}

    /** Result {@code index} of a loop. */
    record Result(int index) implements Op {}
}
