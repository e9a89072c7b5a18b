package loom.train;

import java.util.LinkedHashMap;
import java.util.Optional;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.numeric.F32;
import loom.numeric.FloatText;

/** Where the values of a step go. With gradients accumulated over several runs, only the run that closes a step moves anything. */
final class Updates {
    private final GraphBuilder graph;
    private final Optional<Node> closes;
    private final LinkedHashMap<Float, Node> averagesOfOnes = new LinkedHashMap<>();

    /** {@code closes}: an i32 that is not 0 in runs that close a step; empty if all do. */
    Updates(GraphBuilder graph, Optional<Node> closes) {
        this.graph = graph;
        this.closes = closes;
    }

    GraphBuilder graph() {
        return graph;
    }

    void set(Node target, Node value) {
        graph.update(target, closes.map(c -> graph.select(c, value, target)).orElse(value));
    }

    /** One for all parameters. */
    Node averageOfOnes(float keep) {
        Node known = averagesOfOnes.get(keep);
        if (known != null) {
            return known;
        }
        Node s = graph.state("average of ones, " + FloatText.print(keep), Memory.wide(Shape.SCALAR));
        Node next = graph.plus(graph.times(s, wide(keep)), wide(F32.sub(1, keep)));
        set(s, next);
        averagesOfOnes.put(keep, next);
        return next;
    }

    Node wide(float value) {
        return graph.add(new Op.Splat(Float.floatToRawIntBits(value), Memory.wide(Shape.SCALAR)));
    }
}
