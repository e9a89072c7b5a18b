package loom.machine.reference;

import java.util.Optional;
import loom.graph.Extent;
import loom.machine.NumericTrap;
import loom.program.Program;

/** What kernels of one run see: words of the slots, where each buffer begins, the batch, the scalars, and the first trap. */
final class Memory {
    private static final int NO_TRAP = Integer.MAX_VALUE;

    private final Program program;
    private final int[][] slots;
    private final int batch;
    private final int[] scalars;
    private final int[] trips;
    private int trap = NO_TRAP;
    /** Of a trap by an index: that index, and the rows there are; 0 rows otherwise. */
    private int index;

    private int rows;

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

    /** A result outside its domain. The lowest site is kept, and what happened there first. */
    void trap(int site) {
        trap(site, 0, 0);
    }

    /** An index that is none of 0 to {@code size} − 1. */
    void trap(int site, int found, int size) {
        if (site < trap) {
            trap = site;
            index = found;
            rows = size;
        }
    }

    Optional<NumericTrap> failure() {
        if (trap == NO_TRAP) {
            return Optional.empty();
        }
        return Optional.of(rows == 0 ? new NumericTrap(program, trap) : new NumericTrap(program, trap, index, rows));
    }
}
