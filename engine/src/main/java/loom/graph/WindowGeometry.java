package loom.graph;

/**
 * Where a window looks, for each spatial axis: tap k of window o reads input position
 * {@code (stride·o + dilation·k − before) / inputDilation}, if that is a whole number inside the input.
 *
 * <p>The padded input has {@code before + (S−1)·inputDilation + 1 + after} positions; padding may be negative (cut off). An input
 * dilation above 1 puts zeros between neighbours, which makes a transposed convolution.
 *
 * @param kernel taps an axis
 */
public record WindowGeometry(
        Words kernel, Words strides, Words dilations, Words before, Words after, Words inputDilations) {
    public WindowGeometry {
        int rank = kernel.size();
        if (rank < 1
                || strides.size() != rank
                || dilations.size() != rank
                || before.size() != rank
                || after.size() != rank
                || inputDilations.size() != rank) {
            throw new ShapeException("a window's kernel, strides, dilations and padding differ in rank");
        }
        for (int i = 0; i < rank; i++) {
            if (kernel.get(i) < 1 || strides.get(i) < 1 || dilations.get(i) < 1 || inputDilations.get(i) < 1) {
                throw new ShapeException(
                        "kernel " + kernel + ", strides " + strides + " and dilations " + dilations + " start at 1");
            }
        }
    }

    public int rank() {
        return kernel.size();
    }

    /** Whether every window is one input position, in order. */
    public boolean isPointwise() {
        for (int i = 0; i < rank(); i++) {
            boolean single = kernel.get(i) == 1 && strides.get(i) == 1 && inputDilations.get(i) == 1;
            if (!single || before.get(i) != 0 || after.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Positions a kernel covers on an axis. */
    public int span(int axis) {
        return Math.addExact(Math.multiplyExact(dilations.get(axis), kernel.get(axis) - 1), 1);
    }

    /** Number of windows along an axis of {@code size} input positions. */
    public int windows(int axis, int size) {
        long padded = (size - 1L) * inputDilations.get(axis) + 1 + before.get(axis) + after.get(axis);
        long room = padded - span(axis);
        if (room < 0) {
            throw new ShapeException("a kernel spanning " + span(axis) + " positions does not fit the " + padded
                    + " of spatial axis " + axis + " (padding included)");
        }
        long n = room / strides.get(axis) + 1;
        if (n > Integer.MAX_VALUE) {
            throw new ShapeException(n + " windows along spatial axis " + axis);
        }
        return (int) n;
    }

    /** The geometry that carries gradients of {@code spatial.length} windows back to inputs of sizes {@code input}. */
    WindowGeometry transposed(int[] input, int[] windows) {
        int rank = rank();
        int[] start = new int[rank];
        int[] end = new int[rank];
        for (int i = 0; i < rank; i++) {
            start[i] = span(i) - 1 - before.get(i);
            end[i] =
                    (input[i] - 1) * inputDilations.get(i) + span(i) - (windows[i] - 1) * strides.get(i) - 1 - start[i];
        }
        return new WindowGeometry(kernel, inputDilations, dilations, Words.of(start), Words.of(end), strides);
    }
}
