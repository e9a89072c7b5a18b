package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;

/**
 * The calls of kernels in one function: the whole program, or in a program of several threads also a stripe by itself, of which a thread makes some
 * samples.
 */
final class KernelCalls {
    private static final Extent BATCH = new Extent(1, true);

    /** In place of a buffer: the right operand of the present product, see {@link #pushRight}. */
    private static final int RIGHT = -1;

    /** In place of a buffer: scratch memory. */
    static final int SCRATCH = -2;

    private static final Optional<Job> ALONE = Optional.empty();

    private final Program program;
    private final Layout layout;
    private final WasmModule module;
    /** Where the kernels called here are shared, if they are. */
    private final Optional<PartsWasm> parts;
    /** Those so far. */
    private final List<Job> jobs;
    /** Whether functions are those of parts. */
    private final boolean parted;

    final KernelWriter w;
    final FunctionBuilder f;
    private final int trapped;
    private final int[] trip;
    /** The first sample of the present stripe. */
    private final int sample;

    /** Pushes the address of panels. */
    private Runnable pushRight = () -> {};

    /** Samples of a stripe, if in one. */
    private Optional<Integer> stripe = Optional.empty();

    KernelCalls(
            Program program,
            Layout layout,
            WasmModule module,
            Optional<PartsWasm> parts,
            List<Job> jobs,
            KernelWriter writer) {
        this.program = program;
        this.layout = layout;
        this.module = module;
        this.parts = parts;
        this.jobs = jobs;
        parted = layout.threads() > 1;
        w = writer;
        f = w.f;
        trapped = f.i32Local();
        sample = f.i32Local();
        trip = f.i32Locals(program.loopDepth());
    }

    /** The local that is not 0 if a kernel trapped. */
    int trapped() {
        return trapped;
    }

    /** All kernels of the program, those of a stripe for a few samples at a time. */
    void all() {
        List<Kernel> kernels = program.kernels();
        int done = 0;
        for (Stripe s : layout.stripes()) {
            kernels(kernels.subList(done, s.first()));
            samples(s);
            done = s.end();
        }
        kernels(kernels.subList(done, kernels.size()));
    }

    // ---- stripes

    /** Threads share the samples, if there are enough; else the kernels. */
    private void samples(Stripe s) {
        if (parts.isEmpty() || !s.shareable()) {
            stripe(s);
            return;
        }
        KernelCalls own = new KernelCalls(program, layout, module, Optional.empty(), jobs, new KernelWriter(0, true));
        own.stripe(s);
        int function = module.add(own.w.finish(own.trapped));
        Job job = Job.of(s, program.kernels().subList(s.first(), s.end()), layout.threads());
        share(job, function, () -> stripe(s));
    }

    /** Kernels find in the argument block what the batch is: meanwhile it is the number of samples of the stripe. */
    private void stripe(Stripe s) {
        int left = f.i32Local();
        stripe = Optional.of(s.samples());
        w.pushFirst();
        f.set(sample);
        f.countOn(sample, () -> w.pushEnd(BATCH), s.samples(), () -> {
            w.pushEnd(BATCH);
            f.get(sample).op(I32_SUB).set(left);
            f.get(left)
                    .i32(s.samples())
                    .op(I32_GT_S)
                    .ifTrue(() -> f.i32(s.samples()).set(left));
            f.get(KernelWriter.ARGUMENTS).get(left).memory(I32_STORE, 0);
            int done = s.first();
            for (Patches p : s.patches()) {
                kernels(program.kernels().subList(done, p.position()));
                switch (p) {
                    case PatchBand b -> band(b);
                    case WindowProduct window -> windows(window);
                }
                done = p.end();
            }
            kernels(program.kernels().subList(done, s.end()));
        });
        stripe = Optional.empty();
        f.get(KernelWriter.ARGUMENTS);
        w.push(BATCH, 1);
        f.memory(I32_STORE, 0);
    }

