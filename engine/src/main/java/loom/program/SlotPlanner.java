package loom.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.graph.Extent;

/**
 * Puts buffers into memory slots. Sources and tables have their own, and so has the value of a commit: a machine may then exchange its
 * memory with the target's instead of copying it. Other temporaries share, if the last use of one is before the first use of the next.
 */
final class SlotPlanner {
    /** Batch at which the sizes of batched and unbatched slots are compared. Only memory use depends on it. */
    private static final int NOMINAL_BATCH = 64;

    record Plan(List<Buffer> buffers, int slots) {}

    private final List<Buffer> buffers;
    private final int[] first;
    private final int[] last;
    private int position;

    private SlotPlanner(List<Buffer> buffers) {
        this.buffers = buffers;
        this.first = new int[buffers.size()];
        this.last = new int[buffers.size()];
        Arrays.fill(first, Integer.MAX_VALUE);
        Arrays.fill(last, -1);
    }

    /** {@code kept} are read when all kernels are done, {@code alone} have slots of their own. */
    static Plan plan(List<Buffer> buffers, List<Kernel> kernels, List<Integer> kept, List<Integer> alone) {
        SlotPlanner p = new SlotPlanner(buffers);
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
            }
        }
    }

    /** Whatever lives before a loop, is carried by it or sliced in it, lives until the loop ends: the next trip reads it again. */
    private void loop(Kernel.Loop l) {
        int start = position;
        int[] before = first.clone();
        visit(l.body());
        position++;
        for (int id = 0; id < first.length; id++) {
            boolean used = last[id] >= start;
            boolean outer = before[id] != Integer.MAX_VALUE;
            if (used && (outer || isSliced(id))) {
                first[id] = Math.min(first[id], start);
                last[id] = position;
            }
        }
    }

    private boolean isSliced(int id) {
        for (Buffer b : buffers) {
            if (b instanceof Buffer.Slice s && s.parent() == id) {
                return true;
            }
        }
        return false;
    }

    private void use(int id) {
        if (buffers.get(id) instanceof Buffer.Slice s) {
            use(s.parent());
        } else {
            first[id] = Math.min(first[id], position);
            last[id] = Math.max(last[id], position);
        }
    }

    private Plan assign() {
        List<Integer> order = new ArrayList<>();
        for (Buffer b : buffers) {
            order.add(b.id());
        }
        order.sort((a, b) -> first[a] != first[b] ? Integer.compare(first[a], first[b]) : Integer.compare(a, b));
        List<Long> sizes = new ArrayList<>();
        List<Integer> freeFrom = new ArrayList<>();
        Buffer[] placed = new Buffer[buffers.size()];
        for (int id : order) {
            Buffer b = buffers.get(id);
            switch (b) {
                case Buffer.Slice s -> placed[id] = s;
                case Buffer.Source s -> {
                    placed[id] = new Buffer.Source(id, s.role(), s.name(), s.type(), sizes.size());
                    sizes.add(0L);
                    freeFrom.add(Integer.MAX_VALUE);
                }
                case Buffer.Table t -> {
                    placed[id] = new Buffer.Table(id, t.type(), t.bits(), sizes.size());
                    sizes.add(0L);
                    freeFrom.add(Integer.MAX_VALUE);
                }
                case Buffer.Temporary t -> {
                    int slot = choose(id, nominal(t), sizes, freeFrom);
                    placed[id] = new Buffer.Temporary(id, t.type(), slot);
                }
            }
        }
        return new Plan(List.of(placed), sizes.size());
    }

    /** The free slot that fits best: the smallest that is large enough, else the largest. */
    private int choose(int id, long size, List<Long> sizes, List<Integer> freeFrom) {
        boolean isUsed = last[id] >= 0;
        int best = -1;
        for (int s = 0; s < sizes.size(); s++) {
            if ((freeFrom.get(s) < first[id] || (!isUsed && sizes.get(s) >= size))
                    && (best < 0 || better(sizes.get(s), sizes.get(best), size))) {
                best = s;
            }
        }
        if (best < 0) {
            best = sizes.size();
            sizes.add(size);
            freeFrom.add(0);
        }
        sizes.set(best, Math.max(sizes.get(best), size));
        if (isUsed) {
            freeFrom.set(best, last[id]);
        }
        return best;
    }

    private static boolean better(long candidate, long best, long size) {
        return best >= size ? candidate >= size && candidate < best : candidate > best;
    }

    private static long nominal(Buffer.Temporary t) {
        Extent e = t.type().shape().elements();
        return (long) e.coefficient() * (e.batched() ? NOMINAL_BATCH : 1);
    }
}
