package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;

/** Products with matrices that a layer has by name, {@code x·W + b}, where it has several. */
public final class Linear {
    /** Ends the name of the bias that belongs to a matrix. */
    public static final String BIAS = "_bias";

    private Linear() {}

    /** {@code name [in, out]} and, if there is one, its bias, which starts at zero. */
    static void parameters(
            List<ParameterSpec> into, String name, int in, int out, boolean bias, Initialiser initialiser) {
        into.add(new ParameterSpec(name, Shape.of(in, out), initialiser, in, out));
        if (bias) {
            into.add(new ParameterSpec(name + BIAS, Shape.of(out), Initialiser.Constant.ZEROS));
        }
    }

    static Node of(LayerContext c, Node x, String name, boolean bias) {
        Node z = c.product(x, name);
        return bias ? c.graph().plus(z, c.parameter(name + BIAS)) : z;
    }
}
