package loom.machine.parallel;

/** A kernel, ready to run. */
@FunctionalInterface
interface Step {
    void run(Frame frame);

    /** Bytes that it holds from run to run. */
    default long heldBytes() {
        return 0;
    }
}