    private void band(PatchBand b) {
        int row = f.i32Local();
        int at = f.i32Local();
        int copy = module.add(CopyWasm.of(b));
        int product = MatMulWasm.add(
                module, b.part(), false, ResultPlace.columns(b.product().n()), false);
        f.count(row, () -> f.i32(b.all()), b.rows(), () -> {
            f.get(row).set(at);
            f.get(at)
                    .i32(b.all() - b.rows())
                    .op(I32_GT_S)
                    .ifTrue(() -> f.i32(b.all() - b.rows()).set(at));
            f.get(KernelWriter.ARGUMENTS);
            pushAddress(b.copy().in());
            f.get(at).i32(b.inputStep()).op(I32_MUL).op(I32_ADD);
            pushAddress(b.copy().out());
            f.get(at).i32(b.stride()).op(I32_MUL);
            call(copy);
            f.get(KernelWriter.ARGUMENTS);
            pushAddress(b.product().a());
            pushAddress(b.product().b());
            pushAddress(b.product().out());
            f.get(at).i32(b.resultStep()).op(I32_MUL).op(I32_ADD);
            pushScratch();
            call(product);
        });
    }

    private void windows(WindowProduct p) {
        f.get(KernelWriter.ARGUMENTS);
        pushAddress(p.product().a());
        pushAddress(p.copy().in());
        pushAddress(p.copy().out());
        pushAddress(p.out());
        p.epilogue()
                .ifPresent(e -> e.others()
                        .forEach(i -> pushAddress(e.kernel().loads().get(i).buffer())));
        call(module.add(WindowWasm.of(p)));
    }

    // ---- kernels

    void kernels(List<Kernel> kernels) {
        for (Kernel k : kernels) {
            switch (k) {
                case Kernel.Pointwise p -> {
                    int[] operands = new int[p.loads().size() + 1];
                    for (int i = 0; i < operands.length - 1; i++) {
                        operands[i] = p.loads().get(i).buffer();
                    }
                    operands[operands.length - 1] = p.out();
                    Optional<Job> job = job(p, false);
                    call(job, module.add(PointwiseWasm.of(p, job.isPresent())), operands);
                }
                case Kernel.Reduce r -> {
                    Optional<Job> job = job(r, false);
                    call(job, module.add(ReduceWasm.of(r, job.isPresent())), r.in(), r.out(), SCRATCH);
                }
                case Kernel.MatMul m -> matMul(m);
                case Kernel.Copy c -> call(ALONE, module.add(CopyWasm.of(c)), c.in(), c.out());
                case Kernel.Gather g -> call(ALONE, module.add(GatherWasm.of(g)), g.table(), g.indices(), g.out());
                case Kernel.ScatterAdd s ->
                    call(ALONE, module.add(ScatterAddWasm.of(s)), s.values(), s.indices(), s.out());
                case Kernel.Loop l -> LoopWasm.emit(this, l, trip[l.depth()]);
            }
        }
    }

    private Optional<Job> job(Kernel k, boolean isRightReady) {
        if (!parted) {
            return ALONE;
        }
        Job job = Job.of(k, isRightReady);
        return job.isShareable() ? Optional.of(job) : ALONE;
    }

    private void matMul(Kernel.MatMul m) {
        int packed = layout.packed(m);
        boolean ready = packed >= 0 || layout.isInPanels(m.b());
        boolean packs = parted && MatMulWasm.packsOnce(m, ready);
        ResultPlace place = layout.isInPanels(m.out()) ? ResultPlace.panels(m) : ResultPlace.rows(m);
        if (packs) {
            pushRight = () -> {
                pushScratch();
                MatMulWasm.pushBandBytes(w, m);
                f.op(I32_ADD);
            };
            call(ALONE, MatMulWasm.addPacking(module, m), m.b(), RIGHT);
        } else if (packed >= 0) {
            pushRight = () -> pushPanels(layout.packed().get(packed), m.b());
        }
        Optional<Job> job = job(m, ready || packs);
        int function = MatMulWasm.add(module, m, ready || packs, place, job.isPresent());
        call(job, function, m.a(), packs || packed >= 0 ? RIGHT : m.b(), m.out(), SCRATCH);
    }

