package loom.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import loom.onnx.KerasGraph.Image;

/** The one table of Keras's layers: what operators each becomes. */
final class KerasLayers {
    static final LinkedHashMap<String, Function<KerasLayer, Image>> ALL = all();

    private KerasLayers() {}

    private static LinkedHashMap<String, Function<KerasLayer, Image>> all() {
        LinkedHashMap<String, Function<KerasLayer, Image>> all = new LinkedHashMap<>();
        for (String nothing :
                List.of("Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise", "AlphaDropout")) {
            all.put(nothing, KerasLayer::x);
        }
        all.put("Dense", KerasLayers::dense);
        all.put("Embedding", KerasLayers::embedding);
        all.put("Rescaling", KerasLayers::rescaling);
        all.put("BatchNormalization", KerasLayers::batchNormalization);
        all.put("LayerNormalization", KerasLayers::layerNormalization);
        all.put("Activation", KerasActivations::layer);
        all.put("ReLU", KerasActivations::relu);
        all.put("LeakyReLU", KerasActivations::leaky);
        all.put("PReLU", KerasActivations::prelu);
        all.put("ELU", KerasActivations::elu);
        all.put("ThresholdedReLU", KerasActivations::thresholded);
        all.put("Softmax", KerasActivations::softmax);
        all.put("Conv1D", l -> KerasConvolutions.conv(l, 1));
        all.put("Conv2D", l -> KerasConvolutions.conv(l, 2));
        all.put("Conv3D", l -> KerasConvolutions.conv(l, 3));
        all.put("Conv2DTranspose", KerasConvolutions::transposed);
        all.put("DepthwiseConv2D", KerasConvolutions::depthwise);
        all.put("SeparableConv2D", KerasConvolutions::separable);
        for (int axes = 1; axes <= 3; axes++) {
            int n = axes;
            all.put("MaxPooling" + n + "D", l -> KerasConvolutions.pooled(l, "MaxPool", n));
            all.put("AveragePooling" + n + "D", l -> KerasConvolutions.pooled(l, "AveragePool", n));
        }
        for (int axes = 1; axes <= 2; axes++) {
            int n = axes;
            all.put("GlobalMaxPooling" + n + "D", l -> KerasConvolutions.global(l, "GlobalMaxPool", n));
            all.put("GlobalAveragePooling" + n + "D", l -> KerasConvolutions.global(l, "GlobalAveragePool", n));
        }
        all.put("ZeroPadding2D", KerasShaping::padded);
        all.put("Cropping2D", KerasShaping::cropped);
        all.put("UpSampling2D", KerasShaping::enlarged);
        all.put("Flatten", KerasShaping::flatten);
        all.put("Reshape", KerasShaping::reshape);
        all.put("Permute", KerasShaping::permute);
        all.put("RepeatVector", KerasShaping::repeat);
        all.put("Add", l -> KerasShaping.merged(l, "Add", true));
        all.put("Multiply", l -> KerasShaping.merged(l, "Mul", true));
        all.put("Average", l -> KerasShaping.merged(l, "Mean", false));
        all.put("Maximum", l -> KerasShaping.merged(l, "Max", false));
        all.put("Minimum", l -> KerasShaping.merged(l, "Min", false));
        all.put("Concatenate", KerasShaping::concatenated);
        for (String recurrent : List.of("LSTM", "GRU", "SimpleRNN")) {
            all.put(recurrent, l -> KerasRecurrent.layer(l, recurrent));
        }
        return all;
    }

    private static Image dense(KerasLayer l) {
        Known kernel = l.weight("kernel", -1, l.config().member("units").whole(1, Integer.MAX_VALUE));
        String y = l.node("MatMul", List.of(l.last(l.x()), l.value("kernel", kernel)));
        if (l.flag("use_bias", true)) {
            y = l.node("Add", List.of(y, l.value("bias", l.weight("bias", kernel.dim(1)))));
        }
        return KerasActivations.of(l, new Image(y, l.x().rank()));
    }

    /** Indices are whole numbers, in whatever type they come. */
    private static Image embedding(KerasLayer l) {
        if (l.flag("mask_zero", false)) {
            throw l.refuse("masks what has index 0");
        }
        String table = l.value("embeddings", l.weight("embeddings", -1, -1));
        String ids = l.node("Cast", List.of(l.last(l.x())), "to", 7);
        return new Image(l.node("Gather", List.of(table, ids)), l.x().rank() + 1);
    }

    private static Image rescaling(KerasLayer l) {
        Image scaled = l.with("Mul", l.x(), l.real("scale", 1));
        return l.real("offset", 0) == 0 ? scaled : l.with("Add", scaled, l.real("offset", 0));
    }

    private static Image batchNormalization(KerasLayer l) {
        Image x = l.x();
        int axis = axis(l);
        if (axis != -1 && axis != x.rank() - 1) {
            throw l.refuse("normalises along axis " + axis + ", expected the last");
        }
        Known mean = l.weight("moving_mean", -1);
        int channels = mean.size();
        String scale = l.flag("scale", true)
                ? l.value("gamma", l.weight("gamma", channels))
                : l.value("gamma", same(1, channels));
        String shift = l.flag("center", true)
                ? l.value("beta", l.weight("beta", channels))
                : l.value("beta", same(0, channels));
        List<String> operands = List.of(
                l.first(x),
                scale,
                shift,
                l.value("moving_mean", mean),
                l.value("moving_variance", l.weight("moving_variance", channels)));
        String y = l.node("BatchNormalization", operands, "epsilon", l.real("epsilon", 1e-3f));
        return new Image(y, x.rank(), x.rank() > 2);
    }

    private static Image layerNormalization(KerasLayer l) {
        Image x = l.x();
        int axis = axis(l);
        if (axis != -1 && axis != x.rank() - 1) {
            throw l.refuse("normalises along axis " + axis + ", expected the last");
        }
        boolean scaled = l.flag("scale", true);
        boolean centred = l.flag("center", true);
        if (!scaled && !centred) {
            throw l.refuse("has neither scale nor centre");
        }
        Known one = l.weight(scaled ? "gamma" : "beta", -1);
        int channels = one.size();
        String scale = l.value("gamma", scaled ? one : same(1, channels));
        String shift = l.value("beta", centred ? l.weight("beta", channels) : same(0, channels));
        String y = l.node(
                "LayerNormalization",
                List.of(l.last(x), scale, shift),
                "axis",
                -1,
                "epsilon",
                l.real("epsilon", 1e-3f));
        return new Image(y, x.rank());
    }

    /** A number, or a list of one. */
    private static int axis(KerasLayer l) {
        if (!l.has("axis") || !l.config().member("axis").isList()) {
            return l.whole("axis", -1);
        }
        List<loom.format.Cursor> axes = l.config().member("axis").elements();
        if (axes.size() != 1) {
            throw l.refuse("normalises along " + axes.size() + " axes, expected one");
        }
        return axes.get(0).whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static Known same(float value, int count) {
        float[] values = new float[count];
        java.util.Arrays.fill(values, value);
        return Known.reals(new int[] {count}, values);
    }
}
