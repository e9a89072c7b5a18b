package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.PointOp;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.numeric.Domain;
import loom.program.Buffer;
import loom.program.Expression;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Term;

/**
 * A program as one module. Its export {@code run} takes the address of the argument block, brings panels up to date, calls the kernels
 * in order, loops included, and commits if none trapped; it returns whether one did.
 */
final class ProgramWasm {
    static final String RUN = "run";

    /** Followed by the id of an f32 input: brings its values into domain D in place; answers whether one cannot be. */
    static final String ADMIT = "admit";

    /** Fills a number of bytes of memory, from its start, with zeros. */
    static final String CLEAR = "clear";

    private static final Extent BATCH = new Extent(1, true);

    private final Program program;
    private final Layout layout;
    private final WasmModule module = new WasmModule();
    private final KernelWriter w = new KernelWriter(0);
    final FunctionBuilder f = w.f;
    private final int trapped = f.i32Local();
    private final int[] trip;
    /** The first sample of the present stripe. */
    private final int sample = f.i32Local();

    private boolean inStripe;

    private ProgramWasm(Program program, Layout layout) {
        this.program = program;
        this.layout = layout;
        trip = new int[program.loopDepth()];
        for (int d = 0; d < trip.length; d++) {
            trip[d] = f.i32Local();
        }
    }

