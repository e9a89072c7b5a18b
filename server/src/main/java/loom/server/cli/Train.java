package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import loom.format.DeclaredJson;
import loom.format.JsonWriter;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.machine.Machine;
import loom.model.Model;
import loom.model.Tensor;
import loom.train.CheckpointJson;
import loom.train.Dataset;
import loom.train.Diverged;
import loom.train.Fit;
import loom.train.Training;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom train}: a model on data. The same files, seed and options give the same model, to the bit. */
@Command(
        name = "train",
        description = "Trains a model; stopped, it goes on from its checkpoint with the same bits.",
        mixinStandardHelpOptions = true)
final class Train implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "M.json",
            description = "The network; without parameters in the file they are drawn from the seed.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--resume",
            paramLabel = "C.json",
            description = "Instead of --model: a checkpoint to go on from. It holds the training's options, too.")
    private Optional<Path> resume = Optional.empty();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DATA",
            description = "A .csv or .json file, or a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                    + "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.")
    private Path data;

    @Option(names = "--test", paramLabel = "DATA", description = "A .csv or .json file to test with after every epoch.")
    private Optional<Path> test = Optional.empty();

    @Option(names = "--output", required = true, paramLabel = "OUT.json", description = "Where the trained model goes.")
    private Path output;

    @Mixin
    private TrainingOptions options = new TrainingOptions();

    @Option(
            names = "--seed",
            description =
                    "Start of the random numbers, for the order of samples and for parameters that the file does not "
                            + "have (default: the file's).")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--checkpoint",
            paramLabel = "C.json",
            description = "Where the state of the training goes after every epoch, and if a number overflows.")
    private Optional<Path> checkpoint = Optional.empty();

    @Option(
            names = "--grid-bits",
            paramLabel = "B",
            description = "Round the final parameters to multiples of 2^-B: the file compresses better.")
    private Optional<Integer> gridBits = Optional.empty();

    @Mixin
    private MachineChoice choice = new MachineChoice();

    @Spec
    private CommandSpec spec;

    private Machine machine;

    @Override
    public Integer call() {
        gridBits.ifPresent(b -> {
            if (b < 0 || b > Rounding.MAX_BITS) {
                throw new CommandFailed("--grid-bits: expected 0 to " + Rounding.MAX_BITS + ", found " + b);
            }
        });
        machine = choice.create();
        return resume.isPresent() ? resumed(resume.get()) : begun();
    }

    private int begun() {
        Path from = file.orElseThrow(() -> new CommandFailed("--model or --resume: one of them is needed"));
        Training training = options.training();
        checkGrid(training);
        Model model = start(from);
        TrainingData sets = TrainingData.read(data, test, model.network(), training);
        return run(
                started(() ->
                        Fit.start(model, training, sets.training(), machine).get()),
                sets,
                model,
                training);
    }

    private int resumed(Path from) {
        if (file.isPresent() || seed.isPresent() || !options.given().isEmpty()) {
            throw new CommandFailed("--resume: the checkpoint holds model, seed and training, give none of them");
        }
        Fit.Checkpoint c = CheckpointJson.read(from.toString(), Disk.read(from));
        checkGrid(c.training());
        TrainingData sets = TrainingData.read(data, test, c.model().network(), c.training());
        return run(started(() -> Fit.resume(c, sets.training(), machine).get()), sets, c.model(), c.training());
    }

    private void checkGrid(Training training) {
        if (gridBits.isPresent() && !training.quantiseAware().isEmpty()) {
            throw new CommandFailed("--grid-bits: the training is aware of " + training.quantiseAware()
                    + ", its weights are multiples of their scales already");
        }
    }

    /** What the data or the checkpoint have wrong is the user's to mend. */
    private static Fit started(Supplier<Fit> start) {
        try {
            return start.get();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
    }

    private int run(Fit fit, TrainingData sets, Model model, Training training) {
        Optional<Score> score = sets.test().map(t -> new Score(machine, model, training, t));
        while (!fit.done()) {
            epoch(fit, score, training);
            checkpoint.ifPresent(c -> save(fit, c));
        }
        Model trained = fit.model().get();
        fit.close();
        if (gridBits.isPresent()) {
            trained = Rounding.round(trained, gridBits.get());
            say("rounded to multiples of 2^-" + gridBits.get() + line(score, trained));
        }
        LinkedHashMap<String, String> metadata = new LinkedHashMap<>(trained.metadata());
        metadata.put("training", recipe(training, sets.training()));
        if (score.isPresent()) {
            metadata.put("accuracy", score.get().line(trained));
            score.get().close();
        }
        Disk.write(
                output,
                ModelWriter.write(new Model(trained.network(), trained.parameters(), trained.seed(), metadata)));
        say("wrote " + output);
        return ExitStatus.OK;
    }

    private void epoch(Fit fit, Optional<Score> score, Training training) {
        int epoch = fit.position().epoch();
        int runs = (fit.samples() + training.batch() - 1) / training.batch();
        Optional<Fit.EpochEnd> end = Optional.empty();
        try (ProgressBar bar = ProgressLine.bar("epoch " + (epoch + 1), runs)) {
            bar.stepTo(fit.position().sample() / training.batch());
            while (end.isEmpty()) {
                end = fit.next().get().end();
                bar.step();
            }
        } catch (Diverged e) {
            checkpoint.ifPresent(c -> save(fit, c));
            throw e;
        }
        String validation = end.get()
                .validationLoss()
                .map(v -> String.format(Locale.ROOT, ", validation loss %.4f", v))
                .orElse("");
        say(String.format(
                        Locale.ROOT, "epoch %d: loss %.4f", epoch + 1, end.get().loss())
                + validation
                + line(score, fit.model().get()));
        if (end.get().stops()) {
            say("validation has not become better for " + training.patience() + " epochs: the best weights stay");
        }
    }

    private static String line(Optional<Score> score, Model model) {
        return score.map(s -> ", " + s.line(model)).orElse("");
    }

    private void save(Fit fit, Path to) {
        Disk.write(to, CheckpointJson.write(fit.checkpoint().get()));
    }

    /** What a person needs to get the same bits again. */
    private String recipe(Training training, Dataset samples) {
        JsonWriter w = new JsonWriter();
        DeclaredJson.write(w, training);
        return w.finish().strip().replaceAll("\\s+", " ") + ", samples " + samples.size()
                + (gridBits.isPresent() ? ", rounded to multiples of 2^-" + gridBits.get() : "");
    }

    /** The file's model. Another seed than the file's replaces the parameters that are still what the file's seed gave. */
    private Model start(Path from) {
        Model read = ModelReader.read(from.toString(), Disk.read(from));
        if (seed.isEmpty()) {
            return read;
        }
        if (seed.get() < 0 || seed.get() > Model.MAX_SEED) {
            throw new CommandFailed("--seed: expected 0 to " + Model.MAX_SEED + ", found " + seed.get());
        }
        Model old = Model.initialise(read.network(), read.seed());
        Model fresh = Model.initialise(read.network(), seed.get());
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> p : read.parameters().entrySet()) {
            boolean untrained = p.getValue().equals(old.parameters().get(p.getKey()));
            parameters.put(p.getKey(), untrained ? fresh.parameters().get(p.getKey()) : p.getValue());
        }
        return new Model(read.network(), parameters, seed.get(), read.metadata());
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
