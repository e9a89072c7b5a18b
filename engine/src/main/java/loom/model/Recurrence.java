package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;

/**
 * What recurrent layers share: a {@link RecurrentUnit} runs over time in one or both directions, several layers of it on top of each
 * other. {@code x [time, in]}, {@code y [time, out]} or the last state {@code [out]}; out is {@code units}, twice that where two
 * directions are concatenated. States start as zeros.
 *
 * <p>The products with x are one matrix product over (time, batch) before the loop over time, and so are the gradients of all weights
 * after the loop back.
 *
 * @param sequence whether y has the state of every time step, else the last (of the backward direction that of the first step)
 * @param layers stacked ones: each but the first takes what the one before gives
 * @param dropout rate of {@link Dropout} between stacked layers
 * @param initialiser of the kernels for the input, matrix by matrix
 * @param recurrentInitialiser of the kernels for the state, matrix by matrix
 */
public record Recurrence(
        int units,
        boolean sequence,
        boolean bidirectional,
        Merge merge,
        int layers,
        float dropout,
        boolean useBias,
        Initialiser initialiser,
        Initialiser recurrentInitialiser) {
    static final String KERNEL = "kernel";
    static final String RECURRENT_KERNEL = "recurrent_kernel";
    static final String BIAS = "bias";

    private static final Fields<Recurrence> OWN = new Fields<>(r -> r);

    public Recurrence {
        OWN.units.check(units);
        OWN.layers.check(layers);
        OWN.dropout.check(dropout);
        if (!bidirectional && merge != Merge.CONCAT) {
            throw new FieldException(OWN.merge.name(), "there is nothing to merge without a second direction");
        }
        if (layers == 1 && dropout > 0) {
            throw new FieldException(OWN.dropout.name(), "stands between stacked layers, and there is only one");
        }
    }

    /** One layer forward in time that gives its state at every step. */
    public static Recurrence of(int units) {
        return new Recurrence(
                units,
                true,
                false,
                Merge.CONCAT,
                1,
                0,
                true,
                Initialiser.Scaled.GLOROT_UNIFORM,
                new Initialiser.Orthogonal(1));
    }

    /** Its last state alone. */
    public Recurrence last() {
        return new Recurrence(
                units, false, bidirectional, merge, layers, dropout, useBias, initialiser, recurrentInitialiser);
    }

    public Recurrence bidirectional(Merge how) {
        return new Recurrence(units, sequence, true, how, layers, dropout, useBias, initialiser, recurrentInitialiser);
    }

    public Recurrence stacked(int count, float rate) {
        return new Recurrence(
                units, sequence, bidirectional, merge, count, rate, useBias, initialiser, recurrentInitialiser);
    }

    public Recurrence withoutBias() {
        return new Recurrence(
                units, sequence, bidirectional, merge, layers, dropout, false, initialiser, recurrentInitialiser);
    }

    /** The fields that every recurrent layer declares. */
    static final class Fields<L> {
        private final Field<L, Integer> units;
        private final Field<L, Boolean> sequence;
        private final Field<L, Boolean> bidirectional;
        private final Field<L, Merge> merge;
        private final Field<L, Integer> layers;
        private final Field<L, Float> dropout;
        private final Field<L, Boolean> useBias;
        private final Field<L, Initialiser> initialiser;
        private final Field<L, Initialiser> recurrentInitialiser;

        Fields(Function<L, Recurrence> of) {
            units = Field.required(
                    "units", new FieldType.Whole(1, 1 << 16), l -> of.apply(l).units, "size of the state");
            sequence = Field.optional(
                    "sequence",
                    new FieldType.Flag(),
                    true,
                    l -> of.apply(l).sequence,
                    "whether the state of every time step is given, or the last one");
            bidirectional = Field.optional(
                    "bidirectional",
                    new FieldType.Flag(),
                    false,
                    l -> of.apply(l).bidirectional,
                    "whether a second direction starts at the end");
            merge = Field.optional(
                    "merge",
                    new FieldType.Variant<>(Merge.Types.ALL),
                    Merge.CONCAT,
                    l -> of.apply(l).merge,
                    "what two directions give together");
            layers = Field.optional(
                    "layers", new FieldType.Whole(1, 64), 1, l -> of.apply(l).layers, "how many are stacked");
            dropout = Field.optional(
                    "dropout",
                    new FieldType.Real(0, 0x1.fffffep-1f),
                    0f,
                    l -> of.apply(l).dropout,
                    "rate of dropout between stacked layers");
            useBias = Field.optional(
                    "bias", new FieldType.Flag(), true, l -> of.apply(l).useBias, "whether biases are added");
            initialiser = Field.optional(
                    "initialiser",
                    new FieldType.Variant<>(Initialiser.Types.ALL),
                    Initialiser.Scaled.GLOROT_UNIFORM,
                    l -> of.apply(l).initialiser,
                    "how each matrix for the input starts");
            recurrentInitialiser = Field.optional(
                    "recurrent_initialiser",
                    new FieldType.Variant<>(Initialiser.Types.ALL),
                    new Initialiser.Orthogonal(1),
                    l -> of.apply(l).recurrentInitialiser,
                    "how each matrix for the state starts");
        }

        /** These fields, those of the layer itself behind the first. */
        List<Field<L, ?>> with(List<Field<L, ?>> own) {
            List<Field<L, ?>> all = new ArrayList<>(List.of(units));
            all.addAll(own);
            all.addAll(List.of(
                    sequence, bidirectional, merge, layers, dropout, useBias, initialiser, recurrentInitialiser));
            return all;
        }

        Recurrence of(FieldValues v) {
            return new Recurrence(
                    v.get(units),
                    v.get(sequence),
                    v.get(bidirectional),
                    v.get(merge),
                    v.get(layers),
                    v.get(dropout),
                    v.get(useBias),
                    v.get(initialiser),
                    v.get(recurrentInitialiser));
        }
    }

    static <L> Field<L, Activation> activation(Function<L, Activation> getter) {
        return Field.optional(
                "activation",
                new FieldType.Variant<>(Activation.Types.ALL),
                Activation.Simple.TANH,
                getter,
                "tanh in the formula");
    }

    static <L> Field<L, Activation> gateActivation(Function<L, Activation> getter) {
        return Field.optional(
                "gate_activation",
                new FieldType.Variant<>(Activation.Types.ALL),
                Activation.Simple.SIGMOID,
                getter,
                "sigmoid in the formula");
    }

    static List<Initialiser> sideBySide(Initialiser initialiser, int count) {
        List<Initialiser> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(initialiser);
        }
        return all;
    }

    /** {@code count} matrices for the state, side by side. */
    ParameterSpec recurrentKernel(String name, int count) {
        return new ParameterSpec(
                name,
                Shape.of(units, count * units),
                sideBySide(recurrentInitialiser, count),
                units,
                units,
                ParameterSpec.Role.TRAINED);
    }

    // ---- all layers and directions ----

    /** End of the parameters' names: nothing, {@code _backward}, {@code _1}, {@code _1_backward}, ... */
    private static String suffix(int layer, boolean backward) {
        return (layer == 0 ? "" : "_" + layer) + (backward ? "_backward" : "");
    }

    private List<Boolean> directions() {
        return bidirectional ? List.of(false, true) : List.of(false);
    }

    private int width() {
        return bidirectional && merge == Merge.CONCAT ? 2 * units : units;
    }

    List<ParameterSpec> parameters(Shape input, RecurrentUnit unit) {
        List<ParameterSpec> all = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            int in = l == 0 ? input.dim(1) : width();
            for (boolean backward : directions()) {
                List<ParameterSpec> one = new ArrayList<>();
                Shape kernel = Shape.of(in, unit.gates() * units);
                one.add(new ParameterSpec(
                        KERNEL, kernel, sideBySide(initialiser, unit.gates()), in, units, ParameterSpec.Role.TRAINED));
                one.addAll(unit.recurrent());
                if (useBias) {
                    Shape bias = Shape.of(unit.gates() * units);
                    one.add(new ParameterSpec(BIAS, bias, unit.biases(), 1, 1, ParameterSpec.Role.TRAINED));
                }
                for (ParameterSpec p : one) {
                    all.add(new ParameterSpec(
                            p.name() + suffix(l, backward),
                            p.shape(),
                            p.initialisers(),
                            p.fanIn(),
                            p.fanOut(),
                            p.role()));
                }
            }
        }
        return all;
    }

    Shape outputShape(Shape input, String layer) {
        if (input.rank() != 2) {
            throw new ShapeException(layer + " needs [time, features], not " + input);
        }
        return sequence ? input.withDim(1, Extent.of(width())) : Shape.of(width());
    }

    Stepping stepping() {
        if (bidirectional) {
            return Stepping.wholeSequence("its second direction starts at the end");
        }
        return sequence ? Stepping.WITH_STATE : Stepping.wholeSequence("it gives the last state alone");
    }

    Node lower(LayerContext c, Node x, RecurrentUnit unit) {
        GraphBuilder g = c.graph();
        Node y = g.permute(x, 1, 0, 2);
        for (int l = 0; l < layers; l++) {
            boolean whole = sequence || l < layers - 1;
            Node forward = direction(c, y, unit, l, false, whole);
            y = bidirectional ? merge.lower(g, forward, direction(c, y, unit, l, true, whole)) : forward;
            if (dropout > 0 && l < layers - 1) {
                y = new Dropout(dropout).lower(c, y);
            }
        }
        return sequence ? g.permute(y, 1, 0, 2) : y;
    }

    /** {@code x [time, N, in]}; all states {@code [time, N, units]} if {@code whole}, else the last {@code [N, units]}. */
    private Node direction(LayerContext c, Node x, RecurrentUnit unit, int layer, boolean backward, boolean whole) {
        GraphBuilder g = c.graph();
        String suffix = suffix(layer, backward);
        Node z = g.matMul(x, c.parameter(KERNEL + suffix));
        if (useBias) {
            z = g.plus(z, c.parameter(BIAS + suffix));
        }
        GraphBuilder body = new GraphBuilder().layer(g.layer());
        Shape state = x.shape().remove(0).withDim(1, Extent.of(units));
        List<Node> starts = new ArrayList<>();
        List<Node> states = new ArrayList<>();
        for (String name : unit.states()) {
            starts.add(c.decoding() ? c.state(name + suffix, Shape.of(units)) : g.splat(0, state));
            states.add(body.input(name, starts.get(0).type()));
        }
        Node zt = body.input("x", TensorType.f32(z.shape().remove(0)));
        List<Node> invariants = new ArrayList<>();
        Map<String, Node> parameters = new LinkedHashMap<>();
        for (ParameterSpec p : unit.recurrent()) {
            Node outside = c.parameter(p.name() + suffix);
            invariants.add(outside);
            parameters.put(p.name(), body.input(p.name(), outside.type()));
        }
        List<Node> next = unit.next(new RecurrentUnit.Step(body, zt, states, parameters));
        for (int i = 0; i < next.size(); i++) {
            body.output(unit.states().get(i), next.get(i));
        }
        if (whole) {
            body.output("y", next.get(0));
        }
        List<Node> results = g.loop(body.build(), x.shape().dim(0), backward, starts, List.of(z), invariants);
        for (int i = 0; c.decoding() && i < next.size(); i++) {
            g.update(starts.get(i), results.get(i));
        }
        return results.get(whole ? next.size() : 0);
    }
}
