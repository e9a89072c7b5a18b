package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Factors;
import loom.graph.Words;
import loom.program.Kernel;

/**
 * A convolution with few filters in a group and few taps, depthwise ones above all, without patches: making them would take longer than
 * multiplying them. Its taps are read where the input lies ({@link WindowWasm}).
 */
record WindowProduct(int position, Kernel.Copy copy, Kernel.MatMul product, Optional<Epilogue> epilogue)
        implements Patches {
    /** Filters of a group that leave tiles of 4 rows empty. */
    private static final int MOST_FILTERS = 3;

    /** Taps; more would make the code long. */
    private static final int MOST_TAPS = 32;

    /** Rows of the result have at least a vector. */
    private static final int LEAST_COLUMNS = 4;

    /** Vectors that lie half outside the input may reach so far before and behind it, in elements. */
    private static final int MOST_PADDING = 16;

    private static final int MOST_STRIDE = 4;

    static Optional<WindowProduct> of(int position, Kernel.Copy c, Kernel.MatMul m) {
        if (!isWindow(c)
                || m.factors() != Factors.F32
                || m.sharedA()
                || m.m().batched()
                || m.m().coefficient() > MOST_FILTERS
                || m.k().batched()
                || m.k().coefficient() > MOST_TAPS) {
            return Optional.empty();
        }
        int rank = c.inShape().rank() - 2;
        boolean isProduct = m.groups().batched()
                && m.n().equals(c.space().product(2 + rank, 2 + 2 * rank))
                && c.space().dim(1) % m.groups().coefficient() == 0
                && c.space().dim(1 + 2 * rank) >= LEAST_COLUMNS;
        WindowProduct p = new WindowProduct(position, c, m, Optional.empty());
        return isProduct && p.isNear() ? Optional.of(p) : Optional.empty();
    }

    /** A copy {@code [N, C, taps..., positions...]} of {@code [N, C, spatial...]}: what is made for a convolution. */
    private static boolean isWindow(Kernel.Copy c) {
        int rank = c.inShape().rank() - 2;
        if (rank < 1
                || c.space().rank() != 2 + 2 * rank
                || !c.outShape().equals(c.space())
                || c.inShape().batchAxis() != 0
                || c.space().batchAxis() != 0) {
            return false;
        }
        for (int i = 0; i < 2 + rank; i++) {
            Kernel.Axis a = c.axes().get(i);
            int[] strides = new int[2 + 2 * rank];
            if (i < 2) {
                strides[i] = 1;
            } else {
                strides[i] = a.strides().get(i);
                strides[i + rank] = a.strides().get(i + rank);
            }
            boolean forwards = i < 2 ? a.offset() == 0 : strides[i] > 0 && strides[i + rank] > 0;
            if (a.dilation() != 1 || !forwards || !a.strides().equals(Words.of(strides))) {
                return false;
            }
        }
        return true;
    }

    /** With the pointwise kernel behind it, if that can be its epilogue. */
    WindowProduct with(Kernel behind) {
        int filters = product.groups().coefficient() * product.m().coefficient();
        return behind instanceof Kernel.Pointwise p
                ? new WindowProduct(position, copy, product, Epilogue.of(p, product.out(), filters, product.n()))
                : this;
    }

    @Override
    public int end() {
        return position + (epilogue.isPresent() ? 3 : 2);
    }

    @Override
    public int out() {
        return epilogue.isPresent() ? epilogue.get().kernel().out() : product.out();
    }

    /** Without an epilogue, the result is written while all but the input are still those of the product, and lies elsewhere. */
    @Override
    public List<Integer> operands() {
        List<Integer> all = new ArrayList<>(List.of(copy.in()));
        epilogue.ifPresent(e -> {
            all.add(product.a());
            all.add(copy.out());
            e.others().forEach(i -> all.add(e.kernel().loads().get(i).buffer()));
        });
        return all;
    }

    @Override
    public long scratchBytes(int batch) {
        return 0;
    }

    /** Whether no vector of a row reaches far out of it. */
    private boolean isNear() {
        int last = rank() - 1;
        int end = (columns() - 1) * stride(last) + (taps(last) - 1) * dilation(last) + offset(last);
        return stride(last) <= MOST_STRIDE && -offset(last) <= MOST_PADDING && end - width(last) < MOST_PADDING;
    }

    /** Number of spatial axes. */
    int rank() {
        return copy.inShape().rank() - 2;
    }

    /** Channels of a group. */
    int channels() {
        return copy.space().dim(1) / product.groups().coefficient();
    }

    /** Extent of a spatial axis of the input. */
    int width(int axis) {
        return copy.inShape().dim(2 + axis);
    }

    int taps(int axis) {
        return copy.space().dim(2 + axis);
    }

    /** Positions of the result along a spatial axis. */
    int positions(int axis) {
        return copy.space().dim(2 + rank() + axis);
    }

    /** Positions of a row of the result. */
    int columns() {
        return positions(rank() - 1);
    }

    int stride(int axis) {
        return copy.axes().get(2 + axis).strides().get(2 + rank() + axis);
    }

    int dilation(int axis) {
        return copy.axes().get(2 + axis).strides().get(2 + axis);
    }

    /** Coordinate of the first tap of the first position; negative in the padding. */
    int offset(int axis) {
        return copy.axes().get(2 + axis).offset();
    }

    /** What takes the place of the patches: a row of zeros, as long as what is read of a row of the input. */
    @Override
    public int elements() {
        return width(rank() - 1) + 2 * MOST_PADDING + 4 * MOST_STRIDE;
    }
}
