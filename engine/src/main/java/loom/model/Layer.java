package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;

/**
 * A layer of a network. It says what shape it gives, what parameters it has, and lowers itself to primitive operations; gradients
 * come from those. A new layer is one file, its entry in {@code permits} and its line in {@link Types}, or in {@link
 * Common} if pages should have it with the smallest of our files.
 *
 * <p>Shapes here are those of one sample; in the graph every value has the batch in front: {@code [N, ...]}.
 */
public sealed interface Layer extends Declared
        permits Dense,
                Embedding,
                ActivationLayer,
                Softmax,
                AdaptiveSoftmax,
                MixtureSoftmax,
                LayerNorm,
                RmsNorm,
                BatchNorm,
                GroupNorm,
                Dropout,
                Rnn,
                Gru,
                Lstm,
                Sequential,
                Residual,
                Parallel,
                KMeans,
                Reshape,
                Flatten,
                Conv,
                ConvTranspose,
                Slice,
                Recall,
                MaxPool,
                AvgPool,
                GlobalMaxPool,
                GlobalAvgPool,
                Upsample,
                Pad,
                Crop,
                Attention,
                FeedForward,
                Positional,
                Onnx,
                Tagged {

    /** Every layer, by its name in files. In a class of its own, so that no layer's initialisation needs it. */
    final class Types {
        public static final Registry<Layer> ALL = new Registry<>("layer", all());

        private Types() {}

        private static List<Declaration<? extends Layer>> all() {
            List<Declaration<? extends Layer>> all = new ArrayList<>(Common.TYPES.declarations());
            all.addAll(List.of(
                    AdaptiveSoftmax.TYPE,
                    MixtureSoftmax.TYPE,
                    GroupNorm.TYPE,
                    Parallel.TYPE,
                    KMeans.TYPE,
                    Slice.TYPE,
                    Recall.TYPE,
                    Onnx.TYPE,
                    Upsample.TYPE,
                    Pad.TYPE,
                    Crop.TYPE));
            all.addAll(ConvTranspose.TYPES);
            return all;
        }
    }

    /** The layers that most models are made of: all that small programs have. In a class of its own, so that these are without the others. */
    final class Common {
        public static final Registry<Layer> TYPES = new Registry<>("layer", all());

        private Common() {}

        private static List<Declaration<? extends Layer>> all() {
            List<Declaration<? extends Layer>> all = new ArrayList<>(List.of(
                    Dense.TYPE,
                    Embedding.TYPE,
                    ActivationLayer.TYPE,
                    Softmax.TYPE,
                    LayerNorm.TYPE,
                    RmsNorm.TYPE,
                    BatchNorm.TYPE,
                    Dropout.TYPE,
                    Rnn.TYPE,
                    Gru.TYPE,
                    Lstm.TYPE,
                    Sequential.TYPE,
                    Residual.TYPE,
                    Reshape.TYPE,
                    Flatten.TYPE,
                    Attention.TYPE,
                    FeedForward.MLP,
                    FeedForward.GATED,
                    Positional.TYPE,
                    MaxPool.TYPE,
                    AvgPool.TYPE,
                    GlobalMaxPool.TYPE,
                    GlobalAvgPool.TYPE));
            all.addAll(Conv.TYPES);
            return all;
        }
    }

    /**
     * A layer inside another one. {@code name} is unique among its siblings and part of its parameters' names. Children come in
     * the order of the fields that hold them.
     */
    record Child(String name, Layer layer, Shape input) {}

    /** Shape for an input shape. Throws {@link loom.graph.ShapeException} for an input the layer cannot take. */
    Shape outputShape(Shape input);

    /** The layer's own parameters (not those of nested layers), in the order they are initialised and saved. */
    default List<ParameterSpec> parameters(Shape input) {
        return List.of();
    }

    /** Names of the parameters that it multiplies by {@link LayerContext#product} or {@link LayerContext#convolution}. */
    default List<String> products() {
        return List.of();
    }

    default List<Child> children(Shape input) {
        return List.of();
    }

    /**
     * Whether the layer can answer position by position, axis 0 of a sample being a sequence. Layers inside answer for themselves.
     */
    default Stepping stepping(Shape input) {
        return Stepping.UNKNOWN;
    }

    /** The layer as operations on {@code x [N, input...]}; {@code context} has its parameters. */
    Node lower(LayerContext context, Node x);

    /** Name in files. */
    default String typeName() {
        return fields().declaration().name();
    }
}
