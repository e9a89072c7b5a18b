package loom.onnx;

import java.util.LinkedHashMap;
import java.util.List;

/** The one table of operators: a line here is a family, a file of its own. */
final class Operators {
    static final LinkedHashMap<String, Operator> ALL = all();

    private Operators() {}

    private static LinkedHashMap<String, Operator> all() {
        LinkedHashMap<String, Operator> all = new LinkedHashMap<>();
        for (List<Operator> family : List.of(
                Constants.ALL,
                UnaryOperators.ALL,
                Activations.ALL,
                BinaryOperators.ALL,
                Logic.ALL,
                Shaping.ALL,
                Cutting.ALL,
                Choosing.ALL,
                Scattering.ALL,
                Reductions.ALL,
                Products.ALL,
                Convolutions.ALL,
                Pooling.ALL,
                Resizing.ALL,
                Normalisations.ALL,
                Recurrent.ALL,
                AttentionOperators.ALL,
                Losses.ALL,
                Quantised.ALL)) {
            for (Operator o : family) {
                if (all.put(o.name(), o) != null) {
                    throw new IllegalStateException("two operators " + o.name());
                }
            }
        }
        return all;
    }
}
