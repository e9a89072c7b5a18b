package loom.program;

import java.util.ArrayList;
import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.Words;

/**
 * One instruction of a {@link Program}: a computation from buffers to one buffer. Numbers are buffer ids unless said otherwise;
 * no kernel reads the buffer it writes, but for pointwise ones whose every element depends on that of the same position. {@code site}
 * is the trap site of the result, or -1.
 *
 * <p>The order of summation is stated at the operations ({@link Op.Reduce}, {@link Op.MatMul}, {@link Op.ScatterAdd}); every
 * machine's generator of the same name implements it.
 */
public sealed interface Kernel {
    int out();

    /** Every buffer it reads. */
    List<Integer> reads();

    /** The same with another buffer wherever it names {@code from}. */
    Kernel renamed(int from, int to);

    private static int renamed(int buffer, int from, int to) {
        return buffer == from ? to : buffer;
    }

    /** WebGPU guarantees 8 storage buffers a stage: those that are loaded from, the output and the trap word must fit. */
    int MAX_LOADED_BUFFERS = 6;

    /**
     * Operand of a pointwise kernel: {@code shape} has the rank of the space; axes of extent 1 are repeated. It may be a part of
     * its buffer, whose extents are {@code of}; {@code offset} is the distance of its first element from the buffer's.
     */
    record Load(int buffer, Shape shape, Shape of, Extent offset) {
        private static final Extent NONE = Extent.of(0);

        /** A whole buffer. */
        public Load(int buffer, Shape shape) {
            this(buffer, shape, shape, NONE);
        }

        public boolean isWhole() {
            return of.equals(shape);
        }

        /** Distance between neighbours along an axis; 0 where the operand repeats. */
        public Extent stride(int axis) {
            return shape.extent(axis).isOne() ? NONE : of.stride(axis);
        }

        /** Whether axes {@code outer} and {@code inner}, with nothing but axes of one element between them, are like one. */
        public boolean joins(int outer, int inner) {
            boolean repeats = shape.extent(outer).isOne();
            return repeats == shape.extent(inner).isOne()
                    && (repeats || of.stride(outer).equals(of.stride(inner).times(shape.extent(inner))));
        }
    }

    /** {@code out[p] = code(loads at p)} for every position p of {@code space}, the dense shape of out. */
    record Pointwise(Shape space, List<Load> loads, Expression code, int out) implements Kernel {
        public Pointwise {
            loads = List.copyOf(loads);
        }

        @Override
        public List<Integer> reads() {
            List<Integer> buffers = new ArrayList<>();
            loads.forEach(l -> buffers.add(l.buffer));
            return buffers;
        }

        @Override
        public Kernel renamed(int from, int to) {
            List<Load> all = new ArrayList<>();
            loads.forEach(l -> all.add(new Load(Kernel.renamed(l.buffer, from, to), l.shape, l.of, l.offset)));
            return new Pointwise(space, all, code, Kernel.renamed(out, from, to));
        }
    }

    /** {@code out[o,i] = reduce over l of in[o,l,i]} for {@code in [outer, length, inner]}. */
    record Reduce(
            Op.ReduceKind kind,
            ElementType element,
            int in,
            int out,
            Extent outer,
            Extent length,
            Extent inner,
            int site)
            implements Kernel {
        @Override
        public List<Integer> reads() {
            return List.of(in);
        }

        @Override
        public Kernel renamed(int from, int to) {
            int newIn = Kernel.renamed(in, from, to);
            return new Reduce(kind, element, newIn, Kernel.renamed(out, from, to), outer, length, inner, site);
        }
    }

    /**
     * {@code out[g,m,n] = sum over k of a[g,m,k] · b[g,k,n]}. A transposed operand is stored {@code [g,k,m]} or {@code [g,n,k]};
     * a shared one has no g. Operands are taken as {@code factors} says; only of {@link Factors#F32} k may depend on the batch.
     */
    record MatMul(
            int a,
            int b,
            int out,
            boolean transposeA,
            boolean transposeB,
            boolean sharedA,
            boolean sharedB,
            Extent groups,
            Extent m,
            Extent n,
            Extent k,
            Factors factors,
            int site)
            implements Kernel {
        /** Of the result. */
        public Extent elements() {
            return groups.times(m).times(n);
        }

        /** The same of other factors. */
        public MatMul with(Factors others) {
            return new MatMul(a, b, out, transposeA, transposeB, sharedA, sharedB, groups, m, n, k, others, site);
        }

        /** The same with other sizes. */
        public MatMul resized(Extent newN, Extent newK) {
            return new MatMul(
                    a, b, out, transposeA, transposeB, sharedA, sharedB, groups, m, newN, newK, factors, site);
        }

        @Override
        public List<Integer> reads() {
            return List.of(a, b);
        }

        @Override
        public Kernel renamed(int from, int to) {
            int newA = Kernel.renamed(a, from, to);
            int newB = Kernel.renamed(b, from, to);
            int newOut = Kernel.renamed(out, from, to);
            return new MatMul(
                    newA, newB, newOut, transposeA, transposeB, sharedA, sharedB, groups, m, n, k, factors, site);
        }
    }

