package loom.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.model.Model;
import loom.train.AdamW;
import loom.train.Dataset;
import loom.train.Optimizer;
import loom.train.RmsProp;
import loom.train.Schedule;
import loom.train.Sgd;
import loom.train.Training;

/**
 * A training that goes the same way on every machine: three networks, each with three optimizers. Data come from Philox, so that a
 * workload needs no file. See docs/proof.md.
 */
public record Workload(String name, Model model, Training training, Dataset data) {
    /** Never reached: whoever drives a workload decides how many steps it takes. */
    private static final int EPOCHS = 1 << 20;

    private static final int BATCH = 16;

    private record Course(String name, Optimizer optimizer, float rate) {}

    private static final List<Course> COURSES = List.of(
            new Course("sgd", new Sgd(0.9f, 0, false, 1e-4f), 0.05f),
            new Course("adamw", new AdamW(), 0.01f),
            new Course("rmsprop", new RmsProp(0.99f, 1e-8f, 0.5f, true), 0.002f));

    public static final List<Workload> ALL = all();

    public static Optional<Workload> named(String name) {
        for (Workload w : ALL) {
            if (w.name().equals(name)) {
                return Optional.of(w);
            }
        }
        return Optional.empty();
    }

    private static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (WorkloadTask task : WorkloadTask.ALL) {
            for (Course course : COURSES) {
                all.add(of(task, course));
            }
        }
        return List.copyOf(all);
    }

    private static Workload of(WorkloadTask task, Course course) {
        float rate = course.rate();
        Training training = Training.of(task.loss(), course.optimizer(), rate, BATCH)
                .with(Training.SCHEDULE, new Schedule.Cosine(rate, rate / 8, 100, true))
                .with(Training.WARMUP, 10)
                .with(Training.CLIP_NORM, Optional.of(1f))
                .with(Training.WEIGHTED, task.data().weights().isPresent())
                .with(Training.EPOCHS, EPOCHS);
        Model model = Model.initialise(task.network(), WorkloadTask.SEED);
        return new Workload(task.network().name() + " " + course.name(), model, training, task.data());
    }
}
