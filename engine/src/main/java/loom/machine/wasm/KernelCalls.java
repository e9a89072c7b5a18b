package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
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

    /** A way for threads to share a kernel: the trips, and the function of some of them. */
    private record Way(Job job, int function) {}

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

    private boolean isInLoop;

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
        share(List.of(new Way(job, function)), List.of(), false, () -> stripe(s));
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
        int copy = module.add(CopyWasm.of(b));
        w.some(b.all(), b.rows(), at -> {
            call(
                    copy,
                    List.of(
                            () -> {
                                pushAddress(b.copy().in());
                                f.get(at).i32(b.inputStep()).op(I32_MUL).op(I32_ADD);
                            },
                            () -> pushAddress(b.copy().out()),
                            () -> f.get(at).i32(b.stride()).op(I32_MUL)),
                    false);
            product(
                    b.part(),
                    false,
                    ResultPlace.columns(b.product().n()),
                    List.of(
                            () -> pushAddress(b.product().a()),
                            () -> pushAddress(b.product().b()),
                            () -> {
                                pushAddress(b.product().out());
                                f.get(at).i32(b.resultStep()).op(I32_MUL).op(I32_ADD);
                            }));
        });
    }

    private void windows(WindowProduct p) {
        List<Runnable> operands =
                new ArrayList<>(buffers(p.product().a(), p.copy().in(), p.copy().out(), p.out()));
        p.epilogue()
                .ifPresent(e -> e.others()
                        .forEach(i -> operands.add(
                                () -> pushAddress(e.kernel().loads().get(i).buffer()))));
        call(shared(Job.of(p)), some -> WindowWasm.of(p, some), operands, false);
    }

    // ---- kernels

    void kernels(List<Kernel> kernels) {
        for (Kernel k : kernels) {
            switch (k) {
                case Kernel.Pointwise p -> {
                    List<Runnable> operands = new ArrayList<>();
                    p.loads().forEach(load -> operands.add(() -> pushAddress(load.buffer())));
                    operands.add(() -> pushAddress(p.out()));
                    call(shared(k), some -> PointwiseWasm.of(p, some), operands, false);
                }
                case Kernel.Reduce r -> call(shared(k), some -> ReduceWasm.of(r, some), buffers(r.in(), r.out()), true);
                case Kernel.MatMul m -> matMul(m);
                case Kernel.Copy c -> call(module.add(CopyWasm.of(c)), buffers(c.in(), c.out()), false);
                case Kernel.Gather g ->
                    call(module.add(GatherWasm.of(g)), buffers(g.table(), g.indices(), g.out()), false);
                case Kernel.ScatterAdd s ->
                    call(module.add(ScatterAddWasm.of(s)), buffers(s.values(), s.indices(), s.out()), false);
                case Kernel.Loop l -> {
                    boolean outside = isInLoop;
                    isInLoop = true;
                    LoopWasm.emit(this, l, trip[l.depth()]);
                    isInLoop = outside;
                }
            }
        }
    }

    private void matMul(Kernel.MatMul m) {
        int packed = layout.packed(m);
        boolean ready = packed >= 0 || layout.isInPanels(m.b());
        boolean packs = parted && MatMulWasm.packsOnce(m, ready);
        ResultPlace place = layout.isInPanels(m.out()) ? ResultPlace.panels(m) : ResultPlace.rows(m);
        Runnable right = () -> pushAddress(m.b());
        if (packs) {
            right = () -> {
                pushScratch();
                MatMulWasm.pushBandBytes(w, m);
                f.op(I32_ADD);
            };
            call(MatMulWasm.addPacking(module, m), List.of(() -> pushAddress(m.b()), right), false);
        } else if (packed >= 0) {
            right = () -> pushPanels(layout.packed().get(packed), m.b());
        }
        product(m, ready || packs, place, List.of(() -> pushAddress(m.a()), right, () -> pushAddress(m.out())));
    }

    /** {@code isReady}: the right operand is panels. */
    private void product(Kernel.MatMul m, boolean isReady, ResultPlace place, List<Runnable> operands) {
        List<Way> ways = new ArrayList<>();
        for (Share share : parted ? MatMulWasm.shares(m, isReady) : List.<Share>of()) {
            Job job = Job.of(m, share, isInLoop);
            if (job.isShareable()) {
                ways.add(new Way(job, MatMulWasm.add(module, m, isReady, place, share)));
            }
        }
        if (ways.isEmpty()) {
            call(MatMulWasm.add(module, m, isReady, place, Share.NOTHING), operands, true);
        } else {
            call(ways, operands, true);
        }
    }

    private List<Runnable> buffers(int... ids) {
        List<Runnable> operands = new ArrayList<>();
        for (int id : ids) {
            operands.add(() -> pushAddress(id));
        }
        return operands;
    }

    private interface Maker {
        /** The function of a kernel: of all its trips, or of some. */
        FunctionBuilder make(boolean some);
    }

    /** What threads share of a kernel. For one thread nobody asks: an answer takes as long as the function. */
    private Optional<Job> shared(Kernel k) {
        return parted ? shared(Job.of(k)) : Optional.empty();
    }

    private Optional<Job> shared(Job job) {
        return parted && job.isShareable() ? Optional.of(job) : Optional.empty();
    }

    private void call(Optional<Job> shared, Maker maker, List<Runnable> operands, boolean scratch) {
        int function = module.add(maker.make(shared.isPresent()));
        if (shared.isPresent()) {
            call(List.of(new Way(shared.get(), function)), operands, scratch);
        } else {
            call(function, operands, scratch);
        }
    }

    /** Calls a function that takes some operands, and perhaps scratch memory behind them. */
    private void call(int function, List<Runnable> operands, boolean scratch) {
        pushAll(operands, scratch);
        call(function);
    }

    /** Posts the first job whose parts have a size; if there is none, all trips are made here. */
    private void call(List<Way> ways, List<Runnable> operands, boolean scratch) {
        Runnable all = () -> {
            pushAll(operands, scratch);
            f.i32(0);
            pushTotal(ways.get(0).job.total());
            call(ways.get(0).function);
        };
        if (parts.isEmpty()) {
            all.run();
        } else {
            share(ways, operands, scratch, all);
        }
    }

    private void pushAll(List<Runnable> operands, boolean scratch) {
        f.get(KernelWriter.ARGUMENTS);
        operands.forEach(Runnable::run);
        if (scratch) {
            pushScratch();
        }
    }

    private void share(List<Way> ways, List<Runnable> operands, boolean scratch, Runnable otherwise) {
        if (ways.isEmpty()) {
            otherwise.run();
            return;
        }
        Job job = ways.get(0).job;
        int size = f.i32Local();
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, layout.partSizeOffset(jobs.size()));
        jobs.add(stripe.isPresent() ? job.within(stripe.get()) : job);
        f.tee(size)
                .ifElse(
                        () -> {
                            for (int i = 0; i < operands.size(); i++) {
                                f.i32(layout.operands());
                                operands.get(i).run();
                                f.memory(I32_STORE, 4 * i);
                            }
                            f.i32(parts.get().number(ways.get(0).function, operands.size(), scratch))
                                    .get(size);
                            pushTotal(job.total());
                            call(PartsWasm.POST_FUNCTION);
                        },
                        () -> share(ways.subList(1, ways.size()), operands, scratch, otherwise));
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
