package loom.model;

import java.util.List;
import java.util.Optional;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.CompareKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Embedding (Bengio et al. 2003): a row of a table for every id, {@code y[..., t, :] = E[x[..., t], :]}; zeros for
 * {@code paddingId}, whose row counts for nothing and gets no gradient.
 *
 * <p>{@code x [..., T]}, {@code E [vocabulary, dimension]}, {@code y [..., T, dimension]}. Ids are numbers of f32, cut off towards
 * zero; one that is not from 0 to vocabulary − 1 is a trap.
 *
 * @param paddingId id that stands for nothing
 * @param initialiser of E
 */
public record Embedding(int vocabulary, int dimension, Optional<Integer> paddingId, Initialiser initialiser)
        implements Layer {
    public static final String TABLE = "embedding";

    /** Beyond, f32 cannot tell one id from the next. */
    private static final int MAX_VOCABULARY = 1 << 24;

    private static final Field<Embedding, Integer> VOCABULARY = Field.required(
            "vocabulary", new FieldType.Whole(1, MAX_VOCABULARY), Embedding::vocabulary, "number of ids");
    private static final Field<Embedding, Integer> DIMENSION = Field.required(
            "dimension", new FieldType.Whole(1, 1 << 24), Embedding::dimension, "numbers that stand for an id");
    private static final Field<Embedding, Optional<Integer>> PADDING_ID = Field.maybe(
            "padding_id",
            new FieldType.Whole(0, MAX_VOCABULARY - 1),
            Embedding::paddingId,
            "id that gives zeros and learns nothing");
    private static final Field<Embedding, Initialiser> INITIALISER = Field.optional(
            "initialiser",
            new FieldType.Variant<>(Initialiser.Types.ALL),
            new Initialiser.Normal(0.02f),
            Embedding::initialiser,
            "how the table starts");

    public static final Declaration<Embedding> TYPE = Declaration.of(
            "embedding",
            "a row of a table for every id, which is a whole number",
            List.of(VOCABULARY, DIMENSION, PADDING_ID, INITIALISER),
            v -> new Embedding(v.get(VOCABULARY), v.get(DIMENSION), v.get(PADDING_ID), v.get(INITIALISER)));

    public Embedding {
        VOCABULARY.check(vocabulary);
        DIMENSION.check(dimension);
        PADDING_ID.check(paddingId);
        if (paddingId.isPresent() && paddingId.get() >= vocabulary) {
            throw new FieldException("padding_id", "expected less than the vocabulary of " + vocabulary);
        }
    }

    public Embedding(int vocabulary, int dimension) {
        this(vocabulary, dimension, Optional.empty(), new Initialiser.Normal(0.02f));
    }

    public Embedding withPadding(int id) {
        return new Embedding(vocabulary, dimension, Optional.of(id), initialiser);
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return List.of(new ParameterSpec(TABLE, Shape.of(vocabulary, dimension), initialiser, vocabulary, dimension));
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() < 1) {
            throw new ShapeException("embedding needs at least one axis, not a scalar");
        }
        return input.insert(input.rank(), Extent.of(dimension));
    }

    @Override
    public Stepping stepping(Shape input) {
        return Stepping.overLastAxes(input, 0);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        GraphBuilder g = c.graph();
        Node ids = g.cast(x, ElementType.I32);
        Node rows = g.gather(c.parameter(TABLE), ids);
        return paddingId
                .map(id -> g.select(isId(g, ids, id), g.constant(0f), rows))
                .orElse(rows);
    }

    private static Node isId(GraphBuilder g, Node ids, int id) {
        Node mask = g.compare(CompareKind.EQ, ids, g.constant(id));
        return g.reshape(mask, mask.shape().insert(mask.shape().rank(), Extent.ONE));
    }
}
