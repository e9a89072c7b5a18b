package loom.machine.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.Shape;
import loom.graph.Words;
import loom.program.Kernel;
import loom.program.Readers;

/**
 * A copy that makes patches and the product that takes them. In pictures with the zeros around them, element (tap, position) of a patch is at a
 * distance for the tap plus one for the position, so the product can read those: they take the place of the patches, which need more.
 *
 * @param padding makes these pictures, in the buffer of the patches
 * @param sample distance of pictures
 */
record Convolution(Kernel.Copy padding, Kernel.MatMul product, int sample, int[] taps, int[] starts) {
    /** Numbers behind an element that may be read with it. */
    static final int SLACK = 16;

    /** Fewer positions would fill less than a vector. */
    private static final int LEAST_POSITIONS = 8;

    /** If kernel {@code i} and the one behind it are one. */
    static Optional<Convolution> at(Readers readers, List<Kernel> kernels, int i) {
        return i + 1 < kernels.size()
                        && kernels.get(i) instanceof Kernel.Copy c
                        && kernels.get(i + 1) instanceof Kernel.MatMul m
                ? of(readers, c, m)
                : Optional.empty();
    }

    private static Optional<Convolution> of(Readers readers, Kernel.Copy c, Kernel.MatMul m) {
        int positions = firstAxis(c.space(), m);
        if (positions < 0 || m.factors() == Factors.INT8 || !readers.isOnlyFor(c.out(), m) || !isRegular(c)) {
            return Optional.empty();
        }
        int rank = c.inShape().rank();
        int[] low = new int[rank];
        int patches = c.space().product(1, c.space().rank()).coefficient();
        long elements = 1;
        List<Extent> extents = new ArrayList<>(List.of(c.space().extent(0)));
        for (int i = 1; i < rank; i++) {
            Kernel.Axis axis = c.axes().get(i);
            long high = axis.offset();
            long least = axis.offset();
            for (int j = 1; j < c.space().rank(); j++) {
                long reach = (long) axis.strides().get(j) * (c.space().dim(j) - 1);
                least += Math.min(0, reach);
                high += Math.max(0, reach);
            }
            elements *= high - least + 1;
            // Far strides over much padding: most of what lies between nobody takes.
            if (elements + SLACK > patches) {
                return Optional.empty();
            }
            low[i] = (int) least;
            extents.add(Extent.of((int) (high - least + 1)));
        }
        Shape pictures = Shape.of(extents);
        int sample = (int) elements;
        int[] starts = distances(c, pictures, positions, c.space().rank());
        int corner = 0;
        for (int i = 1; i < rank; i++) {
            corner += (c.axes().get(i).offset() - low[i]) * pictures.stride(i).coefficient();
        }
        for (int p = 0; p < starts.length; p++) {
            starts[p] += corner;
            if (p > 0 && starts[p] <= starts[p - 1]) {
                return Optional.empty();
            }
        }
        int[] taps = distances(c, pictures, 1, positions);
        return Optional.of(new Convolution(padding(c, pictures, low), m, sample, taps, starts));
    }

    /** The axis of the space from which on there are positions, behind those of the taps; −1 if the product has another form. */
    private static int firstAxis(Shape space, Kernel.MatMul m) {
        if (m.transposeB() || m.sharedB() || !m.sharedA() || m.n().batched() || m.k().batched() || m.m().batched()) {
            return -1;
        }
        for (int j = space.rank() - 1; j > 1; j--) {
            if (space.product(j, space.rank()).equals(m.n())
                    && space.product(1, j).equals(m.k())
                    && space.extent(0).equals(m.groups())) {
                return m.n().coefficient() < LEAST_POSITIONS ? -1 : j;
            }
        }
        return -1;
    }

    /** Whether every sample's patches are made alike of that sample, without gaps between elements of the input. */
    private static boolean isRegular(Kernel.Copy c) {
        boolean is = c.outShape().equals(c.space()) && c.inShape().rank() > 1;
        for (int j = 0; j < c.start().size(); j++) {
            is &= c.start().get(j) == 0;
        }
        for (int i = 0; is && i < c.axes().size(); i++) {
            Kernel.Axis axis = c.axes().get(i);
            is = axis.dilation() == 1 && axis.strides().get(0) == (i == 0 ? 1 : 0);
            for (int j = 1; i == 0 && j < c.space().rank(); j++) {
                is &= axis.strides().get(j) == 0;
            }
        }
        return is
                && c.axes().get(0).offset() == 0
                && c.space().extent(0).equals(c.inShape().extent(0));
    }

    private static Kernel.Copy padding(Kernel.Copy c, Shape pictures, int[] low) {
        int rank = pictures.rank();
        List<Kernel.Axis> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int[] strides = new int[rank];
            strides[i] = 1;
            axes.add(new Kernel.Axis(Words.of(strides), low[i], 1));
        }
        return new Kernel.Copy(c.in(), c.inShape(), c.out(), pictures, pictures, Words.of(new int[rank]), axes);
    }

    /** For every position of axes {@code from} to {@code end} of the copy's space, row-major: how far it moves in a picture. */
    private static int[] distances(Kernel.Copy c, Shape pictures, int from, int end) {
        int[] all = {0};
        for (int j = from; j < end; j++) {
            int step = 0;
            for (int i = 1; i < pictures.rank(); i++) {
                step += c.axes().get(i).strides().get(j) * pictures.stride(i).coefficient();
            }
            int[] longer = new int[all.length * c.space().dim(j)];
            for (int p = 0; p < longer.length; p++) {
                longer[p] = all[p / c.space().dim(j)] + p % c.space().dim(j) * step;
            }
            all = longer;
        }
        return all;
    }
}
