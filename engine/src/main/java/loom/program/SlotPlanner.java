package loom.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts buffers into memory slots. Sources and tables have their own, and so has the value of a commit: a machine may then exchange its
 * memory with the target's instead of copying it. Other temporaries share: {@link Slots}.
 */
final class SlotPlanner {
    record Plan(List<Buffer> buffers, int slots) {}

    private final List<Buffer> buffers;
    private final boolean[] sliced;
    private final int[] first;
    private final int[] last;
    /** What a kernel uses beside what it names, by the buffer it writes. */
    private final Map<Integer, Integer> more = new LinkedHashMap<>();
    /** Share slots with each other alone. */
    private final Set<Integer> apart = new TreeSet<>();

    private int position;

    private SlotPlanner(List<Buffer> buffers, List<CopiedOperand> copied) {
        this.buffers = buffers;
        for (CopiedOperand c : copied) {
            more.put(c.product().out(), c.in());
            c.copies().forEach(copy -> apart.add(copy.out()));
        }
        this.sliced = new boolean[buffers.size()];
        this.first = new int[buffers.size()];
        this.last = new int[buffers.size()];
        Arrays.fill(first, Integer.MAX_VALUE);
        Arrays.fill(last, -1);
        for (Buffer b : buffers) {
            if (b instanceof Buffer.Slice s) {
                sliced[s.parent()] = true;
            }
        }
    }

    /**
     * @param kept are read when all kernels are done
     * @param alone have slots of their own
     * @param copied may be read by their products where they come from; the copies lie where nothing else does
     */
    static Plan plan(
            List<Buffer> buffers,
            List<Kernel> kernels,
            List<Integer> kept,
            List<Integer> alone,
            List<CopiedOperand> copied) {
        SlotPlanner p = new SlotPlanner(buffers, copied);
        p.visit(kernels);
        for (int id : kept) {
            p.last[id] = Integer.MAX_VALUE;
        }
        for (int id : alone) {
            p.first[id] = -1;
            p.last[id] = Integer.MAX_VALUE;
        }
        return p.assign();
    }

    private void visit(List<Kernel> kernels) {
        for (Kernel k : kernels) {
            position++;
            if (k instanceof Kernel.Loop l) {
                loop(l);
            } else {
                k.reads().forEach(this::use);
                use(k.out());
                if (more.containsKey(k.out())) {
                    use(more.get(k.out()));
                }
            }
        }
    }

    /** Whatever lives before a loop, is carried by it or sliced in it, lives until the loop ends: the next trip reads it again. */
    private void loop(Kernel.Loop l) {
        int start = position;
        Set<Integer> used = new TreeSet<>();
        roots(l.body(), used);
        List<Integer> kept = new ArrayList<>();
        for (int id : used) {
            if (first[id] != Integer.MAX_VALUE || sliced[id]) {
                kept.add(id);
            }
        }
        visit(l.body());
        position++;
        for (int id : kept) {
            first[id] = Math.min(first[id], start);
            last[id] = position;
        }
    }

    private void roots(List<Kernel> kernels, Set<Integer> found) {
        for (Kernel k : kernels) {
            if (k instanceof Kernel.Loop l) {
                roots(l.body(), found);
            } else {
                k.reads().forEach(b -> found.add(root(b)));
                found.add(root(k.out()));
            }
        }
    }

    private int root(int id) {
        return buffers.get(id) instanceof Buffer.Slice s ? root(s.parent()) : id;
    }

    private void use(int id) {
        int root = root(id);
        first[root] = Math.min(first[root], position);
        last[root] = Math.max(last[root], position);
    }

    private Plan assign() {
        Map<Integer, Integer> shared = new LinkedHashMap<>();
        for (boolean isApart : new boolean[] {false, true}) {
            List<Slots.Value> temporaries = new ArrayList<>();
            for (Buffer b : buffers) {
                if (b instanceof Buffer.Temporary t && apart.contains(t.id()) == isApart) {
                    temporaries.add(new Slots.Value(t.id(), t.type().shape().elements(), first[t.id()], last[t.id()]));
                }
            }
            int used = shared.size();
            Slots.of(temporaries).forEach((id, slot) -> shared.put(id, used + slot));
        }
        List<Buffer> order = new ArrayList<>(buffers);
        order.sort(Comparator.<Buffer>comparingInt(b -> first[b.id()]).thenComparingInt(Buffer::id));
        Map<Integer, Integer> numbers = new LinkedHashMap<>();
        int count = 0;
        Buffer[] placed = new Buffer[buffers.size()];
        for (Buffer b : order) {
            int id = b.id();
            switch (b) {
                case Buffer.Slice s -> placed[id] = s;
                case Buffer.Source s -> placed[id] = new Buffer.Source(id, s.role(), s.name(), s.type(), count++);
                case Buffer.Table t -> placed[id] = new Buffer.Table(id, t.type(), t.bits(), count++);
                case Buffer.Temporary t -> {
                    if (!numbers.containsKey(shared.get(id))) {
                        numbers.put(shared.get(id), count++);
                    }
                    placed[id] = new Buffer.Temporary(id, t.type(), numbers.get(shared.get(id)));
                }
            }
        }
        return new Plan(List.of(placed), count);
    }
}
