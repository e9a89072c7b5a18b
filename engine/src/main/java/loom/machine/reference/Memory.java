package loom.machine.reference;

import loom.graph.Extent;
import loom.program.Program;

/** What kernels of one run see: words of the slots, where each buffer begins, the batch, the scalars, and the first trap. */
final class Memory {
    static final int NO_TRAP = Integer.MAX_VALUE;

    private final Program program;
    private final int[][] slots;
    private final int batch;
    private final int[] scalars;
    private final int[] trips;
    private int trap = NO_TRAP;

    Memory(Program program, int[][] slots, int batch, int[] scalars) {
        this.program = program;
        this.slots = slots;
        this.batch = batch;
        this.scalars = scalars;
        this.trips = new int[program.loopDepth()];
    }

    /** Array that holds a buffer; element 0 of the buffer is at {@link #offset}. */
    int[] words(int buffer) {
        return slots[program.slot(buffer)];
    }

    int offset(int buffer) {
        return program.offset(buffer, batch, trips);
    }

    int at(Extent e) {
        return e.at(batch);
    }

    int batch() {
        return batch;
    }

    int scalar(int index) {
        return scalars[index];
    }

    void trip(int depth, int t) {
        trips[depth] = t;
    }

    /** Keeps the lowest site. */
    void trap(int site) {
        trap = Math.min(trap, site);
    }

    int trap() {
        return trap;
    }
}
