package loom.model;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Which keys a query of {@link Attention} sees. Scores of others become −2^31, of padding −2^30, as the last operation before softmax:
 * their probabilities are 0, and a query that sees nothing but padding has equal ones for all that it would see.
 *
 * @param causal whether position i sees only keys up to i
 * @param window how many keys are seen on each side, that of the own position included; without it all
 * @param padding value {@code [S]} or {@code [S, features]}, S the keys: those at which all of it is {@code paddingValue} are padding
 */
public record Sight(boolean causal, Optional<Integer> window, Optional<Earlier> padding, float paddingValue) {
    private static final float HIDDEN = -0x1p31f;
    private static final float PADDING = -0x1p30f;

    static <L> Field<L, Boolean> causalField(Function<L, Sight> of) {
        return Field.optional(
                "causal",
                new FieldType.Flag(),
                false,
                l -> of.apply(l).causal,
                "whether a position sees only those up to itself");
    }

    static <L> Field<L, Optional<Integer>> windowField(Function<L, Sight> of) {
        return Field.maybe(
                "window",
                new FieldType.Whole(1, 1 << 24),
                l -> of.apply(l).window,
                "how many positions are seen on each side, the own one included; without it all");
    }

    static <L> Field<L, Optional<Earlier>> paddingField(Function<L, Sight> of) {
        return Field.maybe(
                "padding",
                new FieldType.EarlierValue(),
                l -> of.apply(l).padding,
                "a value for each position of the keys that says whether it is padding");
    }

    static <L> Field<L, Float> paddingValueField(Function<L, Sight> of) {
        return Field.optional(
                "padding_value",
                new FieldType.Real(-0x1p24f, 0x1p24f),
                0f,
                l -> of.apply(l).paddingValue,
                "what all of that value is at padding");
    }

    private static final Field<Sight, Optional<Integer>> OWN_WINDOW = windowField(s -> s);
    private static final Field<Sight, Optional<Earlier>> OWN_PADDING = paddingField(s -> s);
    private static final Field<Sight, Float> OWN_PADDING_VALUE = paddingValueField(s -> s);

    public Sight {
        OWN_WINDOW.check(window);
        OWN_PADDING.check(padding);
        OWN_PADDING_VALUE.check(paddingValue);
    }

    /** Refuses a padding value that does not have as many positions as there are keys. */
    void check(int keys) {
        Optional<Shape> shape = padding.flatMap(Earlier::shape);
        if (shape.isPresent()
                && (shape.get().rank() < 1
                        || shape.get().rank() > 2
                        || shape.get().dim(0) != keys)) {
            throw new ShapeException(
                    "padding " + padding.get() + ": expected [" + keys + "] or [" + keys + ",features]");
        }
    }

    /** Whether the numbers of positions say what is seen. */
    boolean looksAtPositions() {
        return causal || window.isPresent();
    }

    /**
     * {@code scores [N, heads, group, queries, keys]} with those not seen replaced. {@code paddings}: what {@link #paddings} gives; {@code
     * numbers}: those of the queries, {@code [queries, 1]}.
     */
    Node of(GraphBuilder g, Node scores, Supplier<Node> paddings, Supplier<Node> numbers) {
        int keys = scores.shape().dim(4);
        Node seen = padding.isEmpty() ? scores : g.select(paddings.get(), g.constant(PADDING), scores);
        Node query = numbers.get();
        Node key = g.iota(Shape.of(1, keys), 1);
        Optional<Node> visible = Optional.empty();
        if (causal) {
            visible = Optional.of(g.compare(CompareKind.LE, key, query));
        }
        if (window.isPresent()) {
            Node width = g.constant(window.get());
            visible = and(g, visible, g.lessThan(query, g.plus(key, width)));
            visible = causal ? visible : and(g, visible, g.lessThan(key, g.plus(query, width)));
        }
        return visible.isEmpty() ? seen : g.select(visible.get(), seen, g.constant(HIDDEN));
    }

    private static Optional<Node> and(GraphBuilder g, Optional<Node> a, Node b) {
        return Optional.of(a.isEmpty() ? b : g.binary(BinaryKind.AND, a.get(), b));
    }

    /** 1 where a key is padding, of which there must be a value: {@code [N, 1, 1, 1, keys]}, for {@code x [N, queries, ...]}. */
    Node paddings(LayerContext c, Node x, int keys) {
        GraphBuilder g = c.graph();
        Node equal = g.compare(CompareKind.EQ, c.recall(padding.orElseThrow()), g.constant(paddingValue));
        if (equal.shape().rank() == 3) {
            equal = g.reduce(ReduceKind.MIN, equal, 2);
        }
        Shape rows = Shape.batched(equal.shape().dim(1), 1);
        Node flag = g.reshape(g.cast(equal, ElementType.F32), rows);
        Node flags = Positions.soFar(c, "padding", flag, x, keys);
        Shape row = Shape.batched(1, 1, 1, keys);
        return g.lessThan(g.constant(0f), g.reshape(flags, row));
    }
}
