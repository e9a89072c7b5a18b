package loom.machine.wasm;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Kernel;

/**
 * A convolution whose patches are made and multiplied for some positions of its first spatial axis at a time: all of a large picture's
 * patches would be many times the picture. The last band may repeat positions of the one before, which gives the same bits again.
 *
 * @param position of the copy in the program; the product follows it
 * @param copy makes all patches
 * @param product takes them
 * @param axis of the copy's space: the first spatial axis of the result
 * @param input axis of the copy's input that moves with it
 * @param rows positions along {@code axis} at a time
 */
record PatchBand(int position, Kernel.Copy copy, Kernel.MatMul product, int axis, int input, int rows)
        implements Patches {

    /** Spreading the left operand takes as long as one panel or less. */
    private static final int SPREADING = 1;

    /** The band of a copy and the product behind it, if the patches of a sample take more than {@code most} bytes. */
    static Optional<Patches> of(int position, Kernel.Copy c, Kernel.MatMul m, int most) {
        int axis = isMatrixOfPatches(c, m) ? firstAxis(c.space(), m.n()) : -1;
        int input = axis < 0 ? -1 : input(c, axis);
        if (input < 0) {
            return Optional.empty();
        }
        int all = c.space().dim(axis);
        int fitting = (int)
                Math.max(1, Math.min(all, most / (4L * c.space().elements().coefficient() / all)));
        if (fitting == all) {
            return Optional.empty();
        }
        int width = c.space().product(axis + 1, c.space().rank()).coefficient();
        return Optional.of(new PatchBand(position, c, m, axis, input, rows(all, width, fitting)));
    }

    /** Positions at a time, at most so many: the panels of all bands, and spreading the other operand for each, are to be few. */
    private static int rows(int all, int width, int most) {
        int best = most;
        for (int rows = most; rows > 0; rows--) {
            best = panels(all, width, rows) < panels(all, width, best) ? rows : best;
        }
        return best;
    }

    private static long panels(int all, int width, int rows) {
        long bands = (all + rows - 1) / rows;
        return bands * (PackWasm.panels(rows * width) + SPREADING);
    }

    private static boolean isMatrixOfPatches(Kernel.Copy c, Kernel.MatMul m) {
        return c.space().batchAxis() == 0
                && c.outShape().equals(c.space())
                && m.groups().batched()
                && !m.sharedB()
                && !m.transposeB()
                && !m.m().batched();
    }

    /** The axis from which on the space has {@code n} positions; −1 if there is none. */
    private static int firstAxis(Shape space, Extent n) {
        for (int j = space.rank() - 1; j > 0; j--) {
            if (space.product(j, space.rank()).equals(n)) {
                return space.dim(j) > 1 ? j : -1;
            }
        }
        return -1;
    }

    /** The only input axis that moves along an axis of the space, forwards and undivided; else −1. */
    private static int input(Kernel.Copy c, int axis) {
        int only = -1;
        for (int i = 0; i < c.axes().size(); i++) {
            int stride = c.axes().get(i).strides().get(axis);
            if (stride != 0) {
                if (only >= 0 || stride < 0 || c.axes().get(i).dilation() != 1) {
                    return -1;
                }
                only = i;
            }
        }
        return only;
    }

    /** Positions along the axis in all. */
    int all() {
        return copy.space().dim(axis);
    }

    @Override
    public int elements() {
        return copy.space().elements().coefficient() / all() * rows;
    }

    /** Elements of the product's row for one position. */
    private int width() {
        return copy.space().product(axis + 1, copy.space().rank()).coefficient();
    }

    @Override
    public int end() {
        return position + 2;
    }

    @Override
    public int out() {
        return product.out();
    }

    @Override
    public List<Integer> operands() {
        return List.of(copy.in());
    }

    @Override
    public long scratchBytes(int batch) {
        return MatMulWasm.scratchBytes(part(), false, batch);
    }

    /** Makes the patches of a band. */
    Kernel.Copy bandCopy() {
        Shape band = copy.space().withDim(axis, Extent.of(rows));
        return new Kernel.Copy(copy.in(), copy.inShape(), copy.out(), band, band, copy.start(), copy.axes());
    }

    /** Multiplies them; its rows of the result are as far apart as the whole product's. */
    Kernel.MatMul part() {
        return product.resized(Extent.of(rows * width()), product.k());
    }

    /** What a position moves the coordinate in the input. */
    int stride() {
        return copy.axes().get(input).strides().get(axis);
    }

    /** Bytes that a position moves in the input. */
    int inputStep() {
        return 4 * stride() * copy.inShape().stride(input).coefficient();
    }

    /** Bytes that a position moves in the result. */
    int resultStep() {
        return 4 * width();
    }
}
