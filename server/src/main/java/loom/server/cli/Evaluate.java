package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.train.Dataset;
import loom.train.Evaluator;
import loom.train.MetricsJson;
import loom.train.Sgd;
import loom.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom evaluate}: how well a model does on data. */
@Command(
        name = "evaluate",
        description =
                "Measures a model on data: loss, accuracy, precision, recall, F1, confusion matrix, or errors of numbers.",
        mixinStandardHelpOptions = true)
final class Evaluate implements Callable<Integer> {
    @Mixin
    private ModelFile model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "A .csv or .json file, or a folder with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.")
    private Path data;

    @Option(names = "--loss", paramLabel = "NAME", description = "A loss by its name (default cross_entropy).")
    private Optional<String> loss = Optional.empty();

    @Option(
            names = "--training",
            paramLabel = "T.json",
            description = "Options of a training (docs/training.md) instead of --loss: its loss and weights count.")
    private Optional<Path> options = Optional.empty();

    @Option(names = "--json", description = "The same as JSON, and top-k accuracy for every k.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Model m = model.load().model();
        Training training = training();
        Dataset samples = TrainingData.test(data, m.network(), training);
        try (Score score = new Score(new ReferenceMachine(), m, training, samples)) {
            Evaluator.Result result = score.of(m);
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? MetricsJson.write(result) : Score.table(result));
            out.flush();
        }
        return ExitStatus.OK;
    }

    private Training training() {
        if (options.isPresent() && loss.isPresent()) {
            throw new CommandFailed("--loss: " + options.get() + " says that already, give one of them");
        }
        return options.map(TrainingOptions::read)
                .orElseGet(() -> Training.of(TrainingOptions.loss(loss), new Sgd(), 0, 1));
    }
}
