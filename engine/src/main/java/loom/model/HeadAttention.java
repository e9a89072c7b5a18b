package loom.model;

import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

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
        int shared = heads.shared();
        int group = heads.group();
        int queries = q.shape().dim(1);
        int size = q.shape().dim(3);
        Node grouped = g.permute(g.reshape(q, Shape.batched(queries, shared, group, size)), 0, 2, 3, 1, 4);
        Node rows = g.reshape(grouped, Shape.batched(shared, group * queries, size));
        Node keys = Positions.soFar(c, "keys", g.permute(k, 0, 2, 1, 3), x, length);
        Node values = Positions.soFar(c, "values", g.permute(v, 0, 2, 1, 3), x, length);
        Node scores = g.reshape(g.matMul(rows, false, keys, true), Shape.batched(shared, group, queries, length));
        Node p = Probabilities.softmax(g, sight.of(c, scores, x));
        if (dropout > 0) {
            p = Dropout.of(c, p, dropout);
        }
        Node y = g.matMul(g.reshape(p, Shape.batched(shared, group * queries, length)), values);
        Node apart = g.permute(g.reshape(y, Shape.batched(shared, group, queries, size)), 0, 3, 1, 2, 4);
        return g.reshape(apart, Shape.batched(queries, heads.count() * size));
    }
}
