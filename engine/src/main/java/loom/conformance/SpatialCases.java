package loom.conformance;

import java.util.List;
import java.util.Optional;
import loom.conformance.LayerCases.Entry;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.AvgPool;
import loom.model.Conv;
import loom.model.ConvTranspose;
import loom.model.Crop;
import loom.model.GlobalAvgPool;
import loom.model.GlobalMaxPool;
import loom.model.Initialiser;
import loom.model.Interpolation;
import loom.model.MaxPool;
import loom.model.Pad;
import loom.model.PadMode;
import loom.model.Padding;
import loom.model.Upsample;

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
                    transpose(3, 2, Words.of(3, 2, 2), Words.of(2), Padding.Same.SAME, Words.of(0), ONE, 1)),
            LayerCases.of("max_pool", Shape.of(2, 4, 6), new MaxPool(Words.of(2))),
            LayerCases.of(
                    "max_pool with padding",
                    Shape.of(2, 5, 7),
                    new MaxPool(Words.of(3), Optional.of(Words.of(2)), size(1), ONE, false)),
            LayerCases.of(
                    "max_pool of 3 axes",
                    Shape.of(1, 3, 5, 4),
                    new MaxPool(Words.of(2, 2, 3), Optional.of(Words.of(1, 2, 3)), size(0), Words.of(1, 2, 1), true)),
            LayerCases.of("avg_pool", Shape.of(2, 4, 6), new AvgPool(Words.of(2))),
            LayerCases.of(
                    "avg_pool with padding",
                    Shape.of(2, 9),
                    new AvgPool(Words.of(3), Optional.of(Words.of(2)), size(1), ONE, false, false)),
            LayerCases.of(
                    "avg_pool of 3 axes",
                    Shape.of(1, 3, 5, 4),
                    new AvgPool(Words.of(2, 2, 3), Optional.of(Words.of(2)), size(1), Words.of(1, 2, 1), true, true)),
            LayerCases.of("global_max_pool", Shape.of(3, 5, 4), new GlobalMaxPool()),
            LayerCases.of("global_avg_pool", Shape.of(3, 5, 9), new GlobalAvgPool()),
            LayerCases.of("upsample", Shape.of(2, 3, 2), new Upsample(Words.of(2, 3), new Interpolation.Nearest())),
            LayerCases.of(
                    "upsample linear",
                    Shape.of(2, 3, 4),
                    new Upsample(Words.of(2, 3), new Interpolation.Linear(false)),
                    new Upsample(Words.of(1, 2), new Interpolation.Linear(true))),
            LayerCases.of(
                    "pad",
                    Shape.of(2, 4, 3),
                    new Pad(Words.of(1, 0, 0, 2), PadMode.Constant.ZEROS),
                    new Pad(Words.of(1), new PadMode.Constant(-1.5f)),
                    new Pad(Words.of(2), new PadMode.Reflect())),
            LayerCases.of(
                    "pad and crop",
                    Shape.of(2, 3, 4),
                    new Pad(Words.of(0, 2), new PadMode.Edge()),
                    new Crop(Words.of(1, 0, 0, 1)),
                    new Pad(Words.of(2, 1), new PadMode.Wrap())));

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