    /**
     * Moves words without arithmetic: for every position p of {@code space}, {@code out[p + start]} (dense in {@code outShape}) takes
     * {@code in[q]} where axis i of q is {@code axes[i]} at p, or 0 where some axis has no such element.
     */
    record Copy(int in, Shape inShape, int out, Shape outShape, Shape space, Words start, List<Axis> axes)
            implements Kernel {
        public Copy {
            axes = List.copyOf(axes);
        }

        @Override
        public List<Integer> reads() {
            return List.of(in);
        }

        @Override
        public Kernel renamed(int from, int to) {
            int newIn = Kernel.renamed(in, from, to);
            return new Copy(newIn, inShape, Kernel.renamed(out, from, to), outShape, space, start, axes);
        }
    }

    /**
     * Coordinate on one input axis of a copy: {@code (Σ_j strides[j]·p[j] + offset) / dilation}. There is no such element where
     * the division leaves a remainder or the result is outside the axis. The batched axis is always mapped one to one.
     */
    record Axis(Words strides, int offset, int dilation) {}

    /**
     * {@code out[g,i,d] = table[g, indices[g,i], d]} for {@code table [groups, rows, width]} and {@code indices [groups, positions]}.
     * An index outside 0 … rows−1 traps, reads nothing and gives zeros.
     */
    record Gather(int table, int indices, int out, Extent groups, Extent rows, Extent positions, Extent width, int site)
            implements Kernel {
        @Override
        public List<Integer> reads() {
            return List.of(table, indices);
        }

        @Override
        public Kernel renamed(int from, int to) {
            int newTable = Kernel.renamed(table, from, to);
            int newIndices = Kernel.renamed(indices, from, to);
            int newOut = Kernel.renamed(out, from, to);
            return new Gather(newTable, newIndices, newOut, groups, rows, positions, width, site);
        }
    }

    /**
     * {@code out[g,r,d] = sum over i with indices[g,i] = r of values[g,i,d]} for {@code values [groups, positions, width]} and
     * {@code out [groups, rows, width]}. An index outside 0 … rows−1 traps and adds nothing.
     */
    record ScatterAdd(
            int values, int indices, int out, Extent groups, Extent rows, Extent positions, Extent width, int site)
            implements Kernel {
        @Override
        public List<Integer> reads() {
            return List.of(values, indices);
        }

        @Override
        public Kernel renamed(int from, int to) {
            int newValues = Kernel.renamed(values, from, to);
            int newIndices = Kernel.renamed(indices, from, to);
            int newOut = Kernel.renamed(out, from, to);
            return new ScatterAdd(newValues, newIndices, newOut, groups, rows, positions, width, site);
        }
    }

    /**
     * Runs {@code body} for t = 0 … trips−1, or downwards if {@code reverse}. Buffers of kind {@link Buffer.Slice} of this loop's
     * {@code depth} (0 outermost) stand for slice t of their parent meanwhile. Kernels of the body write the next carried values
     * where the present ones are, see {@link Carrying}.
     */
    record Loop(int trips, boolean reverse, int depth, List<Kernel> body) implements Kernel {
        public Loop {
            body = List.copyOf(body);
        }

        /** A loop has no single output. */
        @Override
        public int out() {
            return -1;
        }

        @Override
        public List<Integer> reads() {
            List<Integer> buffers = new ArrayList<>();
            body.forEach(k -> buffers.addAll(k.reads()));
            return buffers;
        }

        @Override
        public Kernel renamed(int from, int to) {
            List<Kernel> all = new ArrayList<>();
            body.forEach(k -> all.add(k.renamed(from, to)));
            return new Loop(trips, reverse, depth, all);
        }
    }
}
