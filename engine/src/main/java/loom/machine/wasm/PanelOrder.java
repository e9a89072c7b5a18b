package loom.machine.wasm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.PointOp;
import loom.graph.Shape;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Term;

/**
 * Buffers whose matrices {@code [k,n]} always lie as the panels of {@link PackWasm}: parameters that are right operands of products, and
 * in a training whatever is computed with them element by element (gradients, moments, new values). So nothing has to be packed, neither
 * at the first run nor after every step, and a parameter is there once.
 *
 * <p>A parameter and all buffers that have to follow it are either in panels together or not at all: one kernel that reads or writes one of
 * them in any other way keeps all of them in the order of rows.
 */
final class PanelOrder {
    private static final int COLUMNS = PackWasm.COLUMNS;

    /** Matrices of a buffer. Columns fill whole panels. */
    record Matrices(int count, int k, int n) {
        int elements() {
            return count * k * n;
        }

        /** Puts values, row by row, into a memory as panels: one after the other, so that there is no second copy of all. */
        void write(float[] values, WasmHost.Memory memory, int address) {
            float[] panel = new float[k * COLUMNS];
            for (int at = 0; at < values.length; at += panel.length) {
                for (int row = 0; row < k; row++) {
                    System.arraycopy(values, inRows(at) + row * n, panel, row * COLUMNS, COLUMNS);
                }
                memory.write(address + ElementType.BYTES * at, panel);
            }
        }

        /** Takes values, row by row, from a memory that has them in panels. */
        void read(float[] values, WasmHost.Memory memory, int address) {
            float[] panel = new float[k * COLUMNS];
            for (int at = 0; at < values.length; at += panel.length) {
                memory.read(address + ElementType.BYTES * at, panel);
                for (int row = 0; row < k; row++) {
                    System.arraycopy(panel, row * COLUMNS, values, inRows(at) + row * n, COLUMNS);
                }
            }
        }

        /** Where the first row of the panel that begins at element {@code at} is in the order of rows. */
        private int inRows(int at) {
            int matrix = k * n;
            return at / matrix * matrix + at % matrix / k;
        }
    }

    private final Program program;
    private final Stripes stripes;
    private final Matrices[] order;
    /** Of each buffer, what names it: a program is looked through once and not once a parameter. */
    private final List<List<Kernel>> users = new ArrayList<>();

    private final List<List<Program.Commit>> commits = new ArrayList<>();
    /** Buffers of which there are slices, outputs and named values. */
    private final Set<Integer> inRows = new LinkedHashSet<>();

    private PanelOrder(Program program, Stripes stripes) {
        this.program = program;
        this.stripes = stripes;
        order = new Matrices[program.buffers().size()];
        for (Buffer b : program.buffers()) {
            users.add(new ArrayList<>());
            commits.add(new ArrayList<>());
            if (b instanceof Buffer.Slice s) {
                inRows.add(s.parent());
            }
        }
        use(program.kernels());
        for (Program.Commit c : program.commits()) {
            commits.get(c.target()).add(c);
            commits.get(c.value()).add(c);
        }
        inRows.addAll(program.outputs().values());
        inRows.addAll(program.names().values());
    }

    static PanelOrder of(Program program, Stripes stripes) {
        PanelOrder p = new PanelOrder(program, stripes);
        for (Buffer b : program.buffers()) {
            if (p.isParameter(b.id())) {
                p.matrices(b).ifPresent(m -> p.follow(b.id(), m));
            }
        }
        return p;
    }

    /** How a buffer lies, unless in rows. */
    Optional<Matrices> of(int buffer) {
        return Optional.ofNullable(order[buffer]);
    }

    private void use(List<Kernel> kernels) {
        for (Kernel k : kernels) {
            if (k instanceof Kernel.Loop l) {
                use(l.body());
            } else {
                k.reads().forEach(b -> users.get(b).add(k));
                users.get(k.out()).add(k);
            }
        }
    }

    /** Of a parameter, by the first product that takes it as it is. */
    private Optional<Matrices> matrices(Buffer parameter) {
        for (Kernel k : users.get(parameter.id())) {
            if (k instanceof Kernel.MatMul m
                    && m.b() == parameter.id()
                    && !m.transposeB()
                    && isFixed(m.k())
                    && isFixed(m.n())
                    && m.n().coefficient() % COLUMNS == 0) {
                int each = m.k().coefficient() * m.n().coefficient();
                int elements = parameter.type().shape().elements(1);
                return Optional.of(new Matrices(elements / each, m.k().coefficient(), m.n().coefficient()));
            }
        }
        return Optional.empty();
    }

