package loom.model;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;

/** Finds a root for every row by halving an interval that holds it. Nothing of it carries a gradient. */
final class Bisection {
    private Bisection() {}

    /** Where the root is seen from {@code t [..., 1]}: an i32 node, not 0 if it lies above. */
    interface Side {
        Node above(GraphBuilder g, Node x, Node t);
    }

    /** Ends of the interval that is left, {@code [..., 1]}. */
    record Bracket(Node low, Node high) {}

    /** A root for each row of {@code x [..., n]}, which lies between {@code low} and {@code high}. */
    static Bracket search(GraphBuilder g, Node x, float low, float high, int trips, Side side) {
        Shape row = x.shape().withDim(x.shape().rank() - 1, loom.graph.Extent.ONE);
        GraphBuilder body = new GraphBuilder().layer(g.layer());
        Node bodyLow = body.input("low", TensorType.f32(row));
        Node bodyHigh = body.input("high", TensorType.f32(row));
        Node bodyX = body.input("x", TensorType.f32(x.shape()));
        Node middle = body.times(body.plus(bodyLow, bodyHigh), 0.5f);
        Node above = side.above(body, bodyX, middle);
        body.output("low", body.select(above, middle, bodyLow));
        body.output("high", body.select(above, bodyHigh, middle));
        List<Node> ends = g.loop(
                body.build(),
                trips,
                false,
                List.of(g.splat(low, row), g.splat(high, row)),
                List.of(),
                List.of(g.stopGradient(x)));
        return new Bracket(ends.get(0), ends.get(1));
    }

    /** Trips after which an interval of {@code [1/n, 1]} is shorter than 2^-24 of any number in it. */
    static int trips(int n) {
        return 24 + 32 - Integer.numberOfLeadingZeros(n - 1);
    }
}
