package loom.e2e.bench;

import java.util.Arrays;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.run.ModelRunner;
import loom.train.Fit;

/** What the JVM's reference machine makes of a workload: the bits that every other machine must have. */
final class Reference {
    private Reference() {}

    static float[] output(Workload workload) {
        return workload instanceof TrainingWorkload training ? trained(training) : answers(workload, workload.model());
    }

    private static float[] trained(TrainingWorkload workload) {
        Fit fit = Fit.start(workload.model(), workload.training(), workload.data(), new ReferenceMachine())
                .get();
        while (fit.trainer().steps() < TrainingWorkload.CHECKED_STEPS) {
            fit.next().get();
        }
        return answers(workload, fit.model().get());
    }

    /** For the first samples of the input. */
    private static float[] answers(Workload workload, Model model) {
        int values = workload.batch() * model.network().input().elements(1);
        return ModelRunner.open(new ReferenceMachine(), model)
                .then(runner -> runner.run(Arrays.copyOf(workload.input(), values), workload.batch()))
                .get();
    }
}
