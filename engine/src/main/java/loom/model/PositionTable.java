package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** What {@link Positional} adds at each position: {@code [length, d]}. */
public sealed interface PositionTable extends Declared {
    /** Every one, by its name in files. */
    final class Types {
        public static final Registry<PositionTable> ALL =
                new Registry<>("position table", List.of(Learned.TYPE, Sinusoidal.TYPE));

        private Types() {}
    }

    /** Throws {@link ShapeException} for features it cannot be for. */
    List<ParameterSpec> parameters(int length, int features);

    Node table(LayerContext c, int length, int features);

    /** A parameter. */
    record Learned(Initialiser initialiser) implements PositionTable {
        private static final String TABLE = "table";
        private static final Field<Learned, Initialiser> INITIALISER = Field.optional(
                "initialiser",
                new FieldType.Variant<>(Initialiser.Types.ALL),
                new Initialiser.Normal(0.02f),
                Learned::initialiser,
                "how the table starts");

        static final Declaration<Learned> TYPE = Declaration.of(
                "learned",
                "a trained vector for each position",
                List.of(INITIALISER),
                v -> new Learned(v.get(INITIALISER)));

        public Learned() {
            this(new Initialiser.Normal(0.02f));
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public List<ParameterSpec> parameters(int length, int features) {
            return List.of(new ParameterSpec(TABLE, Shape.of(length, features), initialiser, length, features));
        }

        @Override
        public Node table(LayerContext c, int length, int features) {
            return c.parameter(TABLE);
        }
    }

    /** Vaswani et al. 2017: {@code sin(p·f)} at element 2i and {@code cos(p·f)} at 2i + 1, {@code f = base^(−2i/d)}; see {@link Angles}. */
    record Sinusoidal(float base) implements PositionTable {
        private static final Field<Sinusoidal, Float> BASE = Field.optional(
                "base", new FieldType.Real(1, 0x1p40f), 10000f, Sinusoidal::base, "base of the frequencies");

        static final Declaration<Sinusoidal> TYPE = Declaration.of(
                "sinusoidal",
                "sines and cosines of the position times falling frequencies",
                List.of(BASE),
                v -> new Sinusoidal(v.get(BASE)));

        public Sinusoidal {
            BASE.check(base);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public List<ParameterSpec> parameters(int length, int features) {
            if (features % 2 != 0) {
                throw new ShapeException("sinusoidal positions are pairs, not " + features + " features");
            }
            return List.of();
        }

        @Override
        public Node table(LayerContext c, int length, int features) {
            float[] values = new float[Shape.of(length, features).elements(1)];
            for (int i = 0; i < features / 2; i++) {
                float frequency = Angles.frequency(base, i, features / 2);
                for (int p = 0; p < length; p++) {
                    values[p * features + 2 * i] = Angles.sin(p, frequency);
                    values[p * features + 2 * i + 1] = Angles.cos(p, frequency);
                }
            }
            return Positions.table(c.graph(), new Tensor(Shape.of(length, features), values));
        }
    }
}
