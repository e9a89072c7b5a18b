package loom.e2e.bench;

import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;

/** What the JVM's reference machine makes of a workload: the bits that every other machine must have. */
final class Reference {
    private Reference() {}

    static float[] output(Workload workload) {
        return ModelRunner.open(new ReferenceMachine(), workload.model())
                .then(runner -> runner.run(workload.input(), workload.batch()))
                .get();
    }
}
