package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.program.Kernel;

/**
 * A {@link WindowProduct}, group by group.
 *
 * <p>Function parameters: arguments, a, in, room for the copy of a group, out, scratch.
 */
final class WindowWasm {
    private static final int A = 1;
    private static final int IN = 2;
    private static final int PADDED = 3;
    private static final int OUT = 4;
    private static final int SCRATCH = 5;

    private final WindowProduct window;
    private final KernelWriter w = new KernelWriter(5);
    private final FunctionBuilder f = w.f;
    private final int trapped = f.i32Local();
    private final int product;
    private final int out = f.i32Local();

    private WindowWasm(WasmModule module, WindowProduct window) {
        this.window = window;
        product = MatMulWasm.add(
                module,
                window.part(),
                RightOperand.shifted(window.taps()),
                window.product().n());
    }

    static FunctionBuilder of(WasmModule module, WindowProduct window) {
        WindowWasm g = new WindowWasm(module, window);
        g.groups(module.add(CopyWasm.of(window.padding())));
        return g.w.finish(g.trapped);
    }

    private void groups(int padding) {
        Kernel.MatMul p = window.product();
        Kernel.Copy copy = window.padding();
        f.count(f.i32Local(), w.pushing(p.groups()), 1, () -> {
            f.get(KernelWriter.ARGUMENTS).get(IN).get(PADDED).call(padding).op(DROP);
            f.get(OUT).set(out);
            f.get(PADDED);
            rows(0);
            f.increase(A, 4 * p.m().coefficient() * p.k().coefficient());
            f.increase(IN, 4 * copy.inShape().elements().coefficient());
            f.increase(OUT, 4 * p.m().coefficient() * p.n().coefficient());
        });
    }

    /** All rows from the axis {@code axis} of the outer ones on; where they begin in the copy is on the stack. */
    private void rows(int axis) {
        int at = f.i32Local();
        f.set(at);
        if (axis < window.outer().size()) {
            f.count(f.i32Local(), () -> f.i32(window.outer().get(axis)), 1, () -> {
                f.get(at);
                rows(axis + 1);
                f.increase(at, 4 * window.steps().get(axis));
            });
            return;
        }
        f.get(KernelWriter.ARGUMENTS).get(A).get(at).get(out).get(SCRATCH);
        f.call(product).get(trapped).op(I32_OR).set(trapped);
        f.increase(out, 4 * window.part().n().coefficient());
    }
}
