package loom.machine.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Term;

/**
 * The stripes of a program. What passes between the kernels of one stays in the cache, and takes memory for some samples only (the
 * patches of a convolution are the case that matters). A kernel's bits do not depend on the batch, so neither do they depend on the
 * stripes.
 */
final class Stripes {
    /** A part of the second cache; the rest is for operands. */
    static final int CACHE = 256 << 10;

    /** A product whose rows are the samples' has to have so many of each, or tiles would not be full. */
    private static final int ROWS = 64;

    /** Kernels of a stripe; more than any layer has. */
    private static final int MOST = 64;

    private final Program program;
    private final int mostBytes;
    /** The first and last kernel that uses a buffer; what others see is used behind the last kernel, too. */
    private final int[] firstUse;

    private final int[] lastUse;
    private final int[] offset;
    private final List<Stripe> all = new ArrayList<>();
    private long bytes;

    private Stripes(Program program, int mostBytes) {
        this.program = program;
        this.mostBytes = mostBytes;
        firstUse = new int[program.buffers().size()];
        lastUse = new int[firstUse.length];
        offset = new int[firstUse.length];
        Arrays.fill(firstUse, Integer.MAX_VALUE);
        Arrays.fill(lastUse, -1);
        Arrays.fill(offset, -1);
    }

    /** What one keeps takes {@code mostBytes}, or as many as one sample needs. */
    static Stripes of(Program program, int mostBytes) {
        Stripes s = new Stripes(program, mostBytes);
        s.uses();
        s.find();
        return s;
    }

    /** In the order of the program. */
    List<Stripe> all() {
        return all;
    }

