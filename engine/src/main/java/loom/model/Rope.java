package loom.model;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * Rotary position embedding (Su et al. 2021): elements in pairs (a, b), pair i of the head at position p turned by the angle
 * {@code t = p·base^(−2i/d)}: {@code (a·cos t − b·sin t, b·cos t + a·sin t)}. Positions count from 0.
 */
public sealed interface Rope extends Declared {
    /** Every one, by its name in files. */
    final class Types {
        public static final Registry<Rope> ALL =
                new Registry<>("rotation", List.of(None.TYPE, Rotary.HALF_SPLIT, Rotary.INTERLEAVED));

        private Types() {}
    }

    /** Throws {@link ShapeException} for a head that cannot be turned. */
    void check(int headDimension);

    /** {@code x [N, positions, heads, d]}, those of a sequence of {@code length}. */
    Node turned(LayerContext c, Node x, int length);

    /** Nothing is turned. */
    record None() implements Rope {
        static final Declaration<None> TYPE = Declaration.of("none", "positions are not told", new None());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public void check(int headDimension) {}

        @Override
        public Node turned(LayerContext c, Node x, int length) {
            return x;
        }
    }

    /**
     * d is {@code dimensions}; elements behind them stay.
     *
     * @param interleaved whether pair i are the elements 2i and 2i + 1 (GPT-J), else i and i + d/2 (GPT-NeoX, Llama in the form of
     *     Hugging Face)
     * @param dimensions without it the whole head
     */
    record Rotary(boolean interleaved, float base, Optional<Integer> dimensions, RopeScaling scaling) implements Rope {
        private static final Field<Rotary, Float> BASE =
                Field.optional("base", new FieldType.Real(1, 0x1p40f), 10000f, Rotary::base, "base of the frequencies");
        private static final Field<Rotary, Optional<Integer>> DIMENSIONS = Field.maybe(
                "dimensions",
                new FieldType.Whole(2, 1 << 16),
                Rotary::dimensions,
                "how many elements of a head are turned, the first ones; without it all");

        private static final Field<Rotary, RopeScaling> SCALING = Field.optional(
                "scaling",
                new FieldType.Variant<>(RopeScaling.Types.ALL),
                new RopeScaling.None(),
                Rotary::scaling,
                "frequencies for longer sequences");

        static final Declaration<Rotary> HALF_SPLIT = declaration(
                "half_split", "pairs of the first and the second half of a head are turned by their position", false);
        static final Declaration<Rotary> INTERLEAVED =
                declaration("interleaved", "pairs of neighbours in a head are turned by their position", true);

        private static Declaration<Rotary> declaration(String name, String doc, boolean interleaved) {
            return Declaration.of(
                    name,
                    doc,
                    List.of(BASE, DIMENSIONS, SCALING),
                    v -> new Rotary(interleaved, v.get(BASE), v.get(DIMENSIONS), v.get(SCALING)));
        }

        public Rotary {
            BASE.check(base);
            DIMENSIONS.check(dimensions);
        }

        public Rotary(boolean interleaved, float base, Optional<Integer> dimensions) {
            this(interleaved, base, dimensions, new RopeScaling.None());
        }

        public Rotary(boolean interleaved) {
            this(interleaved, 10000f, Optional.empty());
        }

        @Override
        public FieldValues fields() {
            return (interleaved ? INTERLEAVED : HALF_SPLIT).valuesOf(this);
        }

        @Override
        public void check(int headDimension) {
            int d = dimensions.orElse(headDimension);
            if (d % 2 != 0 || d > headDimension) {
                throw new ShapeException("rope turns pairs: " + d + " dimensions of a head of " + headDimension);
            }
        }

        @Override
        public Node turned(LayerContext c, Node x, int length) {
            GraphBuilder g = c.graph();
            int head = x.shape().dim(3);
            int d = dimensions.orElse(head);
            if (d == head) {
                return pairs(c, x, length);
            }
            return g.concat(3, pairs(c, g.slice(x, 3, 0, d), length), g.slice(x, 3, d, head - d));
        }

        /** With the two of each pair along an axis of their own, the other one is that axis reversed: {@code x·cos + other·(∓sin)}. */
        private Node pairs(LayerContext c, Node x, int length) {
            GraphBuilder g = c.graph();
            int half = x.shape().dim(3) / 2;
            int axis = interleaved ? 4 : 3;
            int[] dims = interleaved ? new int[] {half, 2} : new int[] {2, half};
            Shape split = Shape.of(List.of(
                    x.shape().extent(0),
                    x.shape().extent(1),
                    x.shape().extent(2),
                    Extent.of(dims[0]),
                    Extent.of(dims[1])));
            Shape factors = Shape.of(x.shape().dim(1), 1, dims[0], dims[1]);
            RopeTable table = new RopeTable(length, base, half, interleaved, scaling);
            Node cosines = g.reshape(rows(c, table, RopeTable.Part.COSINES, x), factors);
            Node sines = g.reshape(rows(c, table, RopeTable.Part.SINES, x), factors);
            Node a = g.reshape(x, split);
            Node y = g.plus(g.times(a, cosines), g.times(g.reverse(a, axis), sines));
            return g.reshape(y, x.shape());
        }

        private static Node rows(LayerContext c, RopeTable table, RopeTable.Part part, Node x) {
            return c.shared(
                    List.of(table, part), () -> Positions.rows(c, Positions.table(c.graph(), table.of(part)), x));
        }
    }
}
