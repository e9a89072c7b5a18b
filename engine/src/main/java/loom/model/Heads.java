package loom.model;

import java.util.Optional;
import java.util.function.Function;
import loom.graph.ShapeException;

/**
 * Heads of {@link Attention}. With fewer heads of keys and values than of queries (Ainslie et al. 2023), neighbouring heads of queries
 * share one.
 *
 * @param keyValueHeads without it as many as heads
 * @param dimension elements of a head; without it features/heads
 */
public record Heads(int count, Optional<Integer> keyValueHeads, Optional<Integer> dimension) {
    private static final FieldType.Whole COUNT = new FieldType.Whole(1, 1 << 16);

    static <L> Field<L, Integer> countField(Function<L, Heads> of) {
        return Field.required("heads", COUNT, l -> of.apply(l).count, "number of heads");
    }

    static <L> Field<L, Optional<Integer>> keyValueField(Function<L, Heads> of) {
        return Field.maybe(
                "key_value_heads",
                COUNT,
                l -> of.apply(l).keyValueHeads,
                "heads of keys and values, a divisor of heads; without it as many");
    }

    static <L> Field<L, Optional<Integer>> dimensionField(Function<L, Heads> of) {
        return Field.maybe(
                "head_dimension", COUNT, l -> of.apply(l).dimension, "elements of a head; without it features/heads");
    }

    private static final Field<Heads, Integer> OWN_COUNT = countField(h -> h);
    private static final Field<Heads, Optional<Integer>> OWN_KEY_VALUE = keyValueField(h -> h);
    private static final Field<Heads, Optional<Integer>> OWN_DIMENSION = dimensionField(h -> h);

    public Heads {
        OWN_COUNT.check(count);
        OWN_KEY_VALUE.check(keyValueHeads);
        OWN_DIMENSION.check(dimension);
        if (count % keyValueHeads.orElse(count) != 0) {
            throw new FieldException(
                    "key_value_heads", "expected a divisor of " + count + " heads, found " + keyValueHeads.get());
        }
    }

    /** Heads of keys and values. */
    int shared() {
        return keyValueHeads.orElse(count);
    }

    /** Heads of queries to each of those. */
    int group() {
        return count / shared();
    }

    int size(int features) {
        if (dimension.isEmpty() && features % count != 0) {
            throw new ShapeException(
                    count + " heads do not divide " + features + " features, and there is no head_dimension");
        }
        return dimension.orElse(features / count);
    }
}
