package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;

/**
 * Way of turning the last axis, whose elements are called logits, into probabilities. A new kind is a record, its entry in {@code
 * permits} and its line in {@link Types}. Every kind divides by its temperature T after the largest logit is subtracted, so that
 * logits may be as large as 2^49 at any temperature.
 */
public sealed interface SoftmaxKind extends Declared
        permits SoftmaxKind.Positive, GumbelSoftmax, MaskedSoftmax, Sparsemax, Entmax {
    /** Every kind, by its name in files. */
    final class Types {
        public static final Registry<SoftmaxKind> ALL = new Registry<>(
                "softmax kind",
                List.of(
                        Standard.TYPE,
                        Temperature.TYPE,
                        GridSoftmax.TYPE,
                        HierarchicalSoftmax.TYPE,
                        GumbelSoftmax.TYPE,
                        MaskedSoftmax.TYPE,
                        Sparsemax.TYPE,
                        Entmax.TYPE));

        private Types() {}
    }

    /** Number of probabilities for so many logits. Throws {@link loom.graph.ShapeException} for a number it cannot take. */
    default int classes(int logits) {
        return logits;
    }

    /** Whether answers, too, depend on random numbers. */
    default boolean isNoisy() {
        return false;
    }

    /** {@code [..., logits]} to {@code [..., classes]}. */
    Node lower(LayerContext c, Node x);

    /** A kind of which no probability is 0 before rounding, so that each has a logarithm. */
    sealed interface Positive extends SoftmaxKind permits Standard, Temperature, GridSoftmax, HierarchicalSoftmax {
        /** Probabilities, or their logarithms, which are not computed by way of the probabilities. */
        Node lower(GraphBuilder g, Node x, boolean log);

        @Override
        default Node lower(LayerContext c, Node x) {
            return lower(c.graph(), x, false);
        }
    }

    /** {@code e^(x−m) / Σ e^(x−m)}, m the largest x: the shift cancels, so it carries no gradient. */
    record Standard() implements Positive {
        static final Declaration<Standard> TYPE = Declaration.of("standard", "e^x / Σ e^x", new Standard());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x, boolean log) {
            return Probabilities.softmax(g, x, 1, log);
        }
    }

    /** Standard softmax of {@code x / T}. */
    record Temperature(float temperature) implements Positive {
        private static final Field<Temperature, Float> TEMPERATURE = Field.required(
                "temperature",
                Probabilities.TEMPERATURES,
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
        public Node lower(GraphBuilder g, Node x, boolean log) {
            return Probabilities.softmax(g, x, temperature, log);
        }
    }
}