    static byte[] encode(Program program, Layout layout) {
        ProgramWasm p = new ProgramWasm(program, layout);
        p.bringUpToDate();
        p.stripes();
        p.commit();
        p.module.export(RUN, p.module.add(p.w.finish(p.trapped)));
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Source s && isAdmitted(s)) {
                p.module.export(ADMIT + s.id(), p.module.add(p.admit(s)));
            }
        }
        p.module.export(CLEAR, p.module.add(clear()));
        return p.module.encode();
    }

    private static FunctionBuilder clear() {
        FunctionBuilder f = new FunctionBuilder(1, true);
        return f.i32(0).i32(0).get(0).fillMemory().i32(0);
    }

    static boolean isAdmitted(Buffer.Source s) {
        return s.role() == Buffer.Role.INPUT
                && s.type().equals(TensorType.f32(s.type().shape()));
    }

    /** The door as a kernel: rule D and the trap test over the input's own memory. */
    private FunctionBuilder admit(Buffer.Source s) {
        ElementType f32 = ElementType.F32;
        Term.Apply narrow = new Term.Apply(new PointOp.Unary(PointOp.UnaryKind.NARROW), List.of(0), f32, Domain.D, 0);
        Kernel.Pointwise door = new Kernel.Pointwise(
                s.type().shape(),
                List.of(new Kernel.Load(s.id(), s.type().shape())),
                new Expression(List.of(new Term.Operand(0, f32), narrow)),
                s.id());
        int kernel = module.add(PointwiseWasm.of(door));
        KernelWriter own = new KernelWriter(0);
        int refused = own.f.i32Local();
        int at = layout.slotOffset(s.slot());
        own.f.get(KernelWriter.ARGUMENTS);
        own.f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, at);
        own.f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, at);
        own.f.call(kernel).set(refused);
        return own.finish(refused);
    }

    private void bringUpToDate() {
        for (int i = 0; i < layout.packed().size(); i++) {
            Layout.Packed p = layout.packed().get(i);
            int stale = layout.staleOffset(i);
            f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, stale).ifTrue(() -> {
                int pack = p.addPacking(module, layout.isInPanels(p.buffer()));
                int from = f.i32Local();
                int to = f.i32Local();
                int matrix = f.i32Local();
                pushAddress(p.buffer());
                f.set(from).i32(p.address()).set(to);
                f.count(matrix, () -> f.i32(p.matrices()), 1, () -> {
                    f.get(KernelWriter.ARGUMENTS).get(from).get(to).call(pack).op(DROP);
                    f.increase(from, p.matrixBytes());
                    f.increase(to, p.panelBytes());
                });
                f.get(KernelWriter.ARGUMENTS).i32(0).memory(I32_STORE, stale);
            });
        }
    }

    /** All kernels of the program, those of a stripe for a few samples at a time. */
    private void stripes() {
        List<Kernel> kernels = program.kernels();
        int done = 0;
        for (Stripe s : layout.stripes()) {
            kernels(kernels.subList(done, s.first()));
            stripe(s);
            done = s.end();
        }
        kernels(kernels.subList(done, kernels.size()));
    }

    /** Kernels find in the argument block what the batch is: meanwhile it is the number of samples of the stripe. */
    private void stripe(Stripe s) {
        int left = f.i32Local();
        inStripe = true;
        f.count(sample, w.pushing(BATCH), s.samples(), () -> {
            w.push(BATCH, 1);
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
        inStripe = false;
        f.get(KernelWriter.ARGUMENTS);
        w.push(BATCH, 1);
        f.memory(I32_STORE, 0);
    }

    private void band(PatchBand b) {
        int row = f.i32Local();
        int at = f.i32Local();
        int copy = module.add(CopyWasm.of(b));
        int product = MatMulWasm.add(
                module, b.part(), false, ResultPlace.columns(b.product().n()));
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

    void kernels(List<Kernel> kernels) {
        for (Kernel k : kernels) {
            switch (k) {
                case Kernel.Pointwise p -> {
                    f.get(KernelWriter.ARGUMENTS);
                    p.loads().forEach(l -> pushAddress(l.buffer()));
                    pushAddress(p.out());
                    call(module.add(PointwiseWasm.of(p)));
                }
                case Kernel.Reduce r -> {
                    f.get(KernelWriter.ARGUMENTS);
                    pushAddress(r.in());
                    pushAddress(r.out());
                    pushScratch();
                    call(module.add(ReduceWasm.of(r)));
                }
                case Kernel.MatMul m -> matMul(m);
                case Kernel.Copy c -> {
                    f.get(KernelWriter.ARGUMENTS);
                    pushAddress(c.in());
                    pushAddress(c.out());
                    call(module.add(CopyWasm.of(c)));
                }
                case Kernel.Gather g -> {
                    f.get(KernelWriter.ARGUMENTS);
                    pushAddress(g.table());
                    pushAddress(g.indices());
                    pushAddress(g.out());
                    call(module.add(GatherWasm.of(g)));
                }
                case Kernel.ScatterAdd s -> {
                    f.get(KernelWriter.ARGUMENTS);
                    pushAddress(s.values());
                    pushAddress(s.indices());
                    pushAddress(s.out());
                    call(module.add(ScatterAddWasm.of(s)));
                }
                case Kernel.Loop l -> LoopWasm.emit(this, l, trip[l.depth()]);
            }
        }
    }

    private void matMul(Kernel.MatMul m) {
        int packed = layout.packed(m);
        f.get(KernelWriter.ARGUMENTS);
        pushAddress(m.a());
        if (packed >= 0) {
            pushPanels(layout.packed().get(packed), m.b());
        } else {
            pushAddress(m.b());
        }
        pushAddress(m.out());
        pushScratch();
        ResultPlace place = layout.isInPanels(m.out()) ? ResultPlace.panels(m) : ResultPlace.rows(m);
        call(MatMulWasm.add(module, m, packed >= 0 || layout.isInPanels(m.b()), place));
    }

    private void call(int function) {
        f.call(function).get(trapped).op(I32_OR).set(trapped);
    }

    private void pushScratch() {
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, layout.scratchOffset());
    }

    /** Address of a buffer; of a slice, in the present trips of its loops; in a stripe, of its first sample. */
    private void pushAddress(int buffer) {
        if (layout.isKept(buffer)) {
            f.i32(layout.keptAddress(buffer));
            return;
        }
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, layout.slotOffset(program.slot(buffer)));
        Shape shape = program.buffer(buffer).type().shape();
        if (inStripe && shape.isBatched()) {
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

    private void commit() {
        f.get(trapped).op(I32_EQZ).ifTrue(() -> {
            for (Program.Commit c : program.commits()) {
                if (layout.exchanges(c)) {
                    exchange(layout.slotOffset(program.slot(c.target())), layout.slotOffset(program.slot(c.value())));
                } else {
                    pushAddress(c.target());
                    pushAddress(c.value());
                    w.push(program.buffer(c.target()).type().shape().elements(), 4);
                    f.copyMemory();
                }
                for (int i = 0; i < layout.packed().size(); i++) {
                    if (layout.packed().get(i).buffer() == c.target()) {
                        f.get(KernelWriter.ARGUMENTS).i32(1).memory(I32_STORE, layout.staleOffset(i));
                    }
                }
            }
        });
    }

    /** Exchanges two words of the argument block. */
    private void exchange(int one, int other) {
        f.get(KernelWriter.ARGUMENTS);
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, other);
        f.get(KernelWriter.ARGUMENTS);
        f.get(KernelWriter.ARGUMENTS).memory(I32_LOAD, one);
        f.memory(I32_STORE, other).memory(I32_STORE, one);
    }
}
