package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Matrix products. */
final class Products {
    static final List<Operator> ALL = List.of(
            Operator.of("MatMul", 1, c -> matMul(c, c.real(0), c.real(1))),
            Operator.of("Gemm", 7, Products::gemm),
            Operator.of("Einsum", 12, "two operands, no repeated letters in one", Einsum::lower));

    private Products() {}

    /** As NumPy: a vector is a row on the left and a column on the right; leading axes are broadcast. */
    static Node matMul(Call c, Node a, Node b) {
        GraphBuilder g = c.graph();
        int ra = a.shape().rank();
        int rb = b.shape().rank();
        Node left = ra == 1 ? g.reshape(a, a.shape().insert(0, Extent.ONE)) : a;
        Node right = rb == 1 ? g.reshape(b, b.shape().insert(1, Extent.ONE)) : b;
        Node y = product(c, left, right);
        Shape s = y.shape();
        s = rb == 1 ? s.remove(s.rank() - 1) : s;
        s = ra == 1 ? s.remove(s.rank() - (rb == 1 ? 1 : 2)) : s;
        return g.reshape(y, s);
    }

    static Node product(Call c, Node a, Node b) {
        GraphBuilder g = c.graph();
        int ra = a.shape().rank();
        int rb = b.shape().rank();
        // A shared right operand takes all rows at once; the batch may be among them.
        if (ra == 2 && rb == 2 || ra > 2 && rb == 2 || ra == 2) {
            return g.matMul(a, b);
        }
        int rank = Math.max(ra, rb);
        List<Extent> lead = new ArrayList<>();
        for (int i = 0; i < rank - 2; i++) {
            int p = i - (rank - ra);
            int q = i - (rank - rb);
            Extent ea = p < 0 ? Extent.ONE : a.shape().extent(p);
            Extent eb = q < 0 ? Extent.ONE : b.shape().extent(q);
            lead.add(ea.isOne() ? eb : ea);
        }
        return g.matMul(led(g, a, lead), led(g, b, lead));
    }

    private static Node led(GraphBuilder g, Node x, List<Extent> lead) {
        List<Extent> all = new ArrayList<>(lead);
        int rank = x.shape().rank();
        all.add(x.shape().extent(rank - 2));
        all.add(x.shape().extent(rank - 1));
        return g.broadcast(x, Shape.of(all));
    }

    private static Node gemm(Call c) {
        GraphBuilder g = c.graph();
        Node y = g.matMul(c.real(0), c.flag("transA"), c.real(1), c.flag("transB"));
        float alpha = c.real("alpha", 1);
        float beta = c.real("beta", 1);
        y = alpha == 1 ? y : g.times(y, alpha);
        if (!c.has(2)) {
            return y;
        }
        Node bias = c.real(2);
        return g.plus(y, beta == 1 ? bias : g.times(bias, beta));
    }
}
