package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.graph.Words;
import loom.program.Kernel;

/**
 * A convolution with few filters in a group and few taps, depthwise ones above all, without patches: making them would take longer than
 * multiplying them. The channels of a group are copied once, with the zeros around them, and every row of the result is a product whose
 * rows of b are rows of that copy, shifted from tap to tap. A stride along the last axis splits its positions into so many phases, so that
 * neighbours stay neighbours.
 *
 * @param channels of a group
 * @param padded shape of the copy of a group's channels: {@code [channels, spatial..., phases, columns]}
 * @param outer positions of the result before its last axis
 * @param steps elements of the copy from position to position along each of {@code outer}
 * @param taps of each step of k, where it begins in the copy, in elements
 */
record WindowProduct(
        int position,
        Kernel.Copy copy,
        Kernel.MatMul product,
        int channels,
        Shape padded,
        Words outer,
        Words steps,
        Words taps)
        implements Patches {
    /** Filters of a group that leave tiles of 4 rows empty. */
    private static final int MOST_FILTERS = 3;

    /** Rows of the result shorter than it are not worth a product each. */
    private static final int LEAST_COLUMNS = 4;

    static Optional<Patches> of(int position, Kernel.Copy c, Kernel.MatMul m) {
        if (!isWindow(c)
                || m.sharedA()
                || m.m().batched()
                || m.m().coefficient() > MOST_FILTERS
                || m.k().batched()
                || m.k().coefficient() > TileWasm.FEW_STEPS) {
            return Optional.empty();
        }
        int rank = c.inShape().rank() - 2;
        boolean isProduct = m.groups().batched()
                && m.n().equals(c.space().product(2 + rank, 2 + 2 * rank))
                && c.space().dim(1) % m.groups().coefficient() == 0
                && c.space().dim(1 + 2 * rank) >= LEAST_COLUMNS;
        return isProduct ? Optional.of(of(position, c, m, rank)) : Optional.empty();
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

    private static WindowProduct of(int position, Kernel.Copy c, Kernel.MatMul m, int rank) {
        int channels = c.space().dim(1) / m.groups().coefficient();
        int last = 1 + rank;
        int phases = stride(c, last);
        List<Extent> dims = new ArrayList<>(List.of(Extent.of(channels)));
        for (int i = 2; i < last; i++) {
            dims.add(Extent.of((c.space().dim(i + rank) - 1) * stride(c, i) + reach(c, i) + 1));
        }
        dims.add(Extent.of(phases));
        dims.add(Extent.of(c.space().dim(last + rank) + reach(c, last) / phases));
        Shape padded = Shape.of(dims);
        int[] outer = new int[rank - 1];
        int[] steps = new int[rank - 1];
        for (int i = 0; i < outer.length; i++) {
            outer[i] = c.space().dim(2 + rank + i);
            steps[i] = stride(c, 2 + i) * padded.stride(1 + i).coefficient();
        }
        int[] taps = new int[m.k().coefficient()];
        for (int k = 0; k < taps.length; k++) {
            int left = k;
            int along = left % c.space().dim(last) * dilation(c, last);
            left /= c.space().dim(last);
            taps[k] = along % phases * padded.stride(rank).coefficient() + along / phases;
            for (int i = last - 1; i >= 1; i--) {
                int extent = i == 1 ? channels : c.space().dim(i);
                int step = i == 1 ? 1 : dilation(c, i);
                taps[k] += left % extent * step * padded.stride(i - 1).coefficient();
                left /= extent;
            }
        }
        return new WindowProduct(position, c, m, channels, padded, Words.of(outer), Words.of(steps), Words.of(taps));
    }

    private static int stride(Kernel.Copy c, int input) {
        return c.axes().get(input).strides().get(input + c.inShape().rank() - 2);
    }

    private static int dilation(Kernel.Copy c, int input) {
        return c.axes().get(input).strides().get(input);
    }

    /** From the first tap to the last. */
    private static int reach(Kernel.Copy c, int input) {
        return (c.space().dim(input) - 1) * dilation(c, input);
    }

    /** Copies the channels of a group of a sample, with the zeros around them. */
    Kernel.Copy padding() {
        int rank = copy.inShape().rank() - 2;
        Shape in = Shape.of(copy.inShape().extents().subList(2, 2 + rank)).insert(0, Extent.of(channels));
        List<Kernel.Axis> axes = new ArrayList<>();
        for (int i = 0; i <= rank; i++) {
            int[] strides = new int[padded.rank()];
            strides[i] = 1;
            if (i == rank) {
                strides[i + 1] = stride(copy, 1 + rank);
            }
            axes.add(new Kernel.Axis(
                    Words.of(strides), i == 0 ? 0 : copy.axes().get(1 + i).offset(), 1));
        }
        return new Kernel.Copy(copy.in(), in, copy.out(), padded, padded, Words.of(new int[padded.rank()]), axes);
    }

    /** A row of the result. */
    @Override
    public Kernel.MatMul part() {
        int columns = copy.space().dim(copy.space().rank() - 1);
        return new Kernel.MatMul(
                product.a(),
                product.b(),
                product.out(),
                product.transposeA(),
                false,
                true,
                true,
                Extent.ONE,
                product.m(),
                Extent.of(columns),
                product.k(),
                product.site());
    }

    /** What takes the place of the patches: of one group, and of what the last vectors may read behind it. */
    @Override
    public int elements() {
        return padded.elements().coefficient() + 4 * PackWasm.COLUMNS;
    }
}
