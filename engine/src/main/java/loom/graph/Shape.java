package loom.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Extents of a tensor, row-major. At most one axis is <em>batched</em>: its extent is a coefficient times the run-time batch.
 *
 * <p>Written {@code [N,784]} for a batch of rows, {@code [64,N,128]} for 64 time steps of a batch, {@code []} for a scalar.
 */
public final class Shape {
    /** Limit on rank: loaders refuse more, and index arithmetic of the generators stays short. */
    public static final int MAX_RANK = 8;

    public static final Shape SCALAR = new Shape(new int[0], -1);

    private final int[] dims;
    private final int batchAxis;

    private Shape(int[] dims, int batchAxis) {
        if (dims.length > MAX_RANK) {
            throw new ShapeException("rank " + dims.length + " is more than " + MAX_RANK);
        }
        this.dims = dims;
        this.batchAxis = batchAxis;
        long product = 1;
        for (int d : dims) {
            if (d < 1) {
                throw new ShapeException("extent " + d + " in " + this + "; every extent is at least 1");
            }
            product *= d;
            if (product > Integer.MAX_VALUE) {
                throw new ShapeException("shape " + this + " has more than 2^31-1 elements");
            }
        }
    }

    public static Shape of(int... dims) {
        return new Shape(dims.clone(), -1);
    }

    /** {@code [N, dims...]}. */
    public static Shape batched(int... dims) {
        int[] all = new int[dims.length + 1];
        all[0] = 1;
        System.arraycopy(dims, 0, all, 1, dims.length);
        return new Shape(all, 0);
    }

    /** {@code dims} with axis {@code batchAxis} multiplied by the batch; -1 for none. */
    public static Shape of(int[] dims, int batchAxis) {
        if (batchAxis >= dims.length) {
            throw new ShapeException("batch axis " + batchAxis + " of rank " + dims.length);
        }
        return new Shape(dims.clone(), batchAxis);
    }

    public static Shape of(List<Extent> extents) {
        int[] dims = new int[extents.size()];
        int batchAxis = -1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = extents.get(i).coefficient();
            if (extents.get(i).batched()) {
                if (batchAxis >= 0) {
                    throw new ShapeException("two batched axes: " + batchAxis + " and " + i);
                }
                batchAxis = i;
            }
        }
        return new Shape(dims, batchAxis);
    }

    public int rank() {
        return dims.length;
    }

    public boolean isBatched() {
        return batchAxis >= 0;
    }

    /** The batched axis, or -1. */
    public int batchAxis() {
        return batchAxis;
    }

    public Extent extent(int axis) {
        return new Extent(dims[axis], axis == batchAxis);
    }

    /** Coefficient of an axis: its extent for a batch of one. */
    public int dim(int axis) {
        return dims[axis];
    }

    public List<Extent> extents() {
        List<Extent> r = new ArrayList<>(dims.length);
        for (int i = 0; i < dims.length; i++) {
            r.add(extent(i));
        }
        return r;
    }

    public int[] dims() {
        return dims.clone();
    }

    /** Product of the extents of axes {@code from} (inclusive) to {@code to} (exclusive). */
    public Extent product(int from, int to) {
        Extent p = Extent.ONE;
        for (int i = from; i < to; i++) {
            p = p.times(extent(i));
        }
        return p;
    }

    public Extent elements() {
        return product(0, dims.length);
    }

    public int elements(int batch) {
        return elements().at(batch);
    }

    /** Row-major distance between neighbours along an axis. */
    public Extent stride(int axis) {
        return product(axis + 1, dims.length);
    }

    /** Extents for a given batch. */
    public int[] at(int batch) {
        int[] r = dims.clone();
        if (batchAxis >= 0) {
            r[batchAxis] = Math.multiplyExact(r[batchAxis], batch);
        }
        return r;
    }

    public Shape withDim(int axis, Extent extent) {
        int[] r = dims.clone();
        r[axis] = extent.coefficient();
        int b = batchAxis;
        if (extent.batched()) {
            if (b >= 0 && b != axis) {
                throw new ShapeException("two batched axes in " + this);
            }
            b = axis;
        } else if (b == axis) {
            b = -1;
        }
        return new Shape(r, b);
    }

    /** This shape with {@code extent} put in front of axis {@code at}. */
    public Shape insert(int at, Extent extent) {
        int[] r = new int[dims.length + 1];
        System.arraycopy(dims, 0, r, 0, at);
        r[at] = 1;
        System.arraycopy(dims, at, r, at + 1, dims.length - at);
        return new Shape(r, batchAxis >= at ? batchAxis + 1 : batchAxis).withDim(at, extent);
    }

    public Shape remove(int axis) {
        int[] r = new int[dims.length - 1];
        System.arraycopy(dims, 0, r, 0, axis);
        System.arraycopy(dims, axis + 1, r, axis, r.length - axis);
        return new Shape(r, batchAxis == axis ? -1 : batchAxis > axis ? batchAxis - 1 : batchAxis);
    }

    public Shape permute(int... axes) {
        int[] r = new int[dims.length];
        int b = -1;
        for (int i = 0; i < axes.length; i++) {
            r[i] = dims[axes[i]];
            if (axes[i] == batchAxis) {
                b = i;
            }
        }
        return new Shape(r, b);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Shape s && batchAxis == s.batchAxis && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(dims) + batchAxis;
    }

    @Override
    public String toString() {
        StringBuilder b = new StringBuilder("[");
        for (int i = 0; i < dims.length; i++) {
            b.append(i == 0 ? "" : ",")
                    .append(i == batchAxis ? (dims[i] == 1 ? "N" : dims[i] + "N") : Integer.toString(dims[i]));
        }
        return b.append(']').toString();
    }
}
