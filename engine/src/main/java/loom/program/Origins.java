package loom.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Op;

/**
 * Which values of the graph the kernels of a program compute. Values inside a loop are their loop's.
 *
 * @param computed of every kernel, in the program's order: values it computes; several where operations were fused, the last is what it writes
 * @param views numbers of the kernels for every value that none computes by itself. Of what is only read in place, as a transposed or
 *     repeated operand, that is the first kernel that reads it or, if none does, the one that computes what it is a view of; of a loop's
 *     result all that belong to the loop. A view of what comes from outside that nothing reads has none
 */
public record Origins(List<List<Origin>> computed, TreeMap<Integer, List<Integer>> views) {
    public Origins {
        computed = List.copyOf(computed);
    }

    /** Numbers of the kernels that make a value of what they are given; empty if none does. */
    public List<Integer> kernels(int node) {
        if (views.containsKey(node)) {
            return views.get(node);
        }
        List<Integer> found = new ArrayList<>();
        for (int k = 0; k < computed.size(); k++) {
            for (Origin o : computed.get(k)) {
                if (o.node() == node && !found.contains(k)) {
                    found.add(k);
                }
            }
        }
        return found;
    }

    /** {@code nodes}: those that each kernel computes. */
    static Origins of(Graph graph, Liveness live, List<List<Node>> nodes) {
        List<List<Integer>> kernels = new ArrayList<>();
        graph.nodes().forEach(n -> kernels.add(new ArrayList<>()));
        List<List<Origin>> computed = new ArrayList<>();
        for (int k = 0; k < nodes.size(); k++) {
            List<Origin> origins = new ArrayList<>();
            for (Node n : nodes.get(k)) {
                origins.add(Origin.of(n));
                kernels.get(n.id()).add(k);
            }
            computed.add(List.copyOf(origins));
        }
        TreeMap<Integer, List<Integer>> views = new TreeMap<>();
        for (Node n : graph.nodes()) {
            if (live.isLive(n)
                    && !(n.op() instanceof Op.Source)
                    && kernels.get(n.id()).isEmpty()) {
                views.put(n.id(), List.of());
            }
            if (n.op() instanceof Op.Result) {
                kernels.set(n.id(), kernels.get(n.input(0).id()));
            }
        }
        readers(graph, kernels);
        for (int i : List.copyOf(views.keySet())) {
            if (kernels.get(i).isEmpty()) {
                kernels.set(i, kernels.get(graph.nodes().get(i).input(0).id()));
            }
            views.put(i, List.copyOf(kernels.get(i)));
        }
        return new Origins(computed, views);
    }

    /** Gives nodes without a kernel the first of those that read them, from the last node to the first: views may be of views. */
    private static void readers(Graph graph, List<List<Integer>> kernels) {
        int[] first = new int[kernels.size()];
        Arrays.fill(first, Integer.MAX_VALUE);
        for (int i = first.length - 1; i >= 0; i--) {
            if (kernels.get(i).isEmpty() && first[i] < Integer.MAX_VALUE) {
                kernels.set(i, List.of(first[i]));
            }
            if (!kernels.get(i).isEmpty()) {
                Node n = graph.nodes().get(i);
                int read = n.op() instanceof Op.Surrogate ? 1 : n.inputs().size();
                for (Node in : n.inputs().subList(0, read)) {
                    first[in.id()] = Math.min(first[in.id()], kernels.get(i).get(0));
                }
            }
        }
    }
}
