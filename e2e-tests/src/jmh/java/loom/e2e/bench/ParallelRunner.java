package loom.e2e.bench;

import loom.machine.Execution;
import loom.machine.parallel.ParallelMachine;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.program.Compiler;

/** A workload on the parallel machine, its input in place. */
final class ParallelRunner implements AutoCloseable {
    private final Execution execution;

    ParallelRunner(Workload w, int threads) {
        Model model = w.model();
        execution = new ParallelMachine(threads)
                .prepare(Compiler.compile(NetworkLowering.inference(model.network())))
                .get();
        execution.batch(w.batch());
        model.parameters()
                .forEach((name, value) -> execution.write(execution.program().source(name), value.values()));
        execution.write(execution.program().source(NetworkLowering.INPUT), w.input());
    }

    void run() {
        execution.run();
        execution.finish().get();
    }

    float[] output() {
        return execution
                .readFloats(execution.program().output(NetworkLowering.OUTPUT))
                .get();
    }

    @Override
    public void close() {
        execution.close();
    }
}
