package loom.model;

import java.util.List;
import loom.numeric.F32;

/** How the frequencies f of {@link Rope} change for sequences longer than those a model learned first. */
public sealed interface RopeScaling extends Declared {
    /** Every one, by its name in files. */
    final class Types {
        public static final Registry<RopeScaling> ALL =
                new Registry<>("scaling", List.of(None.TYPE, Linear.TYPE, Llama3.TYPE));

        private Types() {}
    }

    /** Arithmetic is f32, each operation rounded. */
    float scaled(float frequency);

    /** As they are. */
    record None() implements RopeScaling {
        static final Declaration<None> TYPE = Declaration.of("none", "frequencies are as they are", new None());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float scaled(float frequency) {
            return frequency;
        }
    }

    /** Positions are {@code factor} times as dense (Chen et al. 2023): {@code f/factor}. */
    record Linear(float factor) implements RopeScaling {
        private static final Field<Linear, Float> FACTOR = Field.required(
                "factor", new FieldType.Real(1, 0x1p20f), Linear::factor, "how many positions become one");
        static final Declaration<Linear> TYPE = Declaration.of(
                "linear", "all frequencies are divided", List.of(FACTOR), v -> new Linear(v.get(FACTOR)));

        public Linear {
            FACTOR.check(factor);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float scaled(float frequency) {
            return F32.div(frequency, factor);
        }
    }

    /**
     * Llama 3.1: with {@code w = 2π/f} the wave's length and L the {@code length} learned first, waves shorter than L/{@code high} stay, those
     * longer than L/{@code low} are {@code factor} times as long, and between them {@code s = (L/w − low)/(high − low)} mixes: {@code
     * (1 − s)·f/factor + s·f}.
     */
    record Llama3(float factor, float low, float high, int length) implements RopeScaling {
        private static final float TURN = 6.2831855f;

        private static final Field<Llama3, Float> FACTOR = Field.required(
                "factor", new FieldType.Real(1, 0x1p20f), Llama3::factor, "how much longer long waves become");
        private static final Field<Llama3, Float> LOW = Field.optional(
                "low",
                new FieldType.Real(0x1p-20f, 0x1p20f),
                1f,
                Llama3::low,
                "turns in the length below which a wave is long");
        private static final Field<Llama3, Float> HIGH = Field.optional(
                "high",
                new FieldType.Real(0x1p-20f, 0x1p20f),
                4f,
                Llama3::high,
                "turns in the length above which a wave is short");
        private static final Field<Llama3, Integer> LENGTH = Field.required(
                "length", new FieldType.Whole(1, 1 << 24), Llama3::length, "positions that the model learned first");
        static final Declaration<Llama3> TYPE = Declaration.of(
                "llama3",
                "only long waves become longer",
                List.of(FACTOR, LOW, HIGH, LENGTH),
                v -> new Llama3(v.get(FACTOR), v.get(LOW), v.get(HIGH), v.get(LENGTH)));

        public Llama3 {
            FACTOR.check(factor);
            LOW.check(low);
            HIGH.check(high);
            LENGTH.check(length);
            if (low >= high) {
                throw new FieldException("low", "expected less than high");
            }
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public float scaled(float frequency) {
            float wave = F32.div(TURN, frequency);
            if (wave < F32.div(length, high)) {
                return frequency;
            }
            float longer = F32.div(frequency, factor);
            if (wave > F32.div(length, low)) {
                return longer;
            }
            float s = F32.div(F32.sub(F32.div(length, wave), low), F32.sub(high, low));
            return F32.add(F32.mul(F32.sub(1, s), longer), F32.mul(s, frequency));
        }
    }
}
