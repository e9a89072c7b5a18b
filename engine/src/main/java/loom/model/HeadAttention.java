package loom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;

/**
 * What the heads of {@link Attention} do with queries, keys and values: products of queries and keys, sight, largest score of each row,
 * exponentials, their sum, division, dropout in training, product with the values.
 *
 * @param x what the queries are of: {@code [N, queries, ...]}
 * @param length number of keys
 */
record HeadAttention(LayerContext c, Heads heads, Sight sight, float dropout, Node x, int length) {
    /**
     * {@code q [N, queries, heads, size]}, {@code k} and {@code v [N, keys, shared, size]}; the result is {@code [N, queries,
     * heads·size]}. The heads of a group are rows of one product, so that no key is repeated.
     */
    Node of(Node q, Node k, Node v) {
        GraphBuilder g = c.graph();
        int queries = q.shape().dim(1);
        int rows = c.bands().rows(queries, (long) heads.count() * length);
        if (rows < queries) {
            return inBands(q, rows, g.permute(k, 0, 2, 1, 3), g.permute(v, 0, 2, 1, 3));
        }
        Node grouped = grouped(g, q);
        Node keys = Positions.soFar(c, "keys", g.permute(k, 0, 2, 1, 3), x, length);
        Node values = Positions.soFar(c, "values", g.permute(v, 0, 2, 1, 3), x, length);
        Node y = mixed(g, grouped, keys, values, () -> sight.paddings(c, x, length), () -> Positions.numbers(c, x));
        return sideBySide(g, y);
    }

    /** {@code q [N, rows, heads, size]}: {@code [N, shared, group·rows, size]}. */
    private Node grouped(GraphBuilder g, Node q) {
        int rows = q.shape().dim(1);
        int size = q.shape().dim(3);
        Node apart = g.reshape(q, Shape.batched(rows, heads.shared(), heads.group(), size));
        return g.reshape(g.permute(apart, 0, 2, 3, 1, 4), Shape.batched(heads.shared(), heads.group() * rows, size));
    }

    /** The way back: {@code [N, rows, heads·size]}. */
    private Node sideBySide(GraphBuilder g, Node y) {
        int rows = y.shape().dim(2) / heads.group();
        int size = y.shape().dim(3);
        Node apart = g.reshape(y, Shape.batched(heads.shared(), heads.group(), rows, size));
        return g.reshape(g.permute(apart, 0, 3, 1, 2, 4), Shape.batched(rows, heads.count() * size));
    }

    /**
     * {@code q [N, shared, group·rows, size]}, {@code k} and {@code v [N, shared, keys, size]}; the result is as q. {@code g}: this graph or
     * the body of a loop; {@code paddings} and {@code numbers}: what {@link Sight} looks at there.
     */
    private Node mixed(GraphBuilder g, Node q, Node k, Node v, Supplier<Node> paddings, Supplier<Node> numbers) {
        int rows = q.shape().dim(2) / heads.group();
        Shape apart = Shape.batched(heads.shared(), heads.group(), rows, length);
        Node scores = g.reshape(g.matMul(q, false, k, true), apart);
        Node p = Probabilities.softmax(g, sight.of(g, scores, paddings, numbers));
        if (dropout > 0) {
            p = Dropout.of(c, p, dropout);
        }
        return g.matMul(g.reshape(p, Shape.batched(heads.shared(), heads.group() * rows, length)), v);
    }

    // ---- in bands

    /** Bands of {@code rows} queries in a loop; what they leave comes last, by itself. */
    private Node inBands(Node q, int rows, Node k, Node v) {
        GraphBuilder g = c.graph();
        int queries = q.shape().dim(1);
        int looped = queries / rows * rows;
        Optional<Node> paddings = sight.padding().map(p -> sight.paddings(c, x, length));
        Optional<Node> numbers = sight.looksAtPositions() ? Optional.of(Positions.numbers(c, x)) : Optional.empty();
        if (looped == queries) {
            return looped(q, rows, k, v, paddings, numbers);
        }
        int left = queries - looped;
        Optional<Node> first = numbers.map(n -> g.slice(n, 0, 0, looped));
        Optional<Node> last = numbers.map(n -> g.slice(n, 0, looped, left));
        Node most = looped(g.slice(q, 1, 0, looped), rows, k, v, paddings, first);
        Node rest = mixed(g, grouped(g, g.slice(q, 1, looped, left)), k, v, paddings::get, () -> given(g, last));
        return g.concat(1, most, sideBySide(g, rest));
    }

    /** A band is {@code [N, shared, group·rows, size]}, and so is what is made of it. */
    private Node looped(Node q, int rows, Node k, Node v, Optional<Node> paddings, Optional<Node> numbers) {
        GraphBuilder g = c.graph();
        Extent bands = Extent.of(q.shape().dim(1) / rows);
        int size = q.shape().dim(3);
        Shape band = Shape.batched(heads.shared(), heads.group() * rows, size);
        Node apart = g.reshape(
                q, Shape.batched(rows, heads.shared(), heads.group(), size).insert(1, bands));
        Node bandsOfQ = g.reshape(g.permute(apart, 1, 0, 3, 4, 2, 5), band.insert(0, bands));

        GraphBuilder body = new GraphBuilder().layer(g.layer());
        Node queries = body.input("queries", TensorType.f32(band));
        Optional<Node> theirNumbers = numbers.map(n -> body.input("numbers", TensorType.i32(Shape.of(rows, 1))));
        Node keys = body.input("keys", k.type());
        Node values = body.input("values", v.type());
        Optional<Node> theirPaddings = paddings.map(p -> body.input("paddings", p.type()));
        Node y = mixed(body, queries, keys, values, theirPaddings::get, () -> given(body, theirNumbers));

        List<Node> sliced = new ArrayList<>(List.of(bandsOfQ));
        numbers.ifPresent(n -> sliced.add(g.reshape(n, Shape.of(rows, 1).insert(0, bands))));
        List<Node> invariants = new ArrayList<>(List.of(k, v));
        paddings.ifPresent(invariants::add);
        int trips = bands.coefficient();
        Node all = g.loop(body.output("y", y).build(), trips, false, List.of(), sliced, invariants)
                .get(0);
        Shape shape = Shape.batched(heads.shared(), heads.group(), rows, size).insert(0, bands);
        Node turned = g.permute(g.reshape(all, shape), 1, 0, 4, 2, 3, 5);
        return g.reshape(turned, Shape.batched(trips * rows, heads.count() * size));
    }

    /** Sight that does not look at positions is given any. */
    private static Node given(GraphBuilder g, Optional<Node> numbers) {
        return numbers.orElseGet(() -> g.constant(0));
    }
}
