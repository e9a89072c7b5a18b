package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/**
 * Simple recurrent layer (Elman 1990): {@code hₜ = f(xₜ·W + hₜ₋₁·U + b)}.
 *
 * <p>{@code x [time, in]}, {@code W [in, units]}, {@code U [units, units]}, {@code b [units]}, {@code y [time, units]} or the
 * last {@code [units]}; see {@link Recurrence} for directions and stacks.
 *
 * @param activation f
 */
public record Rnn(Recurrence recurrence, Activation activation) implements Layer, RecurrentUnit {
    private static final Recurrence.Fields<Rnn> SHARED = new Recurrence.Fields<>(Rnn::recurrence);
    private static final Field<Rnn, Activation> ACTIVATION = Field.optional(
            "activation",
            new FieldType.Variant<>(Activation.Types.ALL),
            Activation.Simple.TANH,
            Rnn::activation,
            "f, tanh or relu as a rule");

    public static final Declaration<Rnn> TYPE = Declaration.of(
            "rnn",
            "simple recurrent: the next state is f(x·W + h·U + b)",
            SHARED.with(List.of(ACTIVATION)),
            v -> new Rnn(SHARED.of(v), v.get(ACTIVATION)));

    public Rnn(Recurrence recurrence) {
        this(recurrence, Activation.Simple.TANH);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return recurrence.parameters(input, this);
    }

    @Override
    public Shape outputShape(Shape input) {
        return recurrence.outputShape(input, TYPE.name());
    }

    @Override
    public Stepping stepping(Shape input) {
        return recurrence.stepping();
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return recurrence.lower(c, x, this);
    }

    // ---- one step ----

    @Override
    public int gates() {
        return 1;
    }

    @Override
    public List<String> states() {
        return List.of("h");
    }

    @Override
    public List<ParameterSpec> recurrent() {
        return List.of(recurrence.recurrentKernel(Recurrence.RECURRENT_KERNEL, 1));
    }

    @Override
    public List<Node> next(Step now) {
        GraphBuilder g = now.graph();
        Node h = g.matMul(now.state(0), now.parameter(Recurrence.RECURRENT_KERNEL));
        return List.of(activation.lower(g, g.plus(now.x(), h)));
    }
}
