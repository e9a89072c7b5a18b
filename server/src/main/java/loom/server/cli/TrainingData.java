package loom.server.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import loom.graph.Shape;
import loom.model.Network;
import loom.train.DataText;
import loom.train.Dataset;
import loom.train.Training;

/**
 * Data to train on and to test with.
 *
 * @param test empty if there are none
 */
record TrainingData(Dataset training, Optional<Dataset> test) {
    /** From a folder of IDX files, which holds both, or from a table or JSON file, and another one to test with. */
    static TrainingData read(Path data, Optional<Path> test, Network network, Training training) {
        if (!isTable(data)) {
            if (test.isPresent()) {
                throw new CommandFailed("--test: only for data in .csv and .json files; a folder holds its own");
            }
            DigitFiles files = new DigitFiles(data, network, training.loss());
            return new TrainingData(files.training(), Optional.of(files.test()));
        }
        return new TrainingData(table(data, network, training), test.map(t -> table(t, network, training)));
    }

    /** What a model is measured on: a table, or the test part of a folder. */
    static Dataset test(Path data, Network network, Training training) {
        return isTable(data) ? table(data, network, training) : new DigitFiles(data, network, training.loss()).test();
    }

    private static boolean isTable(Path data) {
        String name = data.toString();
        return !Files.isDirectory(data) && (name.endsWith(".csv") || name.endsWith(".tsv") || name.endsWith(".json"));
    }

    private static Dataset table(Path file, Network network, Training training) {
        String name = file.toString();
        byte[] bytes = Disk.read(file);
        Shape target = training.target(network);
        try {
            return name.endsWith(".json")
                    ? DataText.json(name, bytes)
                    : DataText.csv(name, new String(bytes, StandardCharsets.UTF_8), training.input(network), target);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
    }
}
