package loom.machine.parallel;

import loom.machine.Machine;
import loom.machine.MachineConformance;

class ParallelConformanceTest extends MachineConformance {
    @Override
    protected Machine machine() {
        return new ParallelMachine(1);
    }
}
