package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import loom.analysis.Precision;
import loom.format.LoadedModel;
import loom.inspect.ModelDigest;
import loom.model.Model;
import loom.numeric.DType;
import loom.train.CheckpointJson;
import loom.train.Dataset;
import loom.train.Evaluator;
import loom.train.MetricsJson;
import loom.train.Sgd;
import loom.train.Training;
import loom.train.Trial;
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
    private static final String JSON = ".json";

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

    @Mixin
    private MachineChoice machine = new MachineChoice();

    @Option(
            names = "--json",
            description = "The same as JSON, with more: top-k for every k, calibration or deviations.")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "R.md|R.json",
            description = "Writes everything to a file, for people or for programs: also calibration, deviations"
                    + " and the worst samples.")
    private Optional<Path> report = Optional.empty();

    @Option(
            names = "--compare",
            paramLabel = "MODEL",
            description = "Another model or checkpoint to measure beside it; can be given several times.")
    private List<Path> others = List.of();

    @Option(
            names = "--stored",
            split = ",",
            paramLabel = "TYPE",
            description = "Also measures the model with its parameters stored as F16, BF16, F8_E4M3 or F8_E5M2.")
    private List<String> types = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        report.ifPresent(Evaluate::checkEnding);
        Model m = measured(model.file(), model::load);
        Training training = training();
        Dataset samples = TrainingData.test(data, m.network(), training);
        List<Trial> trials = trials(m, training, samples);
        PrintWriter out = spec.commandLine().getOut();
        if (trials.size() > 1) {
            out.print(json ? Trial.json(data.toString(), trials) : Score.table(trials));
        } else {
            Evaluator.Result result = trials.get(0).result();
            out.print(json ? MetricsJson.write(result) : Score.table(result));
        }
        out.flush();
        report.ifPresent(file -> Disk.write(file, report(file, trials)));
        return ExitStatus.OK;
    }

    private List<Trial> trials(Model first, Training training, Dataset samples) {
        List<Trial> trials = new ArrayList<>();
        try (Score score = new Score(machine.create(), first, training, samples)) {
            trials.add(trial(model.file().toString(), first, score, trials));
            for (String type : types) {
                trials.add(trial(model.file() + " as " + type, Precision.stored(first, type(type)), score, trials));
            }
        }
        for (Path file : others) {
            Model m = measured(file, () -> ModelFile.load(file, Disk.read(file), new OnnxSettings()));
            try (Score score = new Score(machine.create(), m, training, samples)) {
                trials.add(trial(file.toString(), m, score, trials));
            }
        }
        return trials;
    }

    private static Trial trial(String name, Model m, Score score, List<Trial> before) {
        Evaluator.Result result = score.of(m);
        Evaluator.Result first = before.isEmpty() ? result : before.get(0).result();
        return Trial.of(name, ModelDigest.of(m), result, first);
    }

    /** A model, or the one in a checkpoint. */
    private static Model measured(Path file, Supplier<LoadedModel> load) {
        byte[] bytes = Disk.read(file);
        return CheckpointJson.isCheckpoint(file.toString(), bytes)
                ? CheckpointJson.read(file.toString(), bytes).model()
                : load.get().model();
    }

    private static DType type(String label) {
        List<String> known = new ArrayList<>();
        for (DType t : Precision.TYPES) {
            known.add(t.label());
            if (t.label().equalsIgnoreCase(label)) {
                return t;
            }
        }
        throw new CommandFailed("--stored: expected " + String.join(", ", known) + ", found " + label);
    }

    private String report(Path file, List<Trial> trials) {
        return file.toString().endsWith(JSON)
                ? Trial.json(data.toString(), trials)
                : Trial.markdown(data.toString(), trials);
    }

    private static void checkEnding(Path file) {
        String name = file.toString();
        if (!name.endsWith(JSON) && !name.endsWith(".md")) {
            throw new CommandFailed("--report: expected a file that ends in .md or .json, found " + name);
        }
    }

    private Training training() {
        if (options.isPresent() && loss.isPresent()) {
            throw new CommandFailed("--loss: " + options.get() + " says that already, give one of them");
        }
        return options.map(TrainingOptions::read)
                .orElseGet(() -> Training.of(TrainingOptions.loss(loss), new Sgd(), 0, 1));
    }
}
