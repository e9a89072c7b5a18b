package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.program.Kernel;

/** Loops of kernels inside {@code run}: the trip is a local from which addresses of slices are made. */
final class LoopWasm {
    private LoopWasm() {}

    static void emit(KernelCalls program, Kernel.Loop loop, int trip) {
        FunctionBuilder f = program.f;
        f.i32(loop.reverse() ? loop.trips() - 1 : 0).set(trip);
        f.repeatWhile(() -> {
            program.kernels(loop.body());
            f.increase(trip, loop.reverse() ? -1 : 1);
            if (loop.reverse()) {
                f.get(trip).i32(0).op(I32_GE_S);
            } else {
                f.get(trip).i32(loop.trips()).op(I32_LT_S);
            }
        });
    }
}
