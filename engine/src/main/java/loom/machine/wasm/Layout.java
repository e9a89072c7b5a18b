package loom.machine.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.machine.DeviceException;
import loom.machine.Footprint;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Where everything lies in an execution's memory: the argument block, slots whose size does not depend on the batch, panels of
 * constant matrices that do not lie in panels themselves ({@link PanelOrder}), what stripes keep ({@link Stripes}); then, laid out again when the batch outgrows it, the other slots and scratch memory.
 *
 * <p>Argument block, in words: scalars of the program (word 0 is the batch), address of every slot, address of the scratch memory, one
 * word for every packed matrix that is not 0 if its panels are out of date. Of several threads: three words more behind the scratch address
 * ({@link #scratchStrideOffset}, {@link #keptOffset}), at the end a word for every job, and behind the block what {@link #operands} and {@link
 * #ownArguments} say.
 */
final class Layout {
    static final int ARGUMENTS = 64;

    /** A cache line. */
    private static final int ALIGNMENT = 64;
    /** Vector loads may reach this far behind the last element; what they find there is not used. */
    private static final int MARGIN = 256;

    private static final long MAX_BYTES = 0x7fff0000L;

    /**
     * Right operands that only writes and commits change, kept as panels: every matrix {@code [k,n]} (or {@code [n,k]}) of a buffer, as
     * {@code product} and its like take it.
     */
    record Packed(int buffer, Kernel.MatMul product, int matrices, int address) {
        boolean holds(int root, Kernel.MatMul m) {
            return buffer == root
                    && product.k().equals(m.k())
                    && product.n().equals(m.n())
                    && product.transposeB() == m.transposeB()
                    && product.factors() == m.factors();
        }

        int matrixBytes() {
            return 4 * product.k().coefficient() * product.n().coefficient();
        }

        int panelBytes() {
            int n = product.n().coefficient();
            return (int)
                    switch (product.factors()) {
                        case F32 -> PackWasm.bytes(product.k().coefficient(), n);
                        case BF16, F16, INT8 -> new Rounded(product).panelBytes(n);
                    };
        }

        /** Adds the function that makes the panels of one matrix. */
        int addPacking(WasmModule module, boolean fromPanels) {
            return switch (product.factors()) {
                case F32 ->
                    module.add(
                            fromPanels
                                    ? PackWasm.ofPanels(product.k(), product.n())
                                    : PackWasm.of(product.k(), product.n(), product.transposeB()));
                case BF16, F16, INT8 -> new Rounded(product).addPanels(module);
            };
        }
    }

    private final Program program;
    private final boolean[] batched;
    private final int[] addresses;
    /** The slot that takes this one's memory at the end of a run, see {@link #exchanges}; most often itself. */
    private final int[] partner;

    private final List<Packed> packed = new ArrayList<>();
    /** Which of them are made of a buffer. */
    private final Map<Integer, List<Integer>> packedOf = new LinkedHashMap<>();

    private final Stripes stripes;
    private final PanelOrder panels;
    private final int stripesStart;
    private final long fixedEnd;
    private final int matMuls;
    /** As many as there may be; with one thread none. */
    private int jobs;

    /** No product takes more than four. */
    private int mostOperands = 4;

    private int operands;
    private int ownArguments;
    private final int threads;
    private int scratch;
    private int scratchStride;
    private int capacity;

    /** {@code threads} that run the program; each has scratch memory, what stripes keep, and an argument block of its own. */
    Layout(Program program, int stripeBytes, int threads) {
        this.program = program;
        this.threads = threads;
        stripes = Stripes.of(program, stripeBytes);
        panels = PanelOrder.of(program, stripes);
        batched = new boolean[program.slots()];
        addresses = new int[program.slots()];
        for (Buffer b : program.buffers()) {
            if (!(b instanceof Buffer.Slice)) {
                batched[program.slot(b.id())] |= b.type().shape().isBatched();
            }
        }
        partner = partners();
        matMuls = countMatMuls(program.kernels());
        long end = ARGUMENTS + staleOffset(matMuls);
        if (threads > 1) {
            jobs = stripes.all().size();
            countJobs(program.kernels());
            operands = checked(ARGUMENTS + partSizeOffset(jobs));
            ownArguments = checked(aligned(operands + 4L * mostOperands));
            end = ownArguments + (long) threads * ownArgumentsBytes();
        }
        long packedEnd = pack(program.kernels(), place(end, false, slotElements(1)));
        stripesStart = checked(packedEnd);
        fixedEnd = packedEnd + threads * stripes.bytes();
    }

    /** A pair of slots that are equally large, whatever the batch, and of which the run's end leaves nothing but a commit's two buffers. */
    private int[] partners() {
        int[] elements = slotElements(1);
        int[] last = new int[program.slots()];
        for (Program.Commit c : program.commits()) {
            last[program.slot(c.value())]++;
        }
        program.outputs().values().forEach(id -> last[program.slot(id)]++);
        program.names().values().forEach(id -> last[program.slot(id)]++);
        int[] partners = new int[program.slots()];
        for (int s = 0; s < partners.length; s++) {
            partners[s] = s;
        }
        for (Program.Commit c : program.commits()) {
            int target = program.slot(c.target());
            int value = program.slot(c.value());
            boolean fits = !batched[target] && !batched[value] && elements[target] == elements[value];
            if (fits
                    && program.buffer(c.value()) instanceof Buffer.Temporary
                    && last[target] == 0
                    && last[value] == 1) {
                partners[target] = value;
                partners[value] = target;
            }
        }
        return partners;
    }

    private static int countMatMuls(List<Kernel> kernels) {
        int count = 0;
        for (Kernel k : kernels) {
            count += k instanceof Kernel.MatMul ? 1 : k instanceof Kernel.Loop l ? countMatMuls(l.body()) : 0;
        }
        return count;
    }

    /** Counts kernels, and finds how many addresses a function of parts takes at most. */
    private void countJobs(List<Kernel> kernels) {
        for (Kernel k : kernels) {
            if (k instanceof Kernel.Loop l) {
                countJobs(l.body());
            }
            if (k instanceof Kernel.Pointwise p) {
                // As an epilogue of windows, it takes four and its loads but the sum.
                mostOperands = Math.max(mostOperands, p.loads().size() + 3);
            }
            // A product has two: of rows, and of columns where there are few rows.
            jobs += k instanceof Kernel.MatMul ? 2 : 1;
        }
    }

    /** As {@link Program#slotElements}, without the buffers that stripes keep to themselves. */
    private int[] slotElements(int batch) {
        int[] size = new int[program.slots()];
        for (Buffer b : program.buffers()) {
            if (!(b instanceof Buffer.Slice) && !stripes.keep(b.id())) {
                int s = program.slot(b.id());
                size[s] = Math.max(size[s], b.type().shape().elements(batch));
            }
        }
        return size;
    }

    /** Gives addresses to the slots that do, or do not, depend on the batch; returns the end. */
    private long place(long from, boolean dependent, int[] elements) {
        long at = from;
        for (int s = 0; s < addresses.length; s++) {
            if (batched[s] == dependent) {
                at = aligned(at);
                addresses[s] = checked(at);
                at += 4L * elements[s];
            }
        }
        return aligned(at);
    }

    private long pack(List<Kernel> kernels, long from) {
        long at = from;
        for (Kernel k : kernels) {
            switch (k) {
                case Kernel.MatMul m -> {
                    int root = program.root(m.b());
                    boolean isReady = isInPanels(root) && !m.transposeB();
                    if (program.buffer(root).isConstant() && !isReady && packed(m) < 0) {
                        int each = m.k().coefficient() * m.n().coefficient();
                        int matrices = program.buffer(root).type().shape().elements(1) / each;
                        Packed p = new Packed(root, m, matrices, checked(at));
                        packedOf.computeIfAbsent(root, b -> new ArrayList<>()).add(packed.size());
                        packed.add(p);
                        at = aligned(at + (long) p.matrices * p.panelBytes());
                    }
                }
                case Kernel.Loop l -> at = pack(l.body(), at);
                case Kernel.Pointwise p -> {}
                case Kernel.Reduce r -> {}
                case Kernel.Copy c -> {}
                case Kernel.Gather g -> {}
                case Kernel.ScatterAdd s -> {}
            }
        }
        return at;
    }

    static long aligned(long at) {
        return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    static int checked(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new DeviceException(
                    "the program needs more than the " + MAX_BYTES + " bytes that WebAssembly memory can have");
        }
        return (int) bytes;
    }

    /** Lays out for a batch, unless there is room already; returns the bytes of memory needed. */
    int reserve(int batch) {
        if (batch <= capacity) {
            return end(capacity);
        }
        try {
            int needed = end(batch);
            scratch = checked(place(fixedEnd, true, slotElements(batch)));
            scratchStride = checked(aligned(scratchBytes(program.kernels(), batch)));
            capacity = batch;
            return needed;
        } catch (ArithmeticException e) {
            throw new DeviceException(Footprint.tooManyElements(batch));
        }
    }

    private int end(int batch) {
        int[] elements = slotElements(batch);
        long at = fixedEnd;
        for (int s = 0; s < elements.length; s++) {
            at = batched[s] ? aligned(at) + 4L * elements[s] : at;
        }
        long scratchBytes = scratchBytes(program.kernels(), batch);
        long all = threads == 1 ? scratchBytes : threads * aligned(scratchBytes);
        return checked(aligned(aligned(at) + all + MARGIN));
    }

    private long scratchBytes(Kernel.MatMul m, int batch) {
        return stripes.patches(m)
                .map(p -> p.scratchBytes(batch))
                .orElseGet(() -> MatMulWasm.scratchBytes(m, isInPanels(m.b()) || packed(m) >= 0, batch));
    }

    private long scratchBytes(List<Kernel> kernels, int batch) {
        long most = 0;
        for (Kernel k : kernels) {
            most = Math.max(
                    most,
                    switch (k) {
                        case Kernel.MatMul m -> scratchBytes(m, batch);
                        case Kernel.Reduce r -> ReduceWasm.scratchBytes(r, batch);
                        case Kernel.Loop l -> scratchBytes(l.body(), batch);
                        case Kernel.Pointwise p -> 0;
                        case Kernel.Copy c -> 0;
                        case Kernel.Gather g -> 0;
                        case Kernel.ScatterAdd s -> 0;
                    });
        }
        return most;
    }

    // ---- what lies where

    List<Stripe> stripes() {
        return stripes.all();
    }

    /** Whether a stripe keeps a buffer to itself. */
    boolean isKept(int buffer) {
        return stripes.keep(buffer);
    }

    /** Where a buffer that a stripe keeps lies behind {@link #stripesStart}. */
    int keptPlace(int buffer) {
        return stripes.offset(buffer);
    }

    /** Largest batch there is room for. */
    int capacity() {
        return capacity;
    }

    /** Where a slot lies after so many runs. */
    int address(int slot, long runs) {
        return addresses[runs % 2 == 0 ? slot : partner[slot]];
    }

    /** Whether a commit exchanges the addresses of the two slots in the argument block, and nothing is copied. */
    boolean exchanges(Program.Commit c) {
        return partner[program.slot(c.target())] == program.slot(c.value());
    }

    /** Byte offset in the argument block. */
    int slotOffset(int slot) {
        return 4 * (program.scalars().size() + slot);
    }

    int scratchOffset() {
        return slotOffset(program.slots());
    }

    /** Of several threads: the bytes from one's scratch memory to the next one's. */
    int scratchStrideOffset() {
        return scratchOffset() + 4;
    }

    /** Of several threads: where the thread's stripes keep what they do. */
    int keptOffset() {
        return scratchOffset() + 8;
    }

    int staleOffset(int packedMatrix) {
        return scratchOffset() + (threads == 1 ? 4 : 12) + 4 * packedMatrix;
    }

    /** Of several threads: how many trips a part of a job has, or 0 if it is not shared. */
    int partSizeOffset(int job) {
        return staleOffset(matMuls) + 4 * job;
    }

    int threads() {
        return threads;
    }

    /** Address of the words that hold the operands of the present job. */
    int operands() {
        return operands;
    }

    /** Address of the first thread's own argument block: a copy of the common one up to the word at {@link #keptOffset}. */
    int ownArguments() {
        return ownArguments;
    }

    /** From a thread's own argument block to the next one's. */
    int ownArgumentsBytes() {
        return (int) aligned(keptOffset() + 4L);
    }

    /** What stripes keep, of the first thread; those of the others follow. */
    int stripesStart() {
        return stripesStart;
    }

    int stripesBytes() {
        return (int) stripes.bytes();
    }

    /** Words of the argument block after so many runs, from the first slot on, up to the scratch address. */
    int[] addressWords(long runs) {
        int[] words = new int[addresses.length + (threads == 1 ? 1 : 3)];
        for (int s = 0; s < addresses.length; s++) {
            words[s] = address(s, runs);
        }
        words[addresses.length] = scratch;
        if (threads > 1) {
            words[addresses.length + 1] = scratchStride;
            words[addresses.length + 2] = stripesStart;
        }
        return words;
    }

    /** Which buffers lie in panels. */
    PanelOrder panels() {
        return panels;
    }

    boolean isInPanels(int buffer) {
        return panels.of(buffer).isPresent();
    }

    List<Packed> packed() {
        return packed;
    }

    /** Indices of the panels that are made of a buffer. */
    List<Integer> packedOf(int buffer) {
        return packedOf.getOrDefault(buffer, List.of());
    }

    /** Index of the panels that a product can use, or −1. */
    int packed(Kernel.MatMul m) {
        int root = program.root(m.b());
        for (int i : packedOf(root)) {
            if (packed.get(i).holds(root, m)) {
                return i;
            }
        }
        return -1;
    }
}
