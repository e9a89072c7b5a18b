package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

/**
 * Adaptive softmax (Grave et al. 2017) for many classes, of which the frequent ones come first: {@code cutoffs} c₁ < c₂ < … cut
 * them into a head of c₁ and tails of the rest. One softmax covers the classes of the head and one entry for each tail; the
 * probability of a class in tail i is the tail's times that in a softmax of its own, which sees the features through a narrower
 * projection.
 *
 * <p>{@code x [..., d]}, {@code y [..., classes]}, {@code head [d, c₁ + tails]}; for tail i from 0 {@code projection_i [d, d_i]} and
 * {@code tail_i [d_i, classes of it]}, {@code d_i = max(1, ⌊d / divisor^(i+1)⌋)}. No biases. It is a layer and not a softmax kind
 * because of these parameters. All probabilities are computed.
 *
 * @param log whether y are natural logarithms
 */
public record AdaptiveSoftmax(int units, Words cutoffs, int divisor, boolean log, Initialiser initialiser)
        implements Layer {
    public static final String HEAD = "head";
    public static final String PROJECTION = "projection_";
    public static final String TAIL = "tail_";

    private static final int MAX_CLASSES = 1 << 24;

    private static final Field<AdaptiveSoftmax, Integer> UNITS =
            Field.required("units", new FieldType.Whole(2, MAX_CLASSES), AdaptiveSoftmax::units, "number of classes");
    private static final Field<AdaptiveSoftmax, Words> CUTOFFS = Field.required(
            "cutoffs",
            new FieldType.Wholes(1, MAX_CLASSES, 1, 64),
            AdaptiveSoftmax::cutoffs,
            "first class of each tail, ascending");
    private static final Field<AdaptiveSoftmax, Integer> DIVISOR = Field.optional(
            "divisor",
            new FieldType.Whole(1, 1 << 10),
            4,
            AdaptiveSoftmax::divisor,
            "how much narrower the features of each tail are than those before");
    private static final Field<AdaptiveSoftmax, Boolean> LOG = Field.optional(
            "log", new FieldType.Flag(), false, AdaptiveSoftmax::log, "whether the result are logarithms");
    private static final Field<AdaptiveSoftmax, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            Initialiser.Scaled.GLOROT_UNIFORM,
            AdaptiveSoftmax::initialiser,
            "how all parameters start");

    public static final Declaration<AdaptiveSoftmax> TYPE = Declaration.of(
            "adaptive_softmax",
            "features to probabilities of many classes: a head of the frequent ones, narrower tails of the rest",
            List.of(UNITS, CUTOFFS, DIVISOR, LOG, INITIALISER),
            v -> new AdaptiveSoftmax(v.get(UNITS), v.get(CUTOFFS), v.get(DIVISOR), v.get(LOG), v.get(INITIALISER)));

    public AdaptiveSoftmax {
        UNITS.check(units);
        CUTOFFS.check(cutoffs);
        DIVISOR.check(divisor);
        int last = 0;
        for (int i = 0; i < cutoffs.size(); i++) {
            if (cutoffs.get(i) <= last || cutoffs.get(i) >= units) {
                throw new FieldException(CUTOFFS.name(), "expected numbers that ascend, below units, found " + cutoffs);
            }
            last = cutoffs.get(i);
        }
    }

    public AdaptiveSoftmax(int units, int... cutoffs) {
        this(units, Words.of(cutoffs), 4, false, Initialiser.Scaled.GLOROT_UNIFORM);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    private int tails() {
        return cutoffs.size();
    }

    private int tailSize(int tail) {
        return (tail + 1 < tails() ? cutoffs.get(tail + 1) : units) - cutoffs.get(tail);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int d = input.dim(input.rank() - 1);
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(matrix(HEAD, d, cutoffs.get(0) + tails()));
        int narrow = d;
        for (int i = 0; i < tails(); i++) {
            narrow = Math.max(1, narrow / divisor);
            specs.add(matrix(PROJECTION + i, d, narrow));
            specs.add(matrix(TAIL + i, narrow, tailSize(i)));
        }
        return specs;
    }

    private ParameterSpec matrix(String name, int in, int out) {
        return new ParameterSpec(name, Shape.of(in, out), initialiser, in, out);
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("adaptive_softmax needs at least one axis, not a scalar");
        }
        return input.withDim(input.rank() - 1, Extent.of(units));
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, 1);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        int axis = Probabilities.axis(x);
        Node head = Probabilities.softmax(g, g.matMul(x, c.parameter(HEAD)), 1, log);
        List<Node> parts = new ArrayList<>();
        parts.add(g.slice(head, axis, 0, cutoffs.get(0)));
        for (int i = 0; i < tails(); i++) {
            Node logits = g.matMul(g.matMul(x, c.parameter(PROJECTION + i)), c.parameter(TAIL + i));
            Node within = Probabilities.softmax(g, logits, 1, log);
            Node tail = g.slice(head, axis, cutoffs.get(0) + i, 1);
            parts.add(log ? g.plus(within, tail) : g.times(within, tail));
        }
        return g.concat(axis, parts.toArray(new Node[0]));
    }
}
