package loom.program;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.Words;

/**
 * One instruction of a {@link Program}: a computation from buffers to one buffer. Numbers are buffer ids unless said otherwise;
 * no kernel reads the buffer it writes. {@code site} is the trap site of the result, or -1.
 *
 * <p>The order of summation is stated at the operations ({@link Op.Reduce}, {@link Op.MatMul}); every machine's generator of
 * the same name implements it.
 */
public sealed interface Kernel {
    int out();

    /** WebGPU guarantees 8 storage buffers a stage: these loads, the output and the trap word must fit. */
    int MAX_LOADS = 6;

    /** Operand of a pointwise kernel: {@code shape} has the rank of the space; axes of extent 1 are repeated. */
    record Load(int buffer, Shape shape) {}

    /** {@code out[p] = code(loads at p)} for every position p of {@code space}, the dense shape of out. */
    record Pointwise(Shape space, List<Load> loads, Expression code, int out) implements Kernel {
        public Pointwise {
            loads = List.copyOf(loads);
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
            implements Kernel {}

    /**
     * {@code out[g,m,n] = sum over k of a[g,m,k] · b[g,k,n]}. A transposed operand is stored {@code [g,k,m]} or {@code [g,n,k]};
     * a shared one has no g.
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
            int site)
            implements Kernel {}

    /**
     * Moves words without arithmetic: for every position p of {@code space}, {@code out[p + start]} (dense in {@code outShape}) takes
     * {@code in[q]} where axis i of q is {@code axes[i]} at p, or 0 where some axis has no such element.
     */
    record Copy(int in, Shape inShape, int out, Shape outShape, Shape space, Words start, List<Axis> axes)
            implements Kernel {
        public Copy {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Coordinate on one input axis of a copy: {@code (Σ_j strides[j]·p[j] + offset) / dilation}. There is no such element where
     * the division leaves a remainder or the result is outside the axis. The batched axis is always mapped one to one.
     */
    record Axis(Words strides, int offset, int dilation) {}

    /**
     * Runs {@code body} for t = 0 … trips−1, or downwards if {@code reverse}. Buffers of kind {@link Buffer.Slice} of this loop's
     * {@code depth} (0 outermost) stand for slice t of their parent meanwhile. Carried values are copied by kernels of the body.
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
    }
}
