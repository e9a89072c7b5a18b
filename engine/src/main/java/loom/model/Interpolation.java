package loom.model;

import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.Words;

/** How an axis is enlarged. A new way is a record here and a line in {@link Types}. */
public sealed interface Interpolation extends Declared {
    /** Every way, by its name in files. */
    final class Types {
        public static final Registry<Interpolation> ALL =
                new Registry<>("interpolation", List.of(Nearest.TYPE, Linear.TYPE));

        private Types() {}
    }

    /** {@code x} with {@code scale} times as many positions along an axis. */
    Node lower(GraphBuilder g, Node x, int axis, int scale);

    /** Every value {@code scale} times. */
    record Nearest() implements Interpolation {
        static final Declaration<Nearest> TYPE =
                Declaration.of("nearest", "every value as often as the factor says", new Nearest());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x, int axis, int scale) {
            Shape s = x.shape();
            Shape split = s.insert(axis + 1, Extent.ONE);
            Node repeated = g.broadcast(g.reshape(x, split), s.insert(axis + 1, Extent.of(scale)));
            return g.reshape(repeated, s.withDim(axis, Extent.of(s.dim(axis) * scale)));
        }
    }

    /**
     * Between the two neighbours of its place in the input, in proportion: position o lies at {@code (o + 1/2)/scale − 1/2}, at
     * most at the ends; with aligned corners at {@code o·(S − 1)/(scale·S − 1)}. Each value is a product-sum over the axis with a
     * table of weights.
     */
    record Linear(boolean alignCorners) implements Interpolation {
        private static final Field<Linear, Boolean> ALIGN_CORNERS = Field.optional(
                "align_corners",
                new FieldType.Flag(),
                false,
                Linear::alignCorners,
                "whether the first and last positions stay where they are");

        static final Declaration<Linear> TYPE = Declaration.of(
                "linear",
                "between the two neighbours, in proportion",
                List.of(ALIGN_CORNERS),
                v -> new Linear(v.get(ALIGN_CORNERS)));

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node lower(GraphBuilder g, Node x, int axis, int scale) {
            Shape s = x.shape();
            int size = s.dim(axis);
            Node weights = g.table(TensorType.f32(Shape.of(size * scale, size)), Words.bits(weights(size, scale)));
            Shape result = s.withDim(axis, Extent.of(size * scale));
            Extent outer = s.product(1, axis);
            if (axis == s.rank() - 1) {
                Node rows = g.reshape(x, Shape.of(List.of(s.extent(0).times(outer), s.extent(axis))));
                return g.reshape(g.matMul(rows, false, weights, true), result);
            }
            Extent inner = s.product(axis + 1, s.rank());
            Node columns = g.reshape(x, Shape.of(List.of(s.extent(0).times(outer), s.extent(axis), inner)));
            return g.reshape(g.matMul(weights, columns), result);
        }

        /** {@code [scale·size, size]}: row o has the shares of the inputs in position o, as the nearest f32. */
        private float[] weights(int size, int scale) {
            int positions = size * scale;
            float[] weights = new float[positions * size];
            // Places are fractions of one denominator.
            long denominator = alignCorners ? Math.max(1, positions - 1) : 2L * scale;
            for (int o = 0; o < positions; o++) {
                long place = alignCorners ? (long) o * (size - 1) : Math.max(0, 2L * o + 1 - scale);
                int low = (int) (place / denominator);
                long rest = place % denominator;
                if (low >= size - 1) {
                    low = size - 1;
                    rest = 0;
                }
                weights[o * size + low] = (float) (denominator - rest) / denominator;
                if (rest != 0) {
                    weights[o * size + low + 1] = (float) rest / denominator;
                }
            }
            return weights;
        }
    }
}
