package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** What convolutions share beside their windows: filters in groups, bias and activation. */
final class Filters {
    static final String KERNEL = "kernel";
    static final String BIAS = "bias";

    private static final FieldType<Integer> COUNT = new FieldType.Whole(1, 1 << 20);

    private Filters() {}

    // ---- fields ----

    static <L> Field<L, Integer> filters(Function<L, Integer> getter) {
        return Field.required("filters", COUNT, getter, "number of output channels");
    }

    static <L> Field<L, Integer> groups(Function<L, Integer> getter) {
        return Field.optional(
                "groups",
                COUNT,
                1,
                getter,
                "groups of channels with filters of their own; as many as channels makes it depthwise");
    }

    static <L> Field<L, Activation> activation(Function<L, Activation> getter) {
        return Field.optional(
                "activation",
                new FieldType.Variant<>(Activation.Types.ALL),
                Activation.Simple.LINEAR,
                getter,
                "function applied to every output");
    }

    static <L> Field<L, Boolean> bias(Function<L, Boolean> getter) {
        return Field.optional(BIAS, new FieldType.Flag(), true, getter, "whether each filter adds a bias");
    }

    static <L> Field<L, Initialiser> initialiser(Function<L, Initialiser> getter) {
        return Field.optional(
                "initialiser",
                new FieldType.Variant<>(Initialiser.Types.ALL),
                Initialiser.Scaled.GLOROT_UNIFORM,
                getter,
                "how the kernel starts; the bias starts at zero");
    }

    // ---- layer ----

    static void checkGroups(int groups, int channels, int filters) {
        if (channels % groups != 0 || filters % groups != 0) {
            throw new ShapeException(
                    groups + " groups: they must divide the " + channels + " channels and the " + filters + " filters");
        }
    }

    static List<ParameterSpec> parameters(ParameterSpec kernel, boolean bias, int filters) {
        List<ParameterSpec> specs = new ArrayList<>(List.of(kernel));
        if (bias) {
            specs.add(new ParameterSpec(BIAS, Shape.of(filters), Initialiser.Constant.ZEROS));
        }
        return specs;
    }

    /** {@code act(y + bias)} for {@code y [N, filters, ...]}. */
    static Node finish(LayerContext c, Node y, boolean bias, Activation activation) {
        GraphBuilder g = c.graph();
        Node z = bias ? g.plus(y, g.reshape(c.parameter(BIAS), Samples.channels(y.shape()))) : y;
        return activation.lower(g, z);
    }
}
