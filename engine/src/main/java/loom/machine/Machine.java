package loom.machine;

import loom.program.Program;

/** Runs programs. All machines give the same bits for the same program and data. */
public interface Machine {
    /** Short name for people and receipts: reference, parallel, wasm, webgpu. */
    String name();

    /** Compiles kernels and gets memory for a program; may complete later (pipelines compile asynchronously). */
    Completion<Execution> prepare(Program program);

    /** Up to how many bytes of data it pays to keep on this machine through many runs: 0 if its memory is not apart from the caller's. */
    default long residentBytes() {
        return 0;
    }

    /** Whether it can stop working while the program goes on, as a graphics card does that is taken away. */
    default boolean canBeLost() {
        return false;
    }
}
