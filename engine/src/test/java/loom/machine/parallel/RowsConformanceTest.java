package loom.machine.parallel;

import loom.machine.Machine;
import loom.machine.MachineConformance;

/** The same with products in loops of plain Java, which a JVM without the module of {@link Vectors} takes. */
class RowsConformanceTest extends MachineConformance {
    @Override
    protected Machine machine() {
        return new ParallelMachine(new Crew(3, 1, Crew.pool(3)), Loops.PLAIN);
    }
}
