package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loom.graph.Graph;
import loom.graph.Node;
import loom.graph.Op;

/**
 * Graph to program: drops dead nodes, fuses pointwise chains, lowers the rest to kernels one to one, plans memory.
 *
 * <p>None of this changes a bit: rules D and T hold per operation, whether its result is stored or stays in a register.
 */
public final class Compiler {
    private Compiler() {}

    /** Which values beside outputs can be read after a run. */
    public enum Keep {
        /** Outputs only. */
        OUTPUTS,
        /** The named nodes too, for receipts. */
        NAMED,
        /** Every node, under {@code %id}, for traces: nothing is fused, values inside loops are not kept. */
        ALL
    }

    public static Program compile(Graph graph) {
        return compile(graph, Keep.OUTPUTS);
    }

    public static Program compile(Graph graph, Keep keep) {
        LinkedHashMap<String, Node> named = new LinkedHashMap<>();
        if (keep != Keep.OUTPUTS) {
            named.putAll(graph.names());
        }
        Liveness live = Liveness.of(graph, named.values());
        if (keep == Keep.ALL) {
            for (Node n : graph.nodes()) {
                if (live.isLive(n) && !(n.op() instanceof Op.Loop) && !(n.op() instanceof Op.Source)) {
                    named.put("%" + n.id(), n);
                }
            }
        }
        Emitter emitter = new Emitter(keep == Keep.ALL);
        Lowering lowering = new Lowering(emitter, live, 0);
        List<Kernel> kernels = new ArrayList<>();
        lowering.lower(graph, kernels);

        Set<Integer> updated = new LinkedHashSet<>();
        for (Node target : graph.updates().keySet()) {
            updated.add(lowering.dense(target, kernels));
        }
        LinkedHashMap<String, Integer> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, Node> e : graph.outputs().entrySet()) {
            outputs.put(e.getKey(), readable(e.getValue(), updated, lowering, kernels));
        }
        LinkedHashMap<String, Integer> names = new LinkedHashMap<>();
        for (Map.Entry<String, Node> e : named.entrySet()) {
            names.put(e.getKey(), readable(e.getValue(), updated, lowering, kernels));
        }
        List<Program.Commit> commits = new ArrayList<>();
        for (Map.Entry<Node, Node> e : graph.updates().entrySet()) {
            int target = lowering.dense(e.getKey(), kernels);
            int value = lowering.fresh(e.getValue(), kernels);
            commits.add(new Program.Commit(target, value));
        }
        List<Integer> kept = new ArrayList<>(outputs.values());
        kept.addAll(names.values());
        List<Integer> alone = new ArrayList<>();
        for (Program.Commit c : commits) {
            alone.add(c.value());
        }
        List<Kernel> all = InPlace.of(emitter, kernels, alone, kept);
        SlotPlanner.Plan plan = SlotPlanner.plan(emitter.buffers(), all, kept, alone, List.of());
        return new Program(
                plan.buffers(),
                plan.slots(),
                all,
                emitter.scalars(),
                commits,
                emitter.sites(),
                emitter.sources(),
                outputs,
                names,
                Origins.of(graph, live, emitter.computed()));
    }

    /** A buffer that still holds a node's value after the run, when what was updated has its new value. */
    private static int readable(Node n, Set<Integer> updated, Lowering lowering, List<Kernel> kernels) {
        int id = lowering.dense(n, kernels);
        return updated.contains(id) ? lowering.fresh(n, kernels) : id;
    }
}
