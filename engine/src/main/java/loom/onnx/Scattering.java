package loom.onnx;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Operators that write elements by indices. */
final class Scattering {
    private static final String LIMITS = "reductions none (distinct indices) and add";

    static final List<Operator> ALL = List.of(
            Operator.of("ScatterElements", 11, LIMITS, Scattering::elements),
            Operator.of("ScatterND", 11, LIMITS, Scattering::blocks));

    private Scattering() {}

    private static Node elements(Call c) {
        GraphBuilder g = c.graph();
        int axis = c.axis(c.whole("axis", 0), c.shape(0).rank());
        Node at = Choosing.flat(g, Choosing.elementPositions(c, axis));
        return written(c, at, Choosing.flat(g, c.asReal(2)), Choosing.flat(g, c.asReal(0)));
    }

    private static Node blocks(Call c) {
        GraphBuilder g = c.graph();
        Shape s = c.shape(0);
        Shape indices = c.shape(1);
        int k = c.fixed(indices, indices.rank() - 1);
        Node at = Choosing.flat(g, Choosing.blockNumbers(c, s, 0, k));
        Extent block = s.product(k, s.rank());
        Node rows = g.reshape(c.asReal(0), Shape.of(List.of(s.product(0, k), block)));
        Node updates = g.reshape(c.asReal(2), Shape.of(List.of(at.shape().extent(0), block)));
        return written(c, at, updates, rows);
    }

    /** {@code updates} in the rows {@code at} of {@code x}, instead of what is there or added to it. */
    private static Node written(Call c, Node at, Node updates, Node x) {
        GraphBuilder g = c.graph();
        Extent rows = x.shape().extent(0);
        Node sums = g.scatterAdd(updates, at, 0, rows);
        String how = c.text("reduction", "none");
        Node y;
        if (how.equals("add")) {
            y = g.plus(x, sums);
        } else if (how.equals("none")) {
            Node ones = g.splat(1, updates.shape());
            Node hit = g.lessThan(g.constant(0f), g.scatterAdd(ones, at, 0, rows));
            y = g.select(hit, sums, x);
        } else {
            throw c.refuse("reduction " + how);
        }
        boolean real = c.x(0).type().element().isFloat();
        return g.reshape(real ? y : g.cast(y, ElementType.I32), c.shape(0));
    }
}
