package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.onnx.KerasGraph.Image;

/** Convolutions and pooling of Keras. Kernels are {@code [window, in, out]} there, {@code [out, in, window]} in ONNX. */
final class KerasConvolutions {
    private static final String CAUSAL = "causal";
    private static final String KERNEL = "kernel";
    private static final String BIAS = "bias";

    private KerasConvolutions() {}

    static Image conv(KerasLayer l, int axes) {
        int[] dims = any(axes + 2);
        System.arraycopy(l.sizes("kernel_size", axes, -1), 0, dims, 0, axes);
        dims[axes + 1] = l.config().member("filters").whole(1, Integer.MAX_VALUE);
        Known kernel = l.weight(KERNEL, dims);
        return biased(l, convolved(l, l.x(axes + 2), axes, permuted(kernel, axes + 1, axes), l.whole("groups", 1)));
    }

    /** A filter of its own for every channel. */
    static Image depthwise(KerasLayer l) {
        return biased(l, perChannel(l));
    }

    private static Image perChannel(KerasLayer l) {
        Known kernel = l.weight("depthwise_kernel", any(4));
        int in = kernel.dim(2);
        Known filters = permuted(kernel, 2, 3).shaped(in * kernel.dim(3), 1, kernel.dim(0), kernel.dim(1));
        return convolved(l, l.x(4), 2, filters, in);
    }

    static Image separable(KerasLayer l) {
        Known mixing = l.weight("pointwise_kernel", 1, 1, -1, -1);
        String w = l.value("pointwise_kernel", permuted(mixing, 3, 2));
        return biased(l, new Image(l.node("Conv", List.of(perChannel(l).name(), w)), 4, true));
    }

    /** {@code filters [out, in, window]}. */
    private static Image convolved(KerasLayer l, Image x, int axes, Known filters, int groups) {
        l.channelsLast();
        int[] dilations = l.sizes("dilation_rate", axes, 1);
        List<Object> attributes = new ArrayList<>(
                List.of("strides", l.sizes("strides", axes, 1), "dilations", dilations, "group", groups));
        if (l.text("padding", "valid").equals(CAUSAL) && axes == 1) {
            attributes.addAll(List.of("pads", new int[] {(filters.dim(2) - 1) * dilations[0], 0}));
        } else {
            attributes.addAll(List.of("auto_pad", padding(l)));
        }
        String w = l.value(groups == 1 ? KERNEL : "depthwise_kernel", filters);
        return new Image(l.node("Conv", List.of(l.first(x), w), attributes.toArray()), axes + 2, true);
    }

    private static String padding(KerasLayer l) {
        return switch (l.text("padding", "valid")) {
            case "valid" -> "VALID";
            case "same" -> "SAME_UPPER";
            default -> throw l.config().member("padding").expected("valid or same");
        };
    }

    /** With channels behind the batch a bias is {@code [out, 1, ...]}. */
    private static Image biased(KerasLayer l, Image y) {
        Image sum = y;
        if (l.flag("use_bias", true)) {
            Known bias = l.weight(BIAS, -1);
            int[] dims = new int[y.rank() - 1];
            java.util.Arrays.fill(dims, 1);
            dims[0] = bias.size();
            sum = new Image(l.node("Add", List.of(y.name(), l.value(BIAS, bias.shaped(dims)))), y.rank(), true);
        }
        return KerasActivations.of(l, sum);
    }

    /** The kernel is {@code [window, out, in]}. What a stride lacks is added at the end, what is too much is cut as a convolution pads. */
    static Image transposed(KerasLayer l) {
        l.channelsLast();
        Known kernel = l.weight(KERNEL, any(4));
        int[] strides = l.sizes("strides", 2, 1);
        if (l.has("output_padding") || l.sizes("dilation_rate", 2, 1)[0] != 1) {
            throw l.refuse("has output_padding or a dilation_rate, expected neither");
        }
        int[] pads = new int[4];
        int[] more = new int[2];
        boolean same = padding(l).equals("SAME_UPPER");
        for (int i = 0; i < 2; i++) {
            int total = kernel.dim(i) - strides[i];
            more[i] = Math.max(0, -total);
            pads[i] = same ? Math.max(0, total) / 2 : 0;
            pads[2 + i] = same ? Math.max(0, total) - pads[i] : 0;
        }
        String w = l.value(KERNEL, permuted(kernel, 3, 2));
        String y = l.node(
                "ConvTranspose", List.of(l.first(l.x(4)), w), "strides", strides, "pads", pads, "output_padding", more);
        return biased(l, new Image(y, 4, true));
    }

    static Image pooled(KerasLayer l, String op, int axes) {
        l.channelsLast();
        int[] window = l.sizes("pool_size", axes, 2);
        int[] strides = l.has("strides") ? l.sizes("strides", axes, 1) : window;
        String y = l.node(
                op,
                List.of(l.first(l.x(axes + 2))),
                "kernel_shape",
                window,
                "strides",
                strides,
                "auto_pad",
                padding(l));
        return new Image(y, axes + 2, true);
    }

    static Image global(KerasLayer l, String op, int axes) {
        l.channelsLast();
        String y = l.node(op, List.of(l.first(l.x(axes + 2))));
        return l.flag("keepdims", false)
                ? new Image(y, axes + 2, true)
                : new Image(l.node("Flatten", List.of(y), "axis", 1), 2);
    }

    private static int[] any(int rank) {
        int[] dims = new int[rank];
        java.util.Arrays.fill(dims, -1);
        return dims;
    }

    /** Two axes in front, then those of the window. */
    private static Known permuted(Known kernel, int first, int second) {
        int[] axes = new int[kernel.rank()];
        axes[0] = first;
        axes[1] = second;
        for (int i = 2; i < axes.length; i++) {
            axes[i] = i - 2;
        }
        return KerasGraph.permuted(kernel, axes);
    }
}
