package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelReader;
import loom.format.TensorSource;
import loom.format.tensors.SafetensorsReader;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a command: a file of our format or of the Go engine. */
final class ModelFile {
    private static final String JSON = ".json";

    @Parameters(
            paramLabel = "MODEL",
            description = "A model.json, or a network configuration or bundle of the Go engine.")
    private Path file;

    @Option(names = "--id", paramLabel = "ID", defaultValue = "", description = "Which model of a bundle.")
    private String id;

    @Option(
            names = "--weights",
            paramLabel = "W.safetensors",
            description = "Weights that the model only names (default: the .safetensors file of its name beside it).")
    private Optional<Path> weights;

    Path file() {
        return file;
    }

    LoadedModel load() {
        return ModelReader.load(Cursor.parse(file.toString(), Disk.read(file)), id, weights());
    }

    private TensorSource weights() {
        Optional<Path> given = weights.or(this::besideModel);
        return given.isEmpty() ? TensorSource.NONE : SafetensorsReader.read(Disk.source(given.get()));
    }

    private Optional<Path> besideModel() {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(JSON)) {
            return Optional.empty();
        }
        Path beside = file.resolveSibling(name.substring(0, name.length() - JSON.length()) + ".safetensors");
        return Optional.of(beside).filter(Files::isRegularFile);
    }
}
