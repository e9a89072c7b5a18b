package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;

/** What positions hold that are added at the ends of an axis. A new mode is a record here and a line in {@link Types}. */
public sealed interface PadMode extends Declared {
    /** Every mode, by its name in files. */
    final class Types {
        public static final Registry<PadMode> ALL =
                new Registry<>("pad mode", List.of(Constant.TYPE, Edge.TYPE, Reflect.TYPE, Wrap.TYPE));

        private Types() {}
    }

    /** How many positions can be added at an end of an axis of {@code size}. */
    default int most(int size) {
        return Windows.MAX_SIZE;
    }

    /** The {@code n} positions to stand before x along an axis. */
    Node before(GraphBuilder g, Node x, int axis, int n);

    Node after(GraphBuilder g, Node x, int axis, int n);

    default Node lower(GraphBuilder g, Node x, int axis, int before, int after) {
        List<Node> parts = new ArrayList<>();
        if (before > 0) {
            parts.add(before(g, x, axis, before));
        }
        parts.add(x);
        if (after > 0) {
            parts.add(after(g, x, axis, after));
        }
        return g.concat(axis, parts.toArray(new Node[0]));
    }

    /** The same value everywhere. */
    record Constant(float value) implements PadMode {
        private static final Field<Constant, Float> VALUE = Field.optional(
                "value", new FieldType.Real(-0x1p50f, 0x1p50f), 0f, Constant::value, "value of every position");

        static final Declaration<Constant> TYPE = Declaration.of(
                "constant", "the same value everywhere", List.of(VALUE), v -> new Constant(v.get(VALUE)));

        public static final Constant ZEROS = new Constant(0);

        public Constant {
            VALUE.check(value);
        }

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node before(GraphBuilder g, Node x, int axis, int n) {
            return g.splat(Draws.inDomain(value), x.shape().withDim(axis, Extent.of(n)));
        }

        @Override
        public Node after(GraphBuilder g, Node x, int axis, int n) {
            return before(g, x, axis, n);
        }
    }

    /** The nearest value. */
    record Edge() implements PadMode {
        static final Declaration<Edge> TYPE = Declaration.of("edge", "the nearest value", new Edge());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public Node before(GraphBuilder g, Node x, int axis, int n) {
            return repeated(g, x, axis, 0, n);
        }

        @Override
        public Node after(GraphBuilder g, Node x, int axis, int n) {
            return repeated(g, x, axis, x.shape().dim(axis) - 1, n);
        }

        private static Node repeated(GraphBuilder g, Node x, int axis, int at, int n) {
            return g.broadcast(g.slice(x, axis, at, 1), x.shape().withDim(axis, Extent.of(n)));
        }
    }

    /** As in a mirror that stands on the nearest value: c b | a b c | b a. */
    record Reflect() implements PadMode {
        static final Declaration<Reflect> TYPE =
                Declaration.of("reflect", "as in a mirror on the nearest value, which is not repeated", new Reflect());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public int most(int size) {
            return size - 1;
        }

        @Override
        public Node before(GraphBuilder g, Node x, int axis, int n) {
            return g.reverse(g.slice(x, axis, 1, n), axis);
        }

        @Override
        public Node after(GraphBuilder g, Node x, int axis, int n) {
            return g.reverse(g.slice(x, axis, x.shape().dim(axis) - 1 - n, n), axis);
        }
    }

    /** As if the axis were a circle: b c | a b c | a b. */
    record Wrap() implements PadMode {
        static final Declaration<Wrap> TYPE = Declaration.of("wrap", "as if the axis were a circle", new Wrap());

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }

        @Override
        public int most(int size) {
            return size;
        }

        @Override
        public Node before(GraphBuilder g, Node x, int axis, int n) {
            return g.slice(x, axis, x.shape().dim(axis) - n, n);
        }

        @Override
        public Node after(GraphBuilder g, Node x, int axis, int n) {
            return g.slice(x, axis, 0, n);
        }
    }
}
