package loom.machine.parallel;

import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.program.Program;

/**
 * The reference machine's bits on all processors: every kernel kind has loops that HotSpot compiles to vector code, and work is divided
 * among threads by rows, samples and columns. Which sums run side by side is all that a number of threads changes.
 */
public final class ParallelMachine implements Machine {
    static final String NAME = "parallel";

    private final Crew crew;
    private final Loops loops;

    /** As many threads as there are processors. */
    public ParallelMachine() {
        this(Runtime.getRuntime().availableProcessors());
    }

    public ParallelMachine(int threads) {
        this(new Crew(threads), Loops.best());
    }

    ParallelMachine(Crew crew, Loops loops) {
        this.crew = crew;
        this.loops = loops;
    }

    @Override
    public String name() {
        return NAME;
    }

    public int threads() {
        return crew.size();
    }

    @Override
    public Completion<Execution> prepare(Program program) {
        return Completion.of(new ParallelExecution(program, crew, loops));
    }
}
