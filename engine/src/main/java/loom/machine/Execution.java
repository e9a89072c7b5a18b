package loom.machine;

import loom.program.Program;

/**
 * A program with its memory on a machine. Buffers are named by id ({@link Program#source}, {@link Program#output}). Values given
 * must already be in their domain (see the door in {@code loom.format}); sizes are checked.
 */
public interface Execution {
    Program program();

    /**
     * Sets the batch of the next writes, runs and reads; gets more memory if needed. Parameters and state survive, but state that has
     * the batch axis is zeros again if this is another batch: runs before must have been finished.
     */
    void batch(int batch);

    /** Writes an f32 source (input, parameter, state), row-major. */
    void write(int buffer, float[] values);

    /** Writes an i32 or u32 source. */
    void write(int buffer, int[] values);

    /**
     * Enqueues one run. {@code scalars} are the words of {@link Program#scalars()} without the first, the batch (floats as bits).
     * Kernels run in order; if none trapped, parameters and state take their new values.
     */
    void run(int... scalars);

    /** Waits for the runs; fails with {@link NumericTrap} if one trapped, and the trap is forgotten. */
    Completion<Execution> finish();

    /** How many runs have taken effect, of all those that {@link #finish} has waited for. Runs after one that traps have none. */
    long runs();

    /**
     * Words of an f32 source, output or named buffer after the runs enqueued so far. Further runs may be enqueued before the words are
     * there; if one of those before trapped, they may be anything.
     */
    Completion<float[]> readFloats(int buffer);

    Completion<int[]> readInts(int buffer);

    /** Bytes of memory held for buffers. */
    long memoryBytes();

    /** Gives the memory back; the execution cannot be used any more. */
    void close();
}
