package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/**
 * Gated recurrent unit (Cho et al. 2014):
 *
 * <pre>
 * r = σ(x·Wr + h·Ur + br)
 * z = σ(x·Wz + h·Uz + bz)
 * n = tanh(x·Wn + r·(h·Un + c) + bn)    reset after the product, as in cuDNN and PyTorch; c is the recurrent bias
 * n = tanh(x·Wn + (r·h)·Un + bn)        before it, as in the paper
 * h′ = n + z·(h − n)                    that is (1 − z)·n + z·h
 * </pre>
 *
 * <p>{@code x [time, in]}, {@code W [in, 3·units]}, {@code U [units, 3·units]} (before: {@code [units, 2·units]} and, as
 * {@code candidate_kernel}, {@code [units, units]}), {@code b [3·units]}, {@code c [units]}, {@code y [time, units]} or the last h
 * {@code [units]}; see {@link Recurrence} for directions and stacks.
 *
 * @param activation in place of tanh
 * @param gateActivation in place of σ
 */
public record Gru(Recurrence recurrence, boolean resetAfter, Activation activation, Activation gateActivation)
        implements Layer, RecurrentUnit {
    static final String RECURRENT_BIAS = "recurrent_bias";
    static final String CANDIDATE_KERNEL = "candidate_kernel";

    private static final Recurrence.Fields<Gru> SHARED = new Recurrence.Fields<>(Gru::recurrence);
    private static final Field<Gru, Boolean> RESET_AFTER = Field.optional(
            "reset_after",
            new FieldType.Flag(),
            true,
            Gru::resetAfter,
            "whether the reset gate multiplies the state's product, as in cuDNN and PyTorch, or the state, as in the paper");
    private static final Field<Gru, Activation> ACTIVATION = Recurrence.activation(Gru::activation);
    private static final Field<Gru, Activation> GATE_ACTIVATION = Recurrence.gateActivation(Gru::gateActivation);

    public static final Declaration<Gru> TYPE = Declaration.of(
            "gru",
            "gated recurrent unit; gates in the order r, z, n",
            SHARED.with(List.of(RESET_AFTER, ACTIVATION, GATE_ACTIVATION)),
            v -> new Gru(SHARED.of(v), v.get(RESET_AFTER), v.get(ACTIVATION), v.get(GATE_ACTIVATION)));

    public Gru(Recurrence recurrence, boolean resetAfter) {
        this(recurrence, resetAfter, Activation.Simple.TANH, Activation.Simple.SIGMOID);
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
        return 3;
    }

    @Override
    public List<String> states() {
        return List.of("h");
    }

    @Override
    public List<ParameterSpec> recurrent() {
        if (!resetAfter) {
            return List.of(
                    recurrence.recurrentKernel(Recurrence.RECURRENT_KERNEL, 2),
                    recurrence.recurrentKernel(CANDIDATE_KERNEL, 1));
        }
        ParameterSpec kernel = recurrence.recurrentKernel(Recurrence.RECURRENT_KERNEL, 3);
        Shape bias = Shape.of(recurrence.units());
        return recurrence.useBias()
                ? List.of(kernel, new ParameterSpec(RECURRENT_BIAS, bias, Initialiser.Constant.ZEROS))
                : List.of(kernel);
    }

    @Override
    public List<Node> next(Step now) {
        GraphBuilder g = now.graph();
        Node h = now.state(0);
        Node u = g.matMul(h, now.parameter(Recurrence.RECURRENT_KERNEL));
        Node gates = g.plus(now.gates(now.x(), 0, 2), now.gates(u, 0, 2));
        Node r = gateActivation.lower(g, now.gate(gates, 0));
        Node z = gateActivation.lower(g, now.gate(gates, 1));
        Node n = activation.lower(g, g.plus(now.gate(now.x(), 2), candidate(now, u, r)));
        return List.of(g.plus(n, g.times(z, g.minus(h, n))));
    }

    private Node candidate(Step now, Node u, Node r) {
        GraphBuilder g = now.graph();
        if (!resetAfter) {
            return g.matMul(g.times(r, now.state(0)), now.parameter(CANDIDATE_KERNEL));
        }
        Node un = now.gate(u, 2);
        return g.times(r, recurrence.useBias() ? g.plus(un, now.parameter(RECURRENT_BIAS)) : un);
    }
}
