package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Kernel;
import loom.program.PointwiseCode;

/**
 * What a convolution's finished sums go through before they are stored: the pointwise kernel behind it, bias and activation as a rule,
 * whose other operands have one value for each channel.
 *
 * @param sum which of the kernel's loads is the convolution's result
 * @param others its other loads
 * @param axis of the kernel's space along which channels lie
 */
record Epilogue(Kernel.Pointwise kernel, int sum, List<Integer> others, int axis) {
    Epilogue {
        others = List.copyOf(others);
    }

    /** For a result {@code [samples, channels, positions]}. */
    static Optional<Epilogue> of(Kernel.Pointwise kernel, int result, int channels, Extent positions) {
        int axis = axis(kernel.space(), channels, positions);
        if (axis < 0) {
            return Optional.empty();
        }
        for (PointwiseCode.Input i : PointwiseCode.of(kernel).inputs()) {
            if (i instanceof PointwiseCode.Index) {
                return Optional.empty();
            }
        }
        int sum = -1;
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < kernel.loads().size(); i++) {
            Kernel.Load l = kernel.loads().get(i);
            if (l.buffer() == result && sum < 0 && l.isWhole() && l.shape().equals(kernel.space())) {
                sum = i;
            } else if (l.buffer() != result && isPerChannel(l, axis)) {
                others.add(i);
            } else {
                return Optional.empty();
            }
        }
        return sum < 0 ? Optional.empty() : Optional.of(new Epilogue(kernel, sum, others, axis));
    }

    private static int axis(Shape space, int channels, Extent positions) {
        for (int axis = 1; axis < space.rank(); axis++) {
            if (space.extent(axis).equals(Extent.of(channels))
                    && space.product(axis + 1, space.rank()).equals(positions)) {
                return axis;
            }
        }
        return -1;
    }

    private static boolean isPerChannel(Kernel.Load load, int axis) {
        for (int i = 0; i < load.shape().rank(); i++) {
            if (i != axis && !load.shape().extent(i).isOne()) {
                return false;
            }
        }
        return !load.offset().batched() && !load.stride(axis).batched();
    }
}
