package loom.conformance;

import java.util.List;
import loom.conformance.LayerCases.Entry;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Conv;
import loom.model.ConvTranspose;
import loom.model.Initialiser;
import loom.model.Padding;

/** Layers of samples with channels and spatial axes. */
final class SpatialCases {
    private static final Words ONE = Words.of(1);

    static final List<Entry> ALL = List.of(
            LayerCases.of("conv1d", Shape.of(3, 9), conv(1, 4, Words.of(3), Words.of(2), size(1), ONE, 1)),
            LayerCases.of(
                    "conv2d",
                    Shape.of(2, 6, 5),
                    new Conv(2, 3, Words.of(3), Activation.Simple.RELU),
                    new Conv(2, 2, Words.of(2, 1), Activation.Simple.TANH)),
            LayerCases.of(
                    "conv2d in groups",
                    Shape.of(4, 5, 6),
                    conv(2, 6, Words.of(3, 2), Words.of(2, 1), size(0, 1, 2, 0), Words.of(1, 2), 2)),
            LayerCases.of(
                    "conv2d depthwise",
                    Shape.of(3, 4, 7),
                    conv(2, 3, Words.of(3), Words.of(1, 2), Padding.Same.SAME, ONE, 3)),
            LayerCases.of(
                    "conv3d",
                    Shape.of(2, 3, 4, 3),
                    conv(3, 2, Words.of(2), Words.of(1, 2, 1), Padding.Same.SAME_LOWER, ONE, 1)),
            LayerCases.of(
                    "conv1d_transpose",
                    Shape.of(3, 4),
                    transpose(1, 2, Words.of(3), Words.of(2), size(1), Words.of(1), ONE, 1)),
            LayerCases.of(
                    "conv2d_transpose in groups",
                    Shape.of(4, 3, 2),
                    transpose(
                            2, 6, Words.of(2, 3), Words.of(1, 3), size(0, 1, 1, 0), Words.of(0, 1), Words.of(2, 1), 2)),
            LayerCases.of(
                    "conv3d_transpose",
                    Shape.of(2, 2, 3, 1),
                    transpose(3, 2, Words.of(3, 2, 2), Words.of(2), Padding.Same.SAME, Words.of(0), ONE, 1)));

    private SpatialCases() {}

    private static Padding size(int... size) {
        return new Padding.Explicit(Words.of(size));
    }

    private static Conv conv(
            int axes, int filters, Words kernel, Words stride, Padding padding, Words dilation, int groups) {
        return new Conv(
                axes,
                filters,
                kernel,
                stride,
                padding,
                dilation,
                groups,
                Activation.Simple.GELU,
                groups != 2,
                Initialiser.Scaled.HE_NORMAL);
    }

    private static ConvTranspose transpose(
            int axes,
            int filters,
            Words kernel,
            Words stride,
            Padding padding,
            Words outputPadding,
            Words dilation,
            int groups) {
        return new ConvTranspose(
                axes,
                filters,
                kernel,
                stride,
                padding,
                outputPadding,
                dilation,
                groups,
                Activation.Simple.LINEAR,
                true,
                Initialiser.Scaled.HE_NORMAL);
    }
}
