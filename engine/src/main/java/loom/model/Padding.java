package loom.model;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import loom.graph.Words;

/**
 * Positions that a window sees around the spatial axes although the input does not have them. In files {@code 1} or {@code [0, 1]}
 * stands for {@code {"type": "explicit", "size": ...}}.
 */
public sealed interface Padding extends Declared {
    /** Every kind, by its name in files. */
    final class Types {
        public static final Registry<Padding> ALL = new Registry<>(
                "padding",
                List.of(Explicit.TYPE, Same.SAME.declaration, Same.SAME_LOWER.declaration),
                Optional.of(Explicit.TYPE));

        private Types() {}
    }

    /**
     * Positions before every axis, then those after every axis.
     *
     * @param needed for an axis, how many it needs together so that the stride alone decides the number of windows
     */
    Words around(int axes, IntUnaryOperator needed);

    /**
     * As many as said.
     *
     * @param size one number for all; or one an axis, before and after it; or those before every axis, then those after
     */
    record Explicit(Words size) implements Padding {
        private static final Field<Explicit, Words> SIZE = Field.required(
                "size",
                Windows.AROUND,
                Explicit::size,
                "one number an axis, or those before every axis and then those after");

        static final Declaration<Explicit> TYPE =
                Declaration.of("explicit", "as many as said", List.of(SIZE), v -> new Explicit(v.get(SIZE)));

        public static final Explicit NONE = new Explicit(Words.of(0));

        public Explicit {
            SIZE.check(size);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Words around(int axes, IntUnaryOperator needed) {
            return Windows.around("padding", size, axes);
        }
    }

    /** As many as needed for {@code ⌈size / stride⌉} windows; of an odd number, one side gets one more. */
    enum Same implements Padding {
        SAME("same", "as needed for size/stride windows, rounded up; an odd one after the axis", 0),
        SAME_LOWER("same_lower", "as same, an odd one before the axis", 1);

        private final Declaration<Same> declaration;
        private final int extra;

        Same(String name, String doc, int extra) {
            this.declaration = Declaration.of(name, doc, this);
            this.extra = extra;
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }

        @Override
        public Words around(int axes, IntUnaryOperator needed) {
            int[] around = new int[2 * axes];
            for (int i = 0; i < axes; i++) {
                int both = needed.applyAsInt(i);
                around[i] = (both + extra) / 2;
                around[axes + i] = both - around[i];
            }
            return Words.of(around);
        }
    }
}
