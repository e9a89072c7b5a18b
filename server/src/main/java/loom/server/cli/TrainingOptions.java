package loom.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.model.Declaration;
import loom.model.Declared;
import loom.model.Field;
import loom.model.FieldException;
import loom.model.Registry;
import loom.numeric.FloatText;
import loom.train.CrossEntropy;
import loom.train.Loss;
import loom.train.Optimizer;
import loom.train.Sgd;
import loom.train.Training;
import picocli.CommandLine.Option;

/** How to train: a file with everything, or a few options for what is wanted most. */
final class TrainingOptions {
    private static final int EPOCHS = 5;
    private static final int BATCH = 32;
    private static final float RATE = 0.1f;

    @Option(
            names = "--training",
            paramLabel = "T.json",
            description = "All options of the training as JSON (docs/training.md), instead of the six that follow.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--loss", paramLabel = "NAME", description = "A loss by its name (default cross_entropy).")
    private Optional<String> loss = Optional.empty();

    @Option(names = "--optimizer", paramLabel = "NAME", description = "An optimizer by its name (default sgd).")
    private Optional<String> optimizer = Optional.empty();

    @Option(names = "--epochs", description = "Passes over the data (default " + EPOCHS + ").")
    private Optional<Integer> epochs = Optional.empty();

    @Option(names = "--batch", description = "Samples a run (default " + BATCH + ").")
    private Optional<Integer> batch = Optional.empty();

    @Option(names = "--rate", description = "Learning rate (default 0.1).")
    private Optional<String> rate = Optional.empty();

    @Option(
            names = "--quantise-aware",
            paramLabel = "TYPE",
            description = "int8 or int4: layers compute with weights rounded to it while they learn.")
    private Optional<String> quantiseAware = Optional.empty();

    /** Names of the options that were given. */
    List<String> given() {
        List<String> given = new ArrayList<>();
        add(given, "--training", file);
        add(given, "--loss", loss);
        add(given, "--optimizer", optimizer);
        add(given, "--epochs", epochs);
        add(given, "--batch", batch);
        add(given, "--rate", rate);
        add(given, "--quantise-aware", quantiseAware);
        return given;
    }

    private static void add(List<String> given, String name, Optional<?> value) {
        value.ifPresent(v -> given.add(name));
    }

    Training training() {
        if (file.isPresent()) {
            if (given().size() > 1) {
                throw new CommandFailed(given().get(1) + ": " + file.get() + " says that already, give one of them");
            }
            return read(file.get());
        }
        Training training = Training.of(
                        loss(loss),
                        named("--optimizer", optimizer, Optimizer.Types.ALL, new Sgd()),
                        rate(),
                        count("--batch", batch, BATCH))
                .with(Training.EPOCHS, count("--epochs", epochs, EPOCHS));
        try {
            return quantiseAware
                    .map(q -> training.with(Training.QUANTISE_AWARE, q))
                    .orElse(training);
        } catch (FieldException e) {
            throw new CommandFailed("--quantise-aware: " + e.problem());
        }
    }

    static Training read(Path file) {
        return DeclaredJson.read(Training.TYPE, Cursor.parse(file.toString(), Disk.read(file)));
    }

    /** The loss that {@code --loss} names. */
    static Loss loss(Optional<String> name) {
        return named("--loss", name, Loss.Types.ALL, new CrossEntropy());
    }

    static <V extends Declared> V named(String option, Optional<String> name, Registry<V> registry, V otherwise) {
        if (name.isEmpty()) {
            return otherwise;
        }
        Declaration<? extends V> declaration = registry.find(name.get())
                .orElseThrow(() -> new CommandFailed(
                        option + ": expected one of " + String.join(", ", registry.names()) + ", found " + name.get()));
        for (Field<?, ?> f : declaration.fields()) {
            if (f.defaultValue().isEmpty()) {
                throw new CommandFailed(option + ": " + name.get() + " needs its " + f.name() + ": use --training");
            }
        }
        return declaration.plain();
    }

    private float rate() {
        if (rate.isEmpty()) {
            return RATE;
        }
        float value;
        try {
            value = FloatText.parse(rate.get());
        } catch (NumberFormatException e) {
            throw new CommandFailed("--rate: expected a number, found " + rate.get());
        }
        if (!(value > 0)) {
            throw new CommandFailed("--rate: expected a number above 0, found " + rate.get());
        }
        return value;
    }

    private static int count(String option, Optional<Integer> value, int otherwise) {
        value.ifPresent(v -> Count.atLeast(1, option, v));
        return value.orElse(otherwise);
    }
}
