package loom.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.onnx.KerasGraph.Image;

/** Activations of Keras, as layers and by their names inside others. */
final class KerasActivations {
    /** Activations that recurrent layers of ONNX have, by Keras's names; empty for one that has none. */
    private static final Map<String, String> RECURRENT = recurrent();

    private KerasActivations() {}

    private static Map<String, String> recurrent() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("linear", "Affine");
        names.put("tanh", "Tanh");
        names.put("sigmoid", "Sigmoid");
        names.put("hard_sigmoid", "HardSigmoid");
        names.put("relu", "Relu");
        names.put("softsign", "Softsign");
        names.put("softplus", "Softplus");
        return names;
    }

    /** The activation of a recurrent layer, as ONNX calls it. */
    static String recurrent(KerasLayer l, String key, String otherwise) {
        String name = l.text(key, otherwise);
        if (!RECURRENT.containsKey(name)) {
            throw l.refuse("has the activation " + TensorReader.quoted(name) + " in a recurrence, known are "
                    + String.join(", ", RECURRENT.keySet()));
        }
        return RECURRENT.get(name);
    }

    static Image layer(KerasLayer l) {
        return of(l, l.x());
    }

    /** What {@code activation} in a layer's configuration makes of a value. */
    static Image of(KerasLayer l, Image x) {
        String name = l.text("activation", "linear");
        return switch (name) {
            case "linear" -> x;
            case "relu" -> l.each("Relu", x);
            case "relu6" -> clipped(l, x, 6);
            case "sigmoid" -> l.each("Sigmoid", x);
            case "hard_sigmoid" -> l.each("HardSigmoid", x, "alpha", 0.2f, "beta", 0.5f);
            case "tanh" -> l.each("Tanh", x);
            case "softplus" -> l.each("Softplus", x);
            case "softsign" -> l.each("Softsign", x);
            case "elu" -> l.each("Elu", x);
            case "selu" -> l.each("Selu", x);
            case "exponential" -> l.each("Exp", x);
            case "gelu" -> l.each("Gelu", x);
            case "mish" -> l.each("Mish", x);
            case "swish", "silu" -> {
                Image gate = l.each("Sigmoid", x);
                yield new Image(l.node("Mul", List.of(x.name(), gate.name())), x.rank(), x.first());
            }
            case "softmax" -> l.each("Softmax", x, "axis", x.axis(-1));
            default -> throw l.refuse("has the activation " + TensorReader.quoted(name) + ", which is not known");
        };
    }

    private static Image clipped(KerasLayer l, Image x, float most) {
        String zero = l.value("number", KerasGraph.scalar(0));
        String top = l.value("number", KerasGraph.scalar(most));
        return new Image(l.node("Clip", List.of(x.name(), zero, top)), x.rank(), x.first());
    }

    static Image relu(KerasLayer l) {
        if (l.real("threshold", 0) != 0) {
            throw l.refuse("has a threshold, expected none");
        }
        float slope = l.real("negative_slope", 0);
        if (l.has("max_value")) {
            if (slope != 0) {
                throw l.refuse("has both max_value and negative_slope");
            }
            return clipped(l, l.x(), l.real("max_value", 0));
        }
        return slope == 0 ? l.each("Relu", l.x()) : l.each("LeakyRelu", l.x(), "alpha", slope);
    }

    static Image leaky(KerasLayer l) {
        return l.each("LeakyRelu", l.x(), "alpha", l.real(l.has("alpha") ? "alpha" : "negative_slope", 0.3f));
    }

    static Image elu(KerasLayer l) {
        return l.each("Elu", l.x(), "alpha", l.real("alpha", 1));
    }

    static Image thresholded(KerasLayer l) {
        return l.each("ThresholdedRelu", l.x(), "alpha", l.real("theta", 1));
    }

    static Image prelu(KerasLayer l) {
        String slopes = l.value("alpha", l.weight("alpha"));
        return new Image(l.node("PRelu", List.of(l.last(l.x()), slopes)), l.x().rank());
    }

    static Image softmax(KerasLayer l) {
        return l.each("Softmax", l.x(), "axis", l.x().axis(l.whole("axis", -1)));
    }
}
