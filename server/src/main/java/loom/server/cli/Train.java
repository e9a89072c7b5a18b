package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.FloatText;
import loom.run.ModelRunner;
import loom.train.Accuracy;
import loom.train.Dataset;
import loom.train.Loss;
import loom.train.Optimizer;
import loom.train.Trainer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom train}: a classifier on images with labels. The same files, seed and options give the same model, to the bit. */
@Command(
        name = "train",
        description = "Trains a classifier on images and labels in IDX files (the form of MNIST).",
        mixinStandardHelpOptions = true)
final class Train implements Callable<Integer> {
    /** Samples a run when the accuracy is measured; any number gives the same bits. */
    private static final int TEST_BATCH = 500;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "M.json",
            description = "The network; without parameters in the file they are drawn from the seed.")
    private Path file;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Folder with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                    + "t10k-labels-idx1-ubyte.")
    private Path data;

    @Option(names = "--output", required = true, paramLabel = "OUT.json", description = "Where the trained model goes.")
    private Path output;

    @Option(
            names = "--loss",
            defaultValue = "cross_entropy",
            paramLabel = "LOSS",
            description = "cross_entropy or mean_squared_error (default ${DEFAULT-VALUE}).")
    private String loss;

    @Option(names = "--epochs", defaultValue = "5", description = "Passes over the data (default ${DEFAULT-VALUE}).")
    private int epochs;

    @Option(names = "--batch", defaultValue = "32", description = "Samples a step (default ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--rate", defaultValue = "0.1", description = "Learning rate (default ${DEFAULT-VALUE}).")
    private String rate;

    @Option(
            names = "--seed",
            description =
                    "Start of the random numbers, for the order of samples and for parameters that the file does not "
                            + "have (default: the file's).")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--grid-bits",
            paramLabel = "B",
            description = "Round the final parameters to multiples of 2^-B: the file compresses better.")
    private Optional<Integer> gridBits = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optimizer optimizer = new Optimizer.Sgd(rate());
        Loss kind = loss();
        atLeastOne("--epochs", epochs);
        atLeastOne("--batch", batch);
        gridBits.ifPresent(b -> {
            if (b < 0 || b > Rounding.MAX_BITS) {
                throw new CommandFailed("--grid-bits: expected 0 to " + Rounding.MAX_BITS + ", found " + b);
            }
        });
        Model model = start();
        DigitFiles files = new DigitFiles(data, model.network());
        Dataset training = files.training();
        Dataset test = files.test();
        Model trained = train(model, training, test, kind, optimizer);
        if (gridBits.isPresent()) {
            trained = Rounding.round(trained, gridBits.get());
            say("rounded to multiples of 2^-" + gridBits.get() + ": " + accuracy(trained, test));
        }
        LinkedHashMap<String, String> metadata = new LinkedHashMap<>(trained.metadata());
        metadata.put("training", recipe(training));
        metadata.put("accuracy", accuracy(trained, test));
        Disk.write(
                output,
                ModelWriter.write(new Model(trained.network(), trained.parameters(), trained.seed(), metadata)));
        say("wrote " + output);
        return ExitStatus.OK;
    }

    /** What a person needs to get the same bits again. */
    private String recipe(Dataset training) {
        return "loss " + loss + ", epochs " + epochs + ", batch " + batch + ", rate " + rate + ", samples "
                + training.size()
                + (gridBits.isPresent() ? ", rounded to multiples of 2^-" + gridBits.get() : "");
    }

    /** The file's model. Another seed than the file's replaces the parameters that are still what the file's seed gave. */
    private Model start() {
        Model read = ModelReader.read(file.toString(), Disk.read(file));
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

    private Model train(Model model, Dataset training, Dataset test, Loss kind, Optimizer optimizer) {
        Machine machine = new ReferenceMachine();
        Trainer trainer =
                Trainer.prepare(model, kind, optimizer, batch, machine).get();
        Model trained = model;
        for (int epoch = 0; epoch < epochs; epoch++) {
            double mean = epoch(trainer, training, epoch);
            trained = trainer.model().get();
            say(String.format(Locale.ROOT, "epoch %d: loss %.4f, %s", epoch + 1, mean, accuracy(trained, test)));
        }
        trainer.close();
        return trained;
    }

    /** Mean loss over the samples, each before the step that learned from it. */
    private double epoch(Trainer trainer, Dataset training, int epoch) {
        double[] sum = {0};
        int steps = (training.size() + batch - 1) / batch;
        try (ProgressBar bar = bar("epoch " + (epoch + 1), steps)) {
            trainer.epoch(training, epoch, (step, all, stepLoss) -> {
                        int samples = Math.min(batch, training.size() - step * batch);
                        sum[0] += (double) stepLoss * samples;
                        bar.step();
                    })
                    .get();
        }
        return sum[0] / training.size();
    }

    private static ProgressBar bar(String name, int steps) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .setConsumer(new ProgressLine(System.err))
                .build();
    }

    private static String accuracy(Model model, Dataset test) {
        ModelRunner runner = ModelRunner.open(new ReferenceMachine(), model).get();
        int in = test.input().elements(1);
        int classes = test.target().elements(1);
        int correct = 0;
        for (int from = 0; from < test.size(); from += TEST_BATCH) {
            int to = Math.min(test.size(), from + TEST_BATCH);
            float[] y = runner.run(Arrays.copyOfRange(test.inputs(), from * in, to * in), to - from)
                    .get();
            float[] t = Arrays.copyOfRange(test.targets(), from * classes, to * classes);
            correct += Accuracy.correct(y, t, classes);
        }
        runner.close();
        return correct + " of " + test.size() + " test samples right";
    }

    private float rate() {
        float value;
        try {
            value = FloatText.parse(rate);
        } catch (NumberFormatException e) {
            throw new CommandFailed("--rate: expected a number, found " + rate);
        }
        if (!(value > 0)) {
            throw new CommandFailed("--rate: expected a number above 0, found " + rate);
        }
        return value;
    }

    private Loss loss() {
        for (Loss l : Loss.values()) {
            if (l.name().toLowerCase(Locale.ROOT).equals(loss)) {
                return l;
            }
        }
        throw new CommandFailed("--loss: expected cross_entropy or mean_squared_error, found " + loss);
    }

    private static void atLeastOne(String option, int value) {
        if (value < 1) {
            throw new CommandFailed(option + ": expected at least 1, found " + value);
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
