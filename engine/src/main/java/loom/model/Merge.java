package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;

/** How a bidirectional layer makes one value of what its two directions give (Schuster and Paliwal 1997). */
public enum Merge implements Declared {
    CONCAT("concat", "[forward, backward]", (g, f, b) -> g.concat(f.shape().rank() - 1, f, b)),
    SUM("sum", "forward + backward", GraphBuilder::plus),
    AVERAGE("average", "(forward + backward)/2", (g, f, b) -> g.times(g.plus(f, b), 0.5f)),
    MULTIPLY("multiply", "forward·backward, element by element", GraphBuilder::times);

    /** Every way, by its name in files. */
    public static final class Types {
        public static final Registry<Merge> ALL = new Registry<>("merge", all());

        private Types() {}

        private static List<Declaration<? extends Merge>> all() {
            List<Declaration<? extends Merge>> all = new ArrayList<>();
            for (Merge m : values()) {
                all.add(m.declaration);
            }
            return all;
        }
    }

    private interface Formula {
        Node apply(GraphBuilder g, Node forward, Node backward);
    }

    private final Declaration<Merge> declaration;
    private final Formula formula;

    Merge(String name, String doc, Formula formula) {
        this.declaration = Declaration.of(name, doc, this);
        this.formula = formula;
    }

    @Override
    public FieldValues fields() {
        return declaration.valuesOf(this);
    }

    Node lower(GraphBuilder g, Node forward, Node backward) {
        return formula.apply(g, forward, backward);
    }
}
