package loom.onnx;

import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/** Convolutions. */
final class Convolutions {
    static final List<Operator> ALL = List.of(
            Operator.of("Conv", 1, Convolutions::conv), Operator.of("ConvTranspose", 1, Convolutions::transposed));

    private Convolutions() {}

    private static int[] kernel(Call c) {
        Shape w = c.shape(1);
        return Arrays.copyOfRange(w.dims(), 2, w.rank());
    }

    private static Node biased(Call c, Node y) {
        if (!c.has(2)) {
            return y;
        }
        int[] dims = new int[y.shape().rank() - 1];
        Arrays.fill(dims, 1);
        dims[0] = y.shape().dim(1);
        return c.graph().plus(y, c.graph().reshape(c.real(2), Shape.of(dims)));
    }

    private static Node conv(Call c) {
        Node x = c.real(0);
        WindowGeometry g = WindowsOf.of(c, x.shape(), kernel(c)).geometry();
        return biased(c, c.graph().conv(x, c.real(1), g, c.whole("group", 1)));
    }

    private static Node transposed(Call c) {
        GraphBuilder b = c.graph();
        Node x = c.real(0);
        Node w = c.real(1);
        int[] kernel = kernel(c);
        int rank = kernel.length;
        int[] strides = WindowsOf.all(c, "strides", rank, 1);
        int[] dilations = WindowsOf.all(c, "dilations", rank, 1);
        int[] pads = WindowsOf.all(c, "pads", 2 * rank, 0);
        int[] more = WindowsOf.all(c, "output_padding", rank, 0);
        int[] wanted = c.wholes("output_shape");
        String auto = c.text("auto_pad", "NOTSET");
        int[] before = new int[rank];
        int[] after = new int[rank];
        int groups = c.whole("group", 1);
        Shape out = x.shape().withDim(1, Extent.of(w.shape().dim(1) * groups));
        for (int i = 0; i < rank; i++) {
            int n = x.shape().dim(2 + i);
            int full = strides[i] * (n - 1) + more[i] + dilations[i] * (kernel[i] - 1) + 1;
            before[i] = auto.equals("VALID") ? 0 : pads[i];
            int size = full - before[i] - (auto.equals("VALID") ? 0 : pads[rank + i]);
            if (wanted.length > 0 || auto.startsWith("SAME")) {
                size = wanted.length > 0 ? wanted[wanted.length - rank + i] : n * strides[i];
                int total = full - size;
                // What lacks is added at the end.
                before[i] = total < 0 ? 0 : auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
            }
            out = out.withDim(2 + i, Extent.of(size));
            // The geometry is that of the convolution this turns round: what is added at the end, no window of it saw.
            after[i] = strides[i] * (n - 1) + dilations[i] * (kernel[i] - 1) + 1 - size - before[i];
        }
        int[] ones = new int[rank];
        Arrays.fill(ones, 1);
        WindowGeometry g = new WindowGeometry(
                Words.of(kernel),
                Words.of(strides),
                Words.of(dilations),
                Words.of(before),
                Words.of(after),
                Words.of(ones));
        return biased(c, b.convTransposed(x, w, g, groups, out));
    }
}
