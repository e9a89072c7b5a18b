package loom.program;

import java.util.Collection;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Op;

/** Which nodes are needed, and by how many different users. */
final class Liveness {
    private final boolean[] live;
    private final int[] users;

    private Liveness(int nodes) {
        live = new boolean[nodes];
        users = new int[nodes];
    }

    static Liveness of(Graph graph, Collection<Node> kept) {
        Liveness l = new Liveness(graph.nodes().size());
        graph.outputs().values().forEach(l::root);
        graph.updates().keySet().forEach(l::root);
        graph.updates().values().forEach(l::root);
        kept.forEach(l::root);
        // An input belongs to the program's interface even if nothing reads it.
        graph.inputs().forEach(l::root);
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            if (l.live[i]) {
                l.mark(graph.nodes().get(i));
            }
        }
        return l;
    }

    private void root(Node n) {
        live[n.id()] = true;
        users[n.id()]++;
    }

    private void mark(Node user) {
        int read = user.op() instanceof Op.Surrogate ? 1 : user.inputs().size();
        for (int k = 0; k < read; k++) {
            Node n = user.input(k);
            live[n.id()] = true;
            if (user.inputs().indexOf(n) == k) {
                users[n.id()]++;
            }
        }
    }

    boolean isLive(Node n) {
        return live[n.id()];
    }

    /** True if the value can stay in the registers of its only user. */
    boolean hasOneUser(Node n) {
        return users[n.id()] == 1;
    }
}
