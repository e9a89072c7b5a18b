package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Node;

/**
 * An operator of ONNX.
 *
 * @param since first opset whose meaning this is
 * @param limits what is not done, for {@code docs/onnx.md}; may be empty
 */
record Operator(String name, int since, String limits, Lowering lowering) {
    /** Gives the values of the outputs, at least of those that are wanted. */
    interface Lowering {
        List<Value> of(Call c);
    }

    /** One output. */
    interface Single {
        Node of(Call c);
    }

    static Operator of(String name, int since, Single single) {
        return of(name, since, "", single);
    }

    static Operator of(String name, int since, String limits, Single single) {
        return new Operator(name, since, limits, c -> List.of(new Value.Computed(single.of(c))));
    }

    static List<Value> values(List<Node> nodes) {
        List<Value> values = new ArrayList<>();
        for (Node n : nodes) {
            values.add(new Value.Computed(n));
        }
        return values;
    }
}
