package loom.run;

import loom.machine.Execution;
import loom.program.Buffer;

/** State of the samples of a batch. */
final class SampleStates {
    private SampleStates() {}

    /** Zeros, as at the start. */
    static void clear(Execution execution, int batch) {
        for (Buffer.Source s : execution.program().sampleStates()) {
            execution.write(s.id(), new float[s.type().shape().elements(batch)]);
        }
    }
}
