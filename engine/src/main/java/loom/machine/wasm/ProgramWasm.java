package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.graph.ElementType;
import loom.graph.PointOp;
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

    private final Program program;
    private final Layout layout;
    private final WasmModule module;
    private final List<Job> jobs = new ArrayList<>();
    private final Optional<PartsWasm> parts;
    private final KernelCalls calls;
    private final FunctionBuilder f;

    private ProgramWasm(Program program, Layout layout) {
        this.program = program;
        this.layout = layout;
        boolean shared = layout.threads() > 1;
        module = new WasmModule(shared);
        parts = shared ? Optional.of(new PartsWasm(layout)) : Optional.empty();
        calls = new KernelCalls(program, layout, module, parts, jobs, new KernelWriter(0));
        f = calls.f;
    }

    static ProgramWasm of(Program program, Layout layout) {
        ProgramWasm p = new ProgramWasm(program, layout);
        p.bringUpToDate();
        p.calls.all();
        p.commit();
        p.module.export(RUN, p.module.add(p.calls.w.finish(p.calls.trapped())));
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Source s && isAdmitted(s)) {
                p.module.export(ADMIT + s.id(), p.module.add(p.admit(s)));
            }
        }
        p.module.export(CLEAR, p.module.add(clear()));
        p.parts.ifPresent(parts -> p.module.export(PartsWasm.PART, p.module.add(parts.part())));
        return p;
    }

    byte[] encode() {
        return module.encode();
    }

    /** The module, to which others may add before it is encoded. */
    WasmModule module() {
        return module;
    }

    /** What threads share, in the order of the words at {@link Layout#partSizeOffset}. */
    List<Job> jobs() {
        return jobs;
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
        int kernel = module.add(PointwiseWasm.of(door, false));
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
                calls.pushAddress(p.buffer());
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

    private void commit() {
        f.get(calls.trapped()).op(I32_EQZ).ifTrue(() -> {
            for (Program.Commit c : program.commits()) {
                if (layout.exchanges(c)) {
                    exchange(layout.slotOffset(program.slot(c.target())), layout.slotOffset(program.slot(c.value())));
                } else {
                    calls.pushAddress(c.target());
                    calls.pushAddress(c.value());
                    calls.w.push(program.buffer(c.target()).type().shape().elements(), 4);
                    f.copyMemory();
                }
                for (int i : layout.packedOf(c.target())) {
                    f.get(KernelWriter.ARGUMENTS).i32(1).memory(I32_STORE, layout.staleOffset(i));
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
