package loom.model;

import java.util.Optional;
import java.util.function.Function;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/** What pooling layers share: windows over one to three spatial axes, each of which sees some of the input. */
final class Pooling {
    private Pooling() {}

    // ---- fields ----

    static <L> Field<L, Optional<Words>> stride(Function<L, Optional<Words>> getter) {
        return Field.maybe(
                "stride", Windows.SIZES, getter, "steps from window to window; without it the kernel's extents");
    }

    static <L> Field<L, Boolean> ceil(Function<L, Boolean> getter) {
        return Field.optional(
                "ceil",
                new FieldType.Flag(),
                false,
                getter,
                "whether a last window may reach out of the padding; it starts before the input's end");
    }

    // ---- windows ----

    /** Windows over a sample; {@code layer} is for errors. */
    static WindowGeometry geometry(
            String layer,
            Shape sample,
            Words kernel,
            Optional<Words> stride,
            Words dilation,
            Padding padding,
            boolean ceil) {
        Windows.check(layer, sample, 1, Windows.MAX_AXES);
        WindowGeometry g = Windows.geometry(sample, kernel, stride.orElse(kernel), dilation, padding);
        int[] around = new int[2 * g.rank()];
        for (int i = 0; i < g.rank(); i++) {
            around[i] = g.before().get(i);
            around[g.rank() + i] = g.after().get(i) + (ceil ? beyond(g, i, sample.dim(1 + i)) : 0);
        }
        WindowGeometry all = Windows.padded(g, Words.of(around));
        for (int i = 0; i < g.rank(); i++) {
            checkInside(layer, sample, all, i);
        }
        return all;
    }

    /** Positions that one window more needs beyond the padding, if the others leave some and it starts before the input's end. */
    private static int beyond(WindowGeometry g, int axis, int size) {
        int next = start(g, axis, g.windows(axis, size));
        int end = size + g.after().get(axis);
        boolean some = next - g.strides().get(axis) + g.span(axis) < end;
        return some && next < size ? next + g.span(axis) - end : 0;
    }

    private static void checkInside(String layer, Shape sample, WindowGeometry g, int axis) {
        int size = sample.dim(1 + axis);
        int windows = g.windows(axis, size);
        // A window that starts inside sees its first tap.
        int first = 0;
        while (first < windows && start(g, axis, first) < 0 && taps(g, axis, first, 0, size) > 0) {
            first++;
        }
        boolean fromBefore = first < windows && start(g, axis, first) < 0;
        if (fromBefore || (start(g, axis, windows - 1) >= size && taps(g, axis, windows - 1, 0, size) == 0)) {
            throw new ShapeException(layer + " of " + sample + ": window " + (fromBefore ? first : windows - 1)
                    + " of spatial axis " + axis + " sees nothing but padding");
        }
    }

    private static int start(WindowGeometry g, int axis, int window) {
        return window * g.strides().get(axis) - g.before().get(axis);
    }

    /** How many taps of a window are at positions {@code from} (inclusive) to {@code to}. */
    static int taps(WindowGeometry g, int axis, int window, int from, int to) {
        int start = start(g, axis, window);
        int d = g.dilations().get(axis);
        int low = Math.max(0, -Math.floorDiv(start - from, d));
        int high = Math.min(g.kernel().get(axis), -Math.floorDiv(start - to, d));
        return Math.max(0, high - low);
    }
}
