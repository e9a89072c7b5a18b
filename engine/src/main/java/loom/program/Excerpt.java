package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One kernel of a program as a program of its own: what it reads comes from outside, what it writes is an output.
 *
 * @param reads buffers of the whole program that it reads, in the order of their ids; {@link #name} is their sources' name. Tables are in
 *     the program already
 * @param writes those that it writes; {@link #name} is their outputs' name
 * @param repeatable whether a second run gives what the first gave: it writes nothing that it computes from
 */
public record Excerpt(Program program, List<Integer> reads, List<Integer> writes, boolean repeatable) {
    public Excerpt {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
    }

    /** What the excerpt calls a buffer of the whole program. */
    public static String name(int buffer) {
        return "b" + buffer;
    }

    /** {@code number}: of the kernel in {@link Program#kernels()}. */
    public static Excerpt of(Program whole, int number) {
        return new Maker(whole, number).make();
    }

    private static final class Maker {
        private final Program whole;
        private final Kernel kernel;
        private final List<Origin> origins;
        private final TreeSet<Integer> reads = new TreeSet<>();
        private final TreeSet<Integer> writes = new TreeSet<>();
        /** Written in part: the rest stays. */
        private final TreeSet<Integer> kept = new TreeSet<>();

        private final TreeSet<Integer> all = new TreeSet<>();

        Maker(Program whole, int number) {
            this.whole = whole;
            kernel = whole.kernels().get(number);
            origins = whole.origins().computed().get(number);
            collect(kernel);
        }

        private void collect(Kernel k) {
            if (k instanceof Kernel.Loop l) {
                l.body().forEach(this::collect);
                return;
            }
            k.reads().forEach(b -> reads.add(root(b)));
            writes.add(root(k.out()));
            if (k instanceof Kernel.Copy c && !c.space().equals(c.outShape())) {
                kept.add(root(c.out()));
            }
        }

        /** The buffer that a slice is of. */
        private int root(int buffer) {
            all.add(buffer);
            return whole.buffer(buffer) instanceof Buffer.Slice s ? root(s.parent()) : buffer;
        }

        Excerpt make() {
            boolean repeatable = true;
            for (int b : writes) {
                repeatable &= !reads.contains(b);
            }
            reads.addAll(kept);
            TreeMap<Integer, Integer> ids = new TreeMap<>();
            all.forEach(b -> ids.put(b, ids.size()));
            List<Buffer> buffers = new ArrayList<>();
            LinkedHashMap<String, Integer> sources = new LinkedHashMap<>();
            LinkedHashMap<String, Integer> outputs = new LinkedHashMap<>();
            List<Integer> given = new ArrayList<>();
            int slots = 0;
            for (int b : all) {
                Buffer old = whole.buffer(b);
                int id = ids.get(b);
                if (old instanceof Buffer.Slice s) {
                    buffers.add(new Buffer.Slice(id, s.type(), ids.get(s.parent()), s.depth()));
                    continue;
                }
                if (old instanceof Buffer.Table t) {
                    buffers.add(new Buffer.Table(id, t.type(), t.bits(), slots++));
                } else if (reads.contains(b)) {
                    // Machines keep parameters in a form of their own, and would not for inputs.
                    Buffer.Role role = old instanceof Buffer.Source s ? s.role() : Buffer.Role.INPUT;
                    buffers.add(new Buffer.Source(id, role, name(b), old.type(), slots++));
                    sources.put(name(b), id);
                    given.add(b);
                } else {
                    buffers.add(new Buffer.Temporary(id, old.type(), slots++));
                }
                if (writes.contains(b)) {
                    outputs.put(name(b), id);
                }
            }
            Program program = new Program(
                    buffers,
                    slots,
                    List.of(renamed(ids)),
                    whole.scalars(),
                    List.of(),
                    whole.sites(),
                    sources,
                    outputs,
                    new LinkedHashMap<>(),
                    new Origins(List.of(origins), new TreeMap<>()));
            return new Excerpt(program, given, List.copyOf(writes), repeatable);
        }

        /** In two steps: a new id may be an old one of another buffer. */
        private Kernel renamed(TreeMap<Integer, Integer> ids) {
            int beyond = whole.buffers().size();
            Kernel k = kernel;
            for (int b : all) {
                k = k.renamed(b, beyond + ids.get(b));
            }
            for (int id = 0; id < ids.size(); id++) {
                k = k.renamed(beyond + id, id);
            }
            return k;
        }
    }
}
