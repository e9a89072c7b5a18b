package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.build.Evolution;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Network;
import loom.train.AdamW;
import loom.train.Dataset;
import loom.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom evolve}: breeds networks for a small task. */
@Command(
        name = "evolve",
        description = "Breeds networks for a task: trains each shortly, keeps the best, crosses and changes them.",
        mixinStandardHelpOptions = true)
final class Evolve implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "DATA", description = "Data as for train.")
    private Path data;

    @Option(names = "--input", required = true, paramLabel = "N[,N...]", description = "Shape of a sample's input.")
    private String input;

    @Option(names = "--outputs", required = true, paramLabel = "N", description = "Outputs: numbers, or classes.")
    private int outputs;

    @Option(names = "--output", required = true, paramLabel = "OUT.json", description = "Where the best goes.")
    private Path to;

    @Option(names = "--loss", paramLabel = "NAME", description = "A loss by its name (default cross_entropy).")
    private Optional<String> loss = Optional.empty();

    @Option(
            names = "--training",
            paramLabel = "T.json",
            description = "Options of every network's training (docs/training.md) instead of --loss and --epochs.")
    private Optional<Path> options = Optional.empty();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Of a training (default ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--generations",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many (default ${DEFAULT-VALUE}).")
    private int generations;

    @Option(
            names = "--population",
            paramLabel = "N",
            defaultValue = "8",
            description = "Networks of a generation (default ${DEFAULT-VALUE}).")
    private int population;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything (default ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private MachineChoice machine;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Count.atLeast(1, "--outputs", outputs);
        Count.atLeast(1, "--epochs", epochs);
        Count.atLeast(1, "--generations", generations);
        Count.atLeast(2, "--population", population);
        Training training = options.map(TrainingOptions::read)
                .orElseGet(() -> Training.of(TrainingOptions.loss(loss), new AdamW(), 0.01f, 32)
                        .with(Training.EPOCHS, epochs));
        Shape shape = Build.Shapes.parse(input);
        Network any = Network.of("", shape, new Flatten(), new Dense(outputs, Activation.Simple.LINEAR));
        Dataset samples =
                TrainingData.read(data, Optional.empty(), any, training).training();
        Evolution evolution =
                new Evolution(outputs, Evolution.Options.of(population, seed), training, samples, machine.create());
        PrintWriter out = spec.commandLine().getOut();
        Evolution.Generation last = evolution.next().get();
        print(out, last);
        for (int i = 1; i < generations; i++) {
            last = evolution.next().get();
            print(out, last);
        }
        Disk.write(to, ModelWriter.write(last.best().model()));
        out.println("written     " + to);
        out.flush();
        return ExitStatus.OK;
    }

    private static void print(PrintWriter out, Evolution.Generation g) {
        Evolution.Member best = g.best();
        out.print(String.format(
                Locale.ROOT,
                "generation %d: loss %.6f, %d parameters: %s%n",
                g.number(),
                best.loss(),
                best.elements(),
                best.genome().text()));
        out.flush();
    }
}
