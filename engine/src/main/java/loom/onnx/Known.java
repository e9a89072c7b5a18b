package loom.onnx;

import loom.graph.Extent;
import loom.graph.Shape;

/**
 * A value known before anything runs: a constant, an extent, or what follows from those. A whole number may be a multiple of the
 * batch.
 */
final class Known implements Value {
    enum Kind {
        REAL,
        WHOLE,
        TRUTH
    }

    private final int[] dims;
    private final Kind kind;
    private final float[] reals;
    private final long[] wholes;
    private final boolean[] batched;
    private final int type;

    private Known(int[] dims, Kind kind, float[] reals, long[] wholes, boolean[] batched) {
        this(dims, kind, reals, wholes, batched, 0);
    }

    private Known(int[] dims, Kind kind, float[] reals, long[] wholes, boolean[] batched, int type) {
        this.dims = dims;
        this.kind = kind;
        this.reals = reals;
        this.wholes = wholes;
        this.batched = batched;
        this.type = type;
    }

    /** Arrays are given away. */
    static Known reals(int[] dims, float[] values) {
        return new Known(dims, Kind.REAL, values, new long[0], new boolean[0]);
    }

    static Known wholes(int[] dims, long[] values) {
        return new Known(dims, Kind.WHOLE, new float[0], values, new boolean[values.length]);
    }

    static Known wholes(int[] dims, long[] values, boolean[] batched) {
        return new Known(dims, Kind.WHOLE, new float[0], values, batched);
    }

    static Known truths(int[] dims, long[] values) {
        return new Known(dims, Kind.TRUTH, new float[0], values, new boolean[values.length]);
    }

    static Known list(long... values) {
        return wholes(new int[] {values.length}, values);
    }

    /** Extents of a shape. */
    static Known extents(Shape shape, int from, int to) {
        int n = Math.max(0, to - from);
        long[] values = new long[n];
        boolean[] batched = new boolean[n];
        for (int i = 0; i < n; i++) {
            values[i] = shape.dim(from + i);
            batched[i] = shape.extent(from + i).batched();
        }
        return wholes(new int[] {n}, values, batched);
    }

    /** The same values of another kind or shape: arrays are shared. */
    Known as(Kind other, int... otherDims) {
        return new Known(otherDims, other, reals, wholes, batched);
    }

    /** The same values, which have this type in the file. */
    Known of(int typeInFile) {
        return new Known(dims, kind, reals, wholes, batched, typeInFile);
    }

    /** The type in the file; 0 of what was computed. */
    int type() {
        return type;
    }

    Known shaped(int... otherDims) {
        return as(kind, otherDims);
    }

    Kind kind() {
        return kind;
    }

    boolean isReal() {
        return kind == Kind.REAL;
    }

    int rank() {
        return dims.length;
    }

    int dim(int axis) {
        return dims[axis];
    }

    int[] dims() {
        return dims.clone();
    }

    int size() {
        return isReal() ? reals.length : wholes.length;
    }

    float real(int i) {
        return isReal() ? reals[i] : (float) wholes[i];
    }

    long whole(int i) {
        return isReal() ? (long) reals[i] : wholes[i];
    }

    boolean batched(int i) {
        return !isReal() && batched[i];
    }

    boolean anyBatched() {
        for (boolean b : batched) {
            if (b) {
                return true;
            }
        }
        return false;
    }

    Extent extent(int i) {
        return new Extent(Math.toIntExact(wholes[i]), batched[i]);
    }

    /** The elements at {@code from} in the order of the list, under another shape. */
    Known picked(int[] from, int... otherDims) {
        if (isReal()) {
            float[] r = new float[from.length];
            for (int i = 0; i < r.length; i++) {
                r[i] = reals[from[i]];
            }
            return reals(otherDims, r);
        }
        long[] w = new long[from.length];
        boolean[] b = new boolean[from.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = wholes[from[i]];
            b[i] = batched[from[i]];
        }
        return new Known(otherDims, kind, reals, w, b);
    }
}
