package loom.program;

import java.util.LinkedHashMap;
import java.util.List;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.Shape;

/**
 * How much there is to compute.
 *
 * @param multiplyAdds of products and convolutions: elements of the result times the length of its sums
 * @param elementOperations of everything else: a function counts one for every element it gives, a sum one for every element it takes
 */
public record Arithmetic(long multiplyAdds, long elementOperations) {
    public static final Arithmetic NONE = new Arithmetic(0, 0);

    public Arithmetic plus(Arithmetic other) {
        return new Arithmetic(
                Math.addExact(multiplyAdds, other.multiplyAdds),
                Math.addExact(elementOperations, other.elementOperations));
    }

    private Arithmetic times(int trips) {
        return new Arithmetic(Math.multiplyExact(multiplyAdds, trips), Math.multiplyExact(elementOperations, trips));
    }

    /** Of one run with a batch, layer by layer: by the labels that nodes have. What no output needs does not count. */
    public static LinkedHashMap<String, Arithmetic> byLayer(Graph graph, int batch) {
        LinkedHashMap<String, Arithmetic> all = new LinkedHashMap<>();
        Liveness live = Liveness.of(graph, List.of());
        for (Node n : graph.nodes()) {
            if (live.isLive(n)) {
                all.merge(n.layer(), of(n, batch), Arithmetic::plus);
            }
        }
        return all;
    }

    private static Arithmetic of(Node n, int batch) {
        return switch (n.op()) {
            case Op.MatMul m -> {
                Shape a = n.input(0).shape();
                int k = a.extent(m.transposeA() ? a.rank() - 2 : a.rank() - 1).at(batch);
                yield new Arithmetic(Math.multiplyExact((long) elements(n, batch), k), 0);
            }
            case Op.Conv c -> {
                Shape kernel = n.input(1).shape();
                int k = kernel.elements(1) / kernel.dim(0);
                yield new Arithmetic(Math.multiplyExact((long) elements(n, batch), k), 0);
            }
            case Op.Loop l -> {
                Arithmetic body = NONE;
                for (Arithmetic a : byLayer(l.body(), batch).values()) {
                    body = body.plus(a);
                }
                yield body.times(l.trips());
            }
            case PointOp p -> new Arithmetic(0, elements(n, batch));
            case Op.Reduce r -> new Arithmetic(0, elements(n.input(0), batch));
            case Op.ScatterAdd s -> new Arithmetic(0, elements(n.input(0), batch));
            case Op.Source s -> NONE;
            case Op.Broadcast b -> NONE;
            case Op.Reshape r -> NONE;
            case Op.Permute p -> NONE;
            case Op.Slice s -> NONE;
            case Op.Pad p -> NONE;
            case Op.Concat c -> NONE;
            case Op.Reverse r -> NONE;
            case Op.Window w -> NONE;
            case Op.Unwindow u -> NONE;
            case Op.Gather g -> NONE;
            case Op.StopGradient s -> NONE;
            case Op.Surrogate s -> NONE;
            case Op.Result r -> NONE;
        };
    }

    private static int elements(Node n, int batch) {
        return n.shape().elements(batch);
    }
}
