package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.BinaryKind;
import loom.graph.Shape;
import loom.graph.ShapeException;

/** How {@link Parallel} makes one value of those of its branches. Each sample of a batch is combined by itself. */
public sealed interface Combine extends Declared permits Concat, Combine.Elementwise, GridScatter, Filter {
    /** Every one, by its name in files. */
    final class Types {
        public static final Registry<Combine> ALL = new Registry<>(
                "combination",
                List.of(
                        Concat.TYPE,
                        Elementwise.ADD.declaration,
                        Elementwise.AVERAGE.declaration,
                        Elementwise.MULTIPLY.declaration,
                        GridScatter.TYPE,
                        Filter.TYPE));

        private Types() {}
    }

    /** Layers of its own. */
    default List<Layer.Child> children(Shape input) {
        return List.of();
    }

    /** Shape of a sample. Throws {@link ShapeException} for branches that do not go together. */
    Shape outputShape(Shape input, List<Shape> branches);

    /** Whether it combines position by position; see {@link Layer#stepping}. */
    Stepping stepping(Shape input, List<Shape> branches);

    /** {@code x} is what the branches took, {@code branches} what they gave. */
    Node lower(LayerContext c, Node x, List<Node> branches);

    /** Element by element, in the order of the branches, which all give the same shape. */
    enum Elementwise implements Combine {
        ADD("add", "sum of the branches", BinaryKind.ADD),
        AVERAGE("average", "sum of the branches, divided by their number", BinaryKind.ADD),
        MULTIPLY("multiply", "product of the branches", BinaryKind.MUL);

        private final Declaration<Elementwise> declaration;
        private final BinaryKind kind;

        Elementwise(String name, String doc, BinaryKind kind) {
            this.declaration = Declaration.of(name, doc, this);
            this.kind = kind;
        }

        @Override
        public FieldValues fields() {
            return declaration.valuesOf(this);
        }

        @Override
        public Shape outputShape(Shape input, List<Shape> branches) {
            for (Shape s : branches) {
                if (!s.equals(branches.get(0))) {
                    throw new ShapeException("branch 0 gives " + branches.get(0) + ", branch " + branches.indexOf(s)
                            + " gives " + s + "; " + declaration.name() + " needs equal shapes");
                }
            }
            return branches.get(0);
        }

        @Override
        public Stepping stepping(Shape input, List<Shape> branches) {
            return Stepping.EACH_POSITION;
        }

        @Override
        public Node lower(LayerContext c, Node x, List<Node> branches) {
            GraphBuilder g = c.graph();
            Node y = branches.get(0);
            for (Node branch : branches.subList(1, branches.size())) {
                y = g.binary(kind, y, branch);
            }
            return this == AVERAGE ? g.divide(y, g.constant((float) branches.size())) : y;
        }
    }
}