    /** Calls a function that takes some operands, and of parts also first and last trip; posts the job if its parts have a size. */
    private void call(Optional<Job> job, int function, int... operands) {
        if (job.isPresent() && parts.isPresent()) {
            share(job.get(), function, () -> callAll(job, function, operands), operands);
        } else {
            callAll(job, function, operands);
        }
    }

    private void callAll(Optional<Job> job, int function, int... operands) {
        f.get(KernelWriter.ARGUMENTS);
        for (int o : operands) {
            pushOperand(o);
        }
        if (job.isPresent()) {
            f.i32(0);
            pushTotal(job.get().total());
        }
        call(function);
    }

    private void share(Job job, int function, Runnable otherwise, int... operands) {
        int size = f.i32Local();
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, layout.partSizeOffset(jobs.size()));
        jobs.add(stripe.isPresent() ? job.within(stripe.get()) : job);
        f.tee(size)
                .ifElse(
                        () -> {
                            for (int i = 0; i < operands.length; i++) {
                                f.i32(layout.operands());
                                pushOperand(operands[i]);
                                f.memory(I32_STORE, 4 * i);
                            }
                            f.i32(parts.get().number(function, operands)).get(size);
                            pushTotal(job.total());
                            call(PartsWasm.POST_FUNCTION);
                        },
                        otherwise);
    }

    private void pushOperand(int operand) {
        switch (operand) {
            case RIGHT -> pushRight.run();
            case SCRATCH -> pushScratch();
            default -> pushAddress(operand);
        }
    }

    /** Trips of a job: in a stripe, of the samples that it has. */
    private void pushTotal(Extent total) {
        f.i32(total.coefficient());
        if (total.batched()) {
            f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, 0).op(I32_MUL);
        }
    }

    private void call(int function) {
        f.call(function).get(trapped).op(I32_OR).set(trapped);
    }

    // ---- addresses

    private void pushScratch() {
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, layout.scratchOffset());
    }

    /** Address of a buffer; of a slice, in the present trips of its loops; in a stripe, of its first sample. */
    void pushAddress(int buffer) {
        if (layout.isKept(buffer)) {
            pushKept(layout.keptPlace(buffer));
            return;
        }
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, layout.slotOffset(program.slot(buffer)));
        Shape shape = program.buffer(buffer).type().shape();
        if (stripe.isPresent() && shape.isBatched()) {
            f.get(sample).i32(4 * shape.elements().coefficient()).op(I32_MUL).op(I32_ADD);
        }
        int id = buffer;
        while (program.buffer(id) instanceof Buffer.Slice s) {
            f.get(trip[s.depth()]);
            w.push(s.type().shape().elements(), 4);
            f.op(I32_MUL).op(I32_ADD);
            id = s.parent();
        }
    }

    /** Every thread has its own. */
    private void pushKept(int place) {
        if (parted) {
            f.get(KernelWriter.ARGUMENTS)
                    .memory(I32_LOAD, layout.keptOffset())
                    .i32(place)
                    .op(I32_ADD);
        } else {
            f.i32(layout.stripesStart() + place);
        }
    }

    /** A slice is some whole matrices of its packed root. */
    private void pushPanels(Layout.Packed p, int buffer) {
        f.i32(p.address());
        int id = buffer;
        while (program.buffer(id) instanceof Buffer.Slice s) {
            Extent elements = s.type().shape().elements();
            int matrices = elements.coefficient() / (p.matrixBytes() / 4);
            f.get(trip[s.depth()]).i32(matrices * p.panelBytes()).op(I32_MUL).op(I32_ADD);
            id = s.parent();
        }
    }
}
