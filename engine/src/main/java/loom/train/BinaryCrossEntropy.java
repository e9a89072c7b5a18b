package loom.train;

import java.util.List;
import java.util.Optional;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Declaration;
import loom.model.Dense;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Layer;

/**
 * {@code −mean(t·log p + (1 − t)·log(1 − p))}, {@code p = sigmoid(z)}, over the outputs of a row: every output is a question of its own.
 * Computed from z as {@code t·softplus(−z) + (1 − t)·softplus(z)}; a network that ends in a sigmoid is trained on what that takes.
 *
 * @param positiveWeight factor of the terms with t
 */
public record BinaryCrossEntropy(float positiveWeight) implements Loss {
    private static final Field<BinaryCrossEntropy, Float> POSITIVE_WEIGHT = Field.optional(
            "positive_weight",
            new FieldType.Real(0x1p-20f, 0x1p20f),
            1f,
            BinaryCrossEntropy::positiveWeight,
            "how much more a positive target counts");

    static final Declaration<BinaryCrossEntropy> TYPE = Declaration.of(
            "binary_cross_entropy",
            "cross-entropy of every output by itself",
            List.of(POSITIVE_WEIGHT),
            v -> new BinaryCrossEntropy(v.get(POSITIVE_WEIGHT)));

    public BinaryCrossEntropy {
        POSITIVE_WEIGHT.check(positiveWeight);
    }

    public BinaryCrossEntropy() {
        this(1);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public Optional<Layer> withoutLastFunction(Layer last) {
        if (last instanceof ActivationLayer a && a.activation() == Activation.Simple.SIGMOID) {
            return Optional.of(new ActivationLayer(Activation.Simple.LINEAR));
        }
        if (last instanceof Dense d && d.activation() == Activation.Simple.SIGMOID) {
            return Optional.of(new Dense(d.units(), Activation.Simple.LINEAR, d.useBias(), d.initialiser()));
        }
        return Optional.empty();
    }

    @Override
    public boolean givesProbabilities(Layer last) {
        return CrossEntropy.isSoftmax(last);
    }

    @Override
    public Rows rows(GraphBuilder g, Node y, Node t, boolean isLogits) {
        Node minusLog = isLogits ? g.unary(UnaryKind.SOFTPLUS, g.negate(y)) : minusLog(g, y);
        Node minusLogOther = isLogits ? g.unary(UnaryKind.SOFTPLUS, y) : minusLog(g, g.minus(g.constant(1f), y));
        Node positive = g.times(t, minusLog);
        Node weighted = positiveWeight == 1 ? positive : g.times(positive, positiveWeight);
        return Rows.of(g.mean(g.plus(weighted, g.times(g.minus(g.constant(1f), t), minusLogOther)), 1));
    }

    @Override
    public Metrics metrics(Answers answers) {
        return Multilabel.of(answers);
    }

    private static Node minusLog(GraphBuilder g, Node p) {
        return g.negate(g.log(CrossEntropy.clamped(g, p)));
    }
}
