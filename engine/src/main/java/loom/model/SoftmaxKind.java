package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;

/** Way of turning the last axis into probabilities. A new kind is a record here and a line in {@link Types}. */
public sealed interface SoftmaxKind extends Declared {
    /** Every kind, by its name in files. */
    final class Types {
        public static final Registry<SoftmaxKind> ALL =
                new Registry<>("softmax kind", List.of(Standard.TYPE, Temperature.TYPE));

        private Types() {}
    }

    Node lower(GraphBuilder g, Node x);

    /** {@code e^(x−m) / Σ e^(x−m)}, m the largest x: the shift cancels, so it carries no gradient. */
    record Standard() implements SoftmaxKind {
        static final Declaration<Standard> TYPE = Declaration.of("standard", "e^x / Σ e^x", new Standard());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            int axis = x.shape().rank() - 1;
            Node shift = g.stopGradient(g.reduce(ReduceKind.MAX, x, axis));
            Node e = g.exp(g.minus(x, shift));
            return g.divide(e, g.sum(e, axis));
        }
    }

    /** Standard softmax of {@code x / T}. */
    record Temperature(float temperature) implements SoftmaxKind {
        /** 2^-20 to 2^20: beyond, logits leave the domain or all become equal. */
        private static final Field<Temperature, Float> TEMPERATURE = Field.required(
                "temperature",
                new FieldType.Real(0x1p-20f, 0x1p20f),
                Temperature::temperature,
                "T: above 1 flattens, below 1 sharpens");

        static final Declaration<Temperature> TYPE = Declaration.of(
                "temperature", "e^(x/T) / Σ e^(x/T)", List.of(TEMPERATURE), v -> new Temperature(v.get(TEMPERATURE)));

        public Temperature {
            TEMPERATURE.check(temperature);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x) {
            return new Standard().lower(g, g.divide(x, g.constant(temperature)));
        }
    }
}
