package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers, Schmidhuber and Cummins 2000):
 *
 * <pre>
 * [i, f, g, o] = x·W + h·U + b
 * c′ = σ(f)·c + σ(i)·tanh(g)
 * h′ = σ(o)·tanh(c′)
 * </pre>
 *
 * <p>{@code x [time, in]}, {@code W [in, 4·units]}, {@code U [units, 4·units]}, {@code b [4·units]}, {@code y [time, units]} or the
 * last h {@code [units]}; see {@link Recurrence} for directions and stacks. The forget gate's bias starts at 1, the others at 0.
 *
 * @param activation in place of tanh
 * @param gateActivation in place of σ
 */
public record Lstm(Recurrence recurrence, Activation activation, Activation gateActivation)
        implements Layer, RecurrentUnit {
    private static final Recurrence.Fields<Lstm> SHARED = new Recurrence.Fields<>(Lstm::recurrence);
    private static final Field<Lstm, Activation> ACTIVATION = Recurrence.activation(Lstm::activation);
    private static final Field<Lstm, Activation> GATE_ACTIVATION = Recurrence.gateActivation(Lstm::gateActivation);

    public static final Declaration<Lstm> TYPE = Declaration.of(
            "lstm",
            "long short-term memory; gates in the order i, f, g, o",
            SHARED.with(List.of(ACTIVATION, GATE_ACTIVATION)),
            v -> new Lstm(SHARED.of(v), v.get(ACTIVATION), v.get(GATE_ACTIVATION)));

    public Lstm(Recurrence recurrence) {
        this(recurrence, Activation.Simple.TANH, Activation.Simple.SIGMOID);
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
        return 4;
    }

    @Override
    public List<String> states() {
        return List.of("h", "c");
    }

    @Override
    public List<ParameterSpec> recurrent() {
        return List.of(recurrence.recurrentKernel(Recurrence.RECURRENT_KERNEL, gates()));
    }

    @Override
    public List<Initialiser> biases() {
        Initialiser zeros = Initialiser.Constant.ZEROS;
        return List.of(zeros, Initialiser.Constant.ONES, zeros, zeros);
    }

    @Override
    public List<Node> next(Step now) {
        GraphBuilder b = now.graph();
        Node z = b.plus(now.x(), b.matMul(now.state(0), now.parameter(Recurrence.RECURRENT_KERNEL)));
        Node i = gateActivation.lower(b, now.gate(z, 0));
        Node f = gateActivation.lower(b, now.gate(z, 1));
        Node g = activation.lower(b, now.gate(z, 2));
        Node o = gateActivation.lower(b, now.gate(z, 3));
        Node c = b.plus(b.times(f, now.state(1)), b.times(i, g));
        return List.of(b.times(o, activation.lower(b, c)), c);
    }
}
