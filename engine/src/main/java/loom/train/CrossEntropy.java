package loom.train;

import java.util.List;
import java.util.Optional;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.AdaptiveSoftmax;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Layer;
import loom.model.MixtureSoftmax;
import loom.model.Softmax;
import loom.model.SoftmaxKind;

/**
 * {@code −Σ t·log p}, {@code p = softmax(z)}, over the classes of a row. Targets are distributions, or class numbers with
 * {@code labels}. A network that ends in the standard softmax, or in none, is trained on z; probabilities of another softmax are
 * clamped to [1e-7, 1 − 2^-23].
 *
 * @param smoothing s: the target becomes {@code (1 − s)·t + s/classes} (Szegedy et al. 2016)
 * @param classWeights of every class: the loss is the weighted mean; empty means all 1
 */
public record CrossEntropy(boolean labels, float smoothing, Optional<List<Float>> classWeights) implements Loss {
    private static final float LEAST = 1e-7f;
    private static final float MOST = 1 - 0x1p-23f;

    private static final Field<CrossEntropy, Boolean> LABELS = Field.optional(
            "labels",
            new FieldType.Flag(),
            false,
            CrossEntropy::labels,
            "whether targets are class numbers instead of distributions");
    private static final Field<CrossEntropy, Float> SMOOTHING = Field.optional(
            "smoothing",
            new FieldType.Real(0, 0.99f),
            0f,
            CrossEntropy::smoothing,
            "share of the target that is spread over all classes");
    private static final Field<CrossEntropy, Optional<List<Float>>> CLASS_WEIGHTS = Field.maybe(
            "class_weights",
            new FieldType.Reals(0, 0x1p20f, 1, 1 << 20),
            CrossEntropy::classWeights,
            "how much a row of each class counts");

    static final Declaration<CrossEntropy> TYPE = Declaration.of(
            "cross_entropy",
            "−Σ t·log softmax(z)",
            List.of(LABELS, SMOOTHING, CLASS_WEIGHTS),
            v -> new CrossEntropy(v.get(LABELS), v.get(SMOOTHING), v.get(CLASS_WEIGHTS)));

    public CrossEntropy {
        SMOOTHING.check(smoothing);
        classWeights = classWeights.map(List::copyOf);
        CLASS_WEIGHTS.check(classWeights);
    }

    public CrossEntropy() {
        this(false, 0, Optional.empty());
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public boolean takesLabels() {
        return labels;
    }

    @Override
    public Optional<Layer> withoutLastFunction(Layer last) {
        return last instanceof Softmax s && s.kind() instanceof SoftmaxKind.Standard
                ? Optional.of(new ActivationLayer(Activation.Simple.LINEAR))
                : Optional.empty();
    }

    @Override
    public boolean givesProbabilities(Layer last) {
        return isSoftmax(last);
    }

    /** Whether outputs are probabilities. Their logarithms need no care: they are logits of themselves. */
    static boolean isSoftmax(Layer last) {
        return last instanceof Softmax s && !s.log()
                || last instanceof AdaptiveSoftmax a && !a.log()
                || last instanceof MixtureSoftmax m && !m.log();
    }

    @Override
    public Rows rows(GraphBuilder g, Node z, Node target, boolean isLogits) {
        Node t = smoothed(
                g, labels ? oneHot(g, target, z.shape()) : target, z.shape().dim(1));
        Node log = isLogits ? logSoftmax(g, z) : g.log(clamped(g, z));
        Node is = labels ? g.cast(target, ElementType.I32) : largest(g, target);
        Node right = g.cast(g.compare(CompareKind.EQ, largest(g, z), is), ElementType.F32);
        if (classWeights.isEmpty()) {
            return new Rows(g.negate(g.sum(g.times(t, log), 1)), Optional.empty(), Optional.of(right));
        }
        Node weighted = g.times(t, weights(g, z.shape().dim(1)));
        return new Rows(
                g.negate(g.sum(g.times(weighted, log), 1)), Optional.of(g.sum(weighted, 1)), Optional.of(right));
    }

    /** Where the largest of a row is; of equals the lowest index. */
    private static Node largest(GraphBuilder g, Node rows) {
        Node is = g.compare(CompareKind.EQ, rows, g.broadcast(g.reduce(Op.ReduceKind.MAX, rows, 1), rows.shape()));
        Node index =
                g.select(is, g.iota(rows.shape(), 1), g.constant(rows.shape().dim(1)));
        return g.reduce(Op.ReduceKind.MIN, index, 1);
    }

    @Override
    public Metrics metrics(Answers answers) {
        return Classification.of(answers, labels);
    }

    /** A probability where its logarithm and that of the rest are in reach. */
    static Node clamped(GraphBuilder g, Node p) {
        return g.min(g.constant(MOST), g.max(g.constant(LEAST), p));
    }

    private static Node logSoftmax(GraphBuilder g, Node z) {
        Node shifted = g.minus(z, g.stopGradient(g.reduce(Op.ReduceKind.MAX, z, 1)));
        return g.minus(shifted, g.log(g.sum(g.exp(shifted), 1)));
    }

    private static Node oneHot(GraphBuilder g, Node labels, Shape rows) {
        Node is = g.compare(CompareKind.EQ, g.iota(rows, 1), g.cast(labels, ElementType.I32));
        return g.select(is, g.constant(1f), g.constant(0f));
    }

    private Node smoothed(GraphBuilder g, Node t, int classes) {
        return smoothing == 0 ? t : g.plus(g.times(t, 1 - smoothing), g.constant(smoothing / classes));
    }

    private Node weights(GraphBuilder g, int classes) {
        List<Float> w = classWeights.orElseThrow();
        if (w.size() != classes) {
            throw new ShapeException("class_weights: expected " + classes + " numbers, one a class, found " + w.size());
        }
        int[] bits = new int[classes];
        for (int i = 0; i < classes; i++) {
            bits[i] = Float.floatToRawIntBits(w.get(i));
        }
        return g.table(TensorType.f32(Shape.of(classes)), Words.of(bits));
    }
}