    /** Puts a parameter, and what has to follow it, into panels, if all of that can be. */
    private void follow(int parameter, Matrices m) {
        Set<Integer> members = new LinkedHashSet<>(List.of(parameter));
        Deque<Integer> unseen = new ArrayDeque<>(members);
        while (!unseen.isEmpty()) {
            int member = unseen.remove();
            List<Integer> neighbours = new ArrayList<>();
            if (!canBe(member, m) || !neighbours(member, m, neighbours)) {
                return;
            }
            for (int n : neighbours) {
                if (members.add(n)) {
                    unseen.add(n);
                }
            }
        }
        for (int member : members) {
            order[member] = m;
        }
    }

    private boolean canBe(int buffer, Matrices m) {
        Buffer b = program.buffer(buffer);
        boolean isInside = switch (b) {
            case Buffer.Source s -> s.role() != Buffer.Role.INPUT;
            case Buffer.Temporary t -> !stripes.keep(buffer);
            case Buffer.Table t -> false;
            case Buffer.Slice s -> false;
        };
        Shape shape = b.type().shape();
        return isInside
                && order[buffer] == null
                && b.type().element() == ElementType.F32
                && !shape.isBatched()
                && shape.elements(1) == m.elements()
                && !inRows.contains(buffer);
    }

    /** Finds what has to lie as a buffer does; answers false if some kernel needs the buffer in rows. */
    private boolean neighbours(int buffer, Matrices m, List<Integer> found) {
        for (Kernel k : users.get(buffer)) {
            if (!neighbours(buffer, k, m, found)) {
                return false;
            }
        }
        for (Program.Commit c : commits.get(buffer)) {
            found.addAll(List.of(c.target(), c.value()));
        }
        return true;
    }

    private boolean neighbours(int buffer, Kernel kernel, Matrices m, List<Integer> found) {
        return switch (kernel) {
            case Kernel.MatMul p -> fits(p, buffer, m) && stripes.patches(p).isEmpty();
            case Kernel.Pointwise p -> goesThrough(p, buffer, found);
            case Kernel.Reduce r -> false;
            case Kernel.Copy c -> false;
            case Kernel.Gather g -> false;
            case Kernel.ScatterAdd s -> false;
            case Kernel.Loop l -> false;
        };
    }

    /** Whether a product takes its right operand, or gives its result, as panels. */
    private boolean fits(Kernel.MatMul p, int buffer, Matrices m) {
        if (p.a() == buffer || p.factors() != Factors.F32 || !isFixed(p.n())) {
            return false;
        }
        if (p.b() == buffer) {
            int matrices = p.sharedB() ? 1 : p.groups().coefficient();
            if (matrices != m.count || !isFixed(p.k()) || !(p.sharedB() || isFixed(p.groups()))) {
                return false;
            }
            int k = p.k().coefficient();
            int n = p.n().coefficient();
            // Panels of the transposed matrix are made of these, as long as they stay what they are for a whole run.
            return p.transposeB() ? n == m.k && k == m.n && isParameter(buffer) : k == m.k && n == m.n;
        }
        return isFixed(p.m())
                && p.m().coefficient() == m.k
                && p.n().coefficient() == m.n
                && isFixed(p.groups())
                && p.groups().coefficient() == m.count;
    }

    private boolean isParameter(int buffer) {
        return program.buffer(buffer) instanceof Buffer.Source s && s.role() == Buffer.Role.PARAMETER;
    }

    /** A kernel whose elements do not know where they are, and whose operands are single elements or follow the result. */
    private static boolean goesThrough(Kernel.Pointwise p, int buffer, List<Integer> found) {
        for (Term t : p.code().terms()) {
            if (t instanceof Term.Index || (t instanceof Term.Apply a && a.op() instanceof PointOp.Random)) {
                return false;
            }
        }
        found.add(p.out());
        for (Kernel.Load l : p.loads()) {
            boolean follows = l.isWhole() && l.shape().equals(p.space());
            boolean isOne = !l.shape().isBatched() && l.shape().elements(1) == 1 && l.buffer() != buffer;
            if (follows) {
                found.add(l.buffer());
            } else if (!isOne) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFixed(Extent e) {
        return !e.batched();
    }
}