    /** Whose product a kernel is, if it is a convolution's whose patches are never there as a whole. */
    Optional<Patches> patches(Kernel.MatMul product) {
        for (Stripe s : all) {
            for (Patches p : s.patches()) {
                if (p.product().equals(product)) {
                    return Optional.of(p);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether nothing but a stripe uses a buffer; then it lies at {@link #offset} of the stripes' memory. */
    boolean keep(int buffer) {
        return offset[buffer] >= 0;
    }

    int offset(int buffer) {
        return offset[buffer];
    }

    /** Of the stripes' memory; they take turns. */
    long bytes() {
        return bytes;
    }

    private void find() {
        int first = 0;
        while (first < program.kernels().size()) {
            int end = first;
            while (end < program.kernels().size() && end < first + MOST && isPerSample(end)) {
                end++;
            }
            while (end > first + 1 && overwrites(first, end)) {
                end--;
            }
            if (end > first + 1) {
                plan(first, end);
            }
            first = Math.max(end, first + 1);
        }
    }

    // ---- which kernels use a buffer

    private void uses() {
        for (int k = 0; k < program.kernels().size(); k++) {
            use(program.kernels().get(k), k);
        }
        int behind = program.kernels().size();
        program.outputs().values().forEach(b -> use(b, behind));
        program.names().values().forEach(b -> use(b, behind));
        program.commits().forEach(c -> use(c.value(), behind));
    }

    private void use(Kernel kernel, int position) {
        if (kernel instanceof Kernel.Loop l) {
            l.body().forEach(k -> use(k, position));
        } else {
            kernel.reads().forEach(b -> use(b, position));
            use(kernel.out(), position);
        }
    }

    private void use(int buffer, int position) {
        int id = program.root(buffer);
        firstUse[id] = Math.min(firstUse[id], position);
        lastUse[id] = Math.max(lastUse[id], position);
    }

    private boolean within(int buffer, int first, int end) {
        return program.buffer(buffer) instanceof Buffer.Temporary && firstUse[buffer] >= first && lastUse[buffer] < end;
    }

    // ---- which kernels

    private boolean isPerSample(int position) {
        Kernel kernel = program.kernels().get(position);
        boolean maps = switch (kernel) {
            case Kernel.Pointwise p -> p.space().batchAxis() == 0 && isPerSample(p);
            case Kernel.Reduce r -> r.outer().batched();
            case Kernel.MatMul m -> isPerSample(m);
            case Kernel.Copy c ->
                c.space().batchAxis() == 0
                        && c.inShape().batchAxis() == 0
                        && c.outShape().batchAxis() == 0;
            case Kernel.Gather g ->
                g.groups().batched()
                        || g.positions().batched()
                                && g.groups().isOne()
                                && !g.rows().batched();
            case Kernel.ScatterAdd s -> false;
            case Kernel.Loop l -> false;
        };
        return maps
                && startsWithSamples(kernel.out())
                && program.buffer(kernel.out()).type().shape().isBatched()
                && startWithSamples(kernel.reads());
    }

    /** Neither which sample it is nor how many there are may matter: scalar 0 is the batch. */
    private static boolean isPerSample(Kernel.Pointwise kernel) {
        for (Term t : kernel.code().terms()) {
            if (t instanceof Term.Index i && i.axis() == 0 || t instanceof Term.Scalar s && s.scalar() == 0) {
                return false;
            }
        }
        for (Kernel.Load l : kernel.loads()) {
            if (l.of().batchAxis() > 0 || l.offset().batched()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPerSample(Kernel.MatMul m) {
        boolean rows =
                m.m().batched() && m.m().coefficient() >= ROWS && m.groups().isOne() && !m.transposeA();
        return m.groups().batched() || rows;
    }

    private boolean startWithSamples(List<Integer> buffers) {
        for (int b : buffers) {
            if (!startsWithSamples(b)) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWithSamples(int buffer) {
        Buffer b = program.buffer(buffer);
        return !(b instanceof Buffer.Slice) && b.type().shape().batchAxis() <= 0;
    }

    // ---- memory

    /**
     * Whether a result that is used later would be written over samples of an operand not read yet: they share a slot, and the
     * operand's samples are smaller.
     */
    private boolean overwrites(int first, int end) {
        for (int k = first; k < end; k++) {
            int out = program.kernels().get(k).out();
            if (within(out, first, end)) {
                continue;
            }
            for (int j = first; j <= k; j++) {
                for (int in : program.kernels().get(j).reads()) {
                    if (in != out
                            && program.slot(in) == program.slot(out)
                            && !within(in, first, end)
                            && perSample(in) < perSample(out)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether no result is written over other samples of an operand, which another thread may be reading. */
    private boolean isShareable(int first, int end) {
        for (Kernel k : program.kernels().subList(first, end)) {
            for (Kernel other : program.kernels().subList(first, end)) {
                for (int in : other.reads()) {
                    if (!within(k.out(), first, end)
                            && !within(in, first, end)
                            && program.slot(in) == program.slot(k.out())
                            && perSample(in) != perSample(k.out())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Elements of a sample. */
    private int perSample(int buffer) {
        Shape shape = program.buffer(buffer).type().shape();
        return shape.isBatched() ? shape.elements().coefficient() : 0;
    }

    /** A buffer that a stripe keeps: its elements of a sample, and whether no other may lie where it does. */
    private static final class Kept {
        final int buffer;
        int elements;
        boolean alone;

        Kept(int buffer, int elements) {
            this.buffer = buffer;
            this.elements = elements;
        }
    }

    /**
     * Gives memory to what stays within; buffers of one slot share theirs as they do there. Operands of a convolution lie alone,
     * because they are read again after some of the result is written.
     */
    private void plan(int first, int end) {
        List<Kept> kept = new ArrayList<>();
        for (int k = first; k < end; k++) {
            int out = program.kernels().get(k).out();
            if (within(out, first, end) && find(kept, out).isEmpty()) {
                kept.add(new Kept(out, perSample(out)));
            }
        }
        if (kept.isEmpty()) {
            return;
        }
        List<Patches> patches = patches(first, end, kept);
        int[] size = new int[kept.size()];
        long each = 0;
        for (Kept b : kept) {
            int place = place(kept, b);
            each += Math.max(0, b.elements - size[place]);
            size[place] = Math.max(size[place], b.elements);
        }
        int samples = (int) Math.max(1, mostBytes / 4 / Math.max(1, each));
        int[] start = new int[size.length];
        long at = 0;
        for (int i = 0; i < size.length; i++) {
            start[i] = Layout.checked(at);
            at += Layout.aligned(4L * size[i] * samples);
        }
        for (Kept b : kept) {
            offset[b.buffer] = start[place(kept, b)];
        }
        bytes = Math.max(bytes, at);
        all.add(new Stripe(first, end, samples, isShareable(first, end), patches));
    }

    private List<Patches> patches(int first, int end, List<Kept> kept) {
        List<Patches> all = new ArrayList<>();
        for (int k = first; k + 1 < end; k++) {
            Optional<Kept> whole = find(kept, program.kernels().get(k).out());
            if (whole.isPresent() && lastUse[whole.get().buffer] == k + 1) {
                part(k, first, end, kept).filter(p -> keepsOperands(p, kept)).ifPresent(p -> {
                    all.add(p);
                    whole.get().elements = p.elements();
                    p.operands().forEach(b -> find(kept, b).ifPresent(operand -> operand.alone = true));
                });
            }
        }
        return all;
    }

    private Optional<? extends Patches> part(int position, int first, int end, List<Kept> kept) {
        List<Kernel> kernels = program.kernels();
        if (kernels.get(position) instanceof Kernel.Copy c
                && kernels.get(position + 1) instanceof Kernel.MatMul m
                && c.out() == m.b()
                && m.a() != c.out()) {
            Optional<WindowProduct> window = WindowProduct.of(position, c, m);
            return window.isPresent()
                    ? window.map(p -> withEpilogue(p, first, end, kept))
                    : PatchBand.of(position, c, m, mostBytes);
        }
        return Optional.empty();
    }

    /** With the pointwise kernel behind it, if nobody else takes the sums. */
    private WindowProduct withEpilogue(WindowProduct p, int first, int end, List<Kept> kept) {
        int behind = p.end();
        int sums = p.product().out();
        if (behind >= end || !within(sums, first, end) || lastUse[sums] != behind) {
            return p;
        }
        WindowProduct whole = p.with(program.kernels().get(behind));
        return keepsOperands(whole, kept) ? whole : p;
    }

    /** Whether the result does not lie where an operand is; those that are kept lie alone. */
    private boolean keepsOperands(Patches p, List<Kept> kept) {
        for (int b : p.operands()) {
            if (find(kept, b).isEmpty() && find(kept, p.out()).isEmpty() && program.slot(b) == program.slot(p.out())) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Kept> find(List<Kept> kept, int buffer) {
        for (Kept b : kept) {
            if (b.buffer == buffer) {
                return Optional.of(b);
            }
        }
        return Optional.empty();
    }

    /** Position of the first buffer that it shares memory with: itself, or another one of its slot. */
    private int place(List<Kept> kept, Kept buffer) {
        for (int i = 0; i < kept.size(); i++) {
            Kept b = kept.get(i);
            boolean shares = !b.alone && !buffer.alone && program.slot(b.buffer) == program.slot(buffer.buffer);
            if (b == buffer || shares) {
                return i;
            }
        }
        throw new IllegalStateException("buffer " + buffer.buffer + " is not kept");
    }
}
