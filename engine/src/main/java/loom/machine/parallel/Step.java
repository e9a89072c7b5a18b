package loom.machine.parallel;

/** A kernel, ready to run. */
@FunctionalInterface
interface Step {
    void run(Frame frame);
}
