package loom.machine.parallel;

import loom.machine.Machine;
import loom.machine.MachineConformance;

/** All cases with every kernel cut into as many tasks as it can be, for 3 threads: the cases are small, and would be one each. */
class SharedConformanceTest extends MachineConformance {
    @Override
    protected Machine machine() {
        return new ParallelMachine(new Crew(3, 1, Crew.pool(3)), Loops.best());
    }
}
