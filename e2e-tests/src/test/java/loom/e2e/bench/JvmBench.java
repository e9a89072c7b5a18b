package loom.e2e.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.program.Compiler;
import loom.train.Fit;
import loom.train.Training;

/**
 * The program behind {@code ./loom bench --jvm}: the machines of the JVM in turns, without a browser. The time of a run is the least of many,
 * so that what else the computer does counts little; where one thread works it is that thread's processor time.
 */
public final class JvmBench {
    private static final String USAGE = """
            usage: ./loom bench --jvm [--seconds N] [--only ID,ID]
              --seconds N   for each workload (10)
              --only ID,ID  some of the workloads: %s
            """;

    /** Of a training, in a sample. */
    private static final int TRAINING_STEPS = 20;

    /** As many as a training may have. */
    private static final int MOST_EPOCHS = 1 << 20;

    private JvmBench() {}

    /** One machine at a workload. */
    private static final class Course {
        final LongSupplier clock;
        final Runnable run;
        double least = Double.MAX_VALUE;

        Course(LongSupplier clock, Runnable run) {
            this.clock = clock;
            this.run = run;
        }

        void sample() {
            long start = clock.getAsLong();
            run.run();
            least = Math.min(least, (clock.getAsLong() - start) / 1e6);
        }
    }

    public static void main(String[] args) {
        double seconds = 10;
        List<Workload> workloads = Workload.all();
        try {
            for (int i = 0; i < args.length; i += 2) {
                String value = i + 1 < args.length ? args[i + 1] : "";
                switch (args[i]) {
                    case "--seconds" -> seconds = Double.parseDouble(value);
                    case "--only" -> workloads = Workload.of(value);
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("loom: " + e.getMessage());
            System.err.printf(USAGE, String.join(" ", Workload.ids()));
            System.exit(2);
        }
        System.out.println(
                "| workload | reference, ms | parallel, 1 thread, ms | times as fast | GFLOP/s | all threads, ms |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (Workload w : workloads) {
            System.out.println(row(w, seconds));
        }
    }

    private static String row(Workload w, double seconds) {
        List<Course> courses = new ArrayList<>();
        LongSupplier own = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        courses.add(new Course(own, course(w, new ReferenceMachine())));
        courses.add(new Course(own, course(w, new ParallelMachine(1))));
        courses.add(new Course(System::nanoTime, course(w, new ParallelMachine())));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        // The reference machine takes so long that a few samples are enough.
        for (int round = 0; round == 0 || System.nanoTime() < end; round++) {
            if (round % 20 == 0) {
                courses.get(0).sample();
            }
            courses.get(1).sample();
            courses.get(2).sample();
        }
        double reference = courses.get(0).least;
        double one = courses.get(1).least;
        double share = w instanceof TrainingWorkload ? (double) TRAINING_STEPS / TrainingWorkload.STEPS : 1;
        return String.format(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.1f | %.1f | %.3f |",
                w.title(),
                reference,
                one,
                reference / one,
                share * Flop.of(w) / one / 1e6,
                courses.get(2).least);
    }

    private static Runnable course(Workload w, Machine machine) {
        if (w instanceof TrainingWorkload training) {
            Training endless = training.training().with(Training.EPOCHS, MOST_EPOCHS);
            Fit fit = Fit.start(training.model(), endless, training.data(), machine)
                    .get();
            return () -> {
                for (int i = 0; i < TRAINING_STEPS; i++) {
                    fit.next().get();
                }
            };
        }
        Model model = w.model();
        Execution e = machine.prepare(Compiler.compile(NetworkLowering.inference(model.network())))
                .get();
        e.batch(w.batch());
        model.parameters().forEach((name, value) -> e.write(e.program().source(name), value.values()));
        e.write(e.program().source(NetworkLowering.INPUT), w.input());
        return () -> {
            e.run();
            e.finish().get();
        };
    }
}
