package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import loom.graph.Op;

/**
 * The virtual machine's bytecode: kernels over static buffers, for any batch.
 *
 * @param buffers storage, by id
 * @param slots number of memory slots that {@link Buffer.Source}, {@link Buffer.Table} and {@link Buffer.Temporary} are put in
 * @param kernels what a run does, in order
 * @param scalars run-time scalars in the order a run gives their words; the first is the batch
 * @param commits copies that end a run, only if it did not trap: parameters and state take their new values
 * @param sites trap sites
 * @param sources buffer of every input, parameter and state by name
 * @param outputs buffer of every output by name, dense in the output's shape
 * @param names buffer of every named node that was kept (see {@link Compiler.Keep}), by name
 * @param origins which values of the graph the kernels compute
 */
public record Program(
        List<Buffer> buffers,
        int slots,
        List<Kernel> kernels,
        List<Op.Scalar> scalars,
        List<Commit> commits,
        List<TrapSite> sites,
        LinkedHashMap<String, Integer> sources,
        LinkedHashMap<String, Integer> outputs,
        LinkedHashMap<String, Integer> names,
        Origins origins) {

    /** {@code target := value}, buffers of equal shape; a value is never another commit's target. */
    public record Commit(int target, int value) {}

    public Program {
        buffers = List.copyOf(buffers);
        kernels = List.copyOf(kernels);
        scalars = List.copyOf(scalars);
        commits = List.copyOf(commits);
        sites = List.copyOf(sites);
    }

    /**
     * The same with other slots: what copies make for a product alone lies where nothing else does, and what they read is there until the
     * product is done. So a machine may leave a copy out, and its memory too.
     */
    public Program apart(List<CopiedOperand> copied) {
        List<Integer> kept = new ArrayList<>(outputs.values());
        kept.addAll(names.values());
        List<Integer> alone = new ArrayList<>();
        commits.forEach(c -> alone.add(c.value()));
        SlotPlanner.Plan plan = SlotPlanner.plan(buffers, kernels, kept, alone, copied);
        return new Program(
                plan.buffers(), plan.slots(), kernels, scalars, commits, sites, sources, outputs, names, origins);
    }

    public Buffer buffer(int id) {
        return buffers.get(id);
    }

    /** State of the samples: zeros again in every execution whose batch changes. */
    public List<Buffer.Source> sampleStates() {
        List<Buffer.Source> states = new ArrayList<>();
        for (Buffer b : buffers) {
            if (b instanceof Buffer.Source s
                    && s.role() == Buffer.Role.STATE
                    && s.type().shape().isBatched()) {
                states.add(s);
            }
        }
        return states;
    }

    /** The buffer that a slice is of; of any other it is the buffer itself. */
    public int root(int id) {
        return buffers.get(id) instanceof Buffer.Slice s ? root(s.parent()) : id;
    }

    /** Slot of a buffer; a slice lies in its parent's. */
    public int slot(int id) {
        return switch (buffers.get(id)) {
            case Buffer.Source s -> s.slot();
            case Buffer.Table t -> t.slot();
            case Buffer.Temporary t -> t.slot();
            case Buffer.Slice s -> slot(s.parent());
        };
    }

    /** Elements (of 4 bytes) that each slot needs for a batch. Throws ArithmeticException above 2^31-1. */
    public int[] slotElements(int batch) {
        return slotElements(batch, new TreeSet<>());
    }

    /** As {@link #slotElements(int)}, if some buffers are never written or read. */
    public int[] slotElements(int batch, Set<Integer> without) {
        int[] size = new int[slots];
        for (Buffer b : buffers) {
            if (!(b instanceof Buffer.Slice) && !without.contains(b.id())) {
                int s = slot(b.id());
                size[s] = Math.max(size[s], b.type().shape().elements(batch));
            }
        }
        return size;
    }

    /** Element offset of a buffer inside its slot, given the trip of each enclosing loop. */
    public int offset(int id, int batch, int[] trips) {
        return buffers.get(id) instanceof Buffer.Slice s
                ? offset(s.parent(), batch, trips)
                        + trips[s.depth()] * s.type().shape().elements(batch)
                : 0;
    }

    /** Deepest nesting of loops. */
    public int loopDepth() {
        return depth(kernels);
    }

    private static int depth(List<Kernel> kernels) {
        int d = 0;
        for (Kernel k : kernels) {
            if (k instanceof Kernel.Loop l) {
                d = Math.max(d, 1 + depth(l.body()));
            }
        }
        return d;
    }

    public int source(String name) {
        return find(sources, name, "source");
    }

    public int output(String name) {
        return find(outputs, name, "output");
    }

    private static int find(LinkedHashMap<String, Integer> map, String name, String what) {
        Integer id = map.get(name);
        if (id == null) {
            throw new IllegalArgumentException("no " + what + " named " + name + " among " + map.keySet());
        }
        return id;
    }
}
