package loom.server.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import loom.machine.Machine;
import loom.run.ModelRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom bench MODEL}: how fast a machine of the JVM runs a model. */
@Command(
        name = "bench",
        description =
                "Times a model on this computer: median and least of many runs on the JVM, copies in and out included."
                        + " Without MODEL, ./loom bench times Loom beside other engines in a browser.",
        mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {
    private static final int WARM_UP = 3;
    private static final double MS = 1e6;

    @Mixin
    private ModelFile model;

    @Mixin
    private MachineChoice machine = new MachineChoice();

    @Option(names = "--batch", paramLabel = "N", description = "Samples of a run (default ${DEFAULT-VALUE}).")
    private int batch = 1;

    @Option(names = "--seconds", paramLabel = "S", description = "How long to measure (default ${DEFAULT-VALUE}).")
    private double seconds = 3;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Count.atLeast(1, "--batch", batch);
        if (!(seconds > 0)) {
            throw new CommandFailed("--seconds: expected a number above 0, found " + seconds);
        }
        Machine m = machine.create();
        ModelRunner runner = ModelRunner.open(m, model.load().model()).get();
        float[] input = new float[batch * runner.model().network().input().elements(1)];
        double[] times = times(runner, input);
        double median = times[times.length / 2];
        Output.print(
                spec,
                String.format(
                        Locale.ROOT,
                        "%s, batch %d: median %.3f ms, least %.3f ms of %d runs; %.0f samples/s%n",
                        m.name(),
                        batch,
                        median,
                        times[0],
                        times.length,
                        batch * 1000 / median));
        runner.close();
        return ExitStatus.OK;
    }

    /** Milliseconds, least first. */
    private double[] times(ModelRunner runner, float[] input) {
        for (int i = 0; i < WARM_UP; i++) {
            runner.run(input, batch).get();
        }
        DoubleStream.Builder times = DoubleStream.builder();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = System.nanoTime();
            runner.run(input, batch).get();
            times.add((System.nanoTime() - start) / MS);
        } while (System.nanoTime() < end);
        return times.build().sorted().toArray();
    }
}
