package loom.server.cli;

import java.nio.file.Path;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelReader;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a command: a file of our format or of the Go engine. */
final class ModelFile {
    @Parameters(
            paramLabel = "MODEL",
            description = "A model.json, or a network configuration or bundle of the Go engine.")
    private Path file;

    @Option(names = "--id", paramLabel = "ID", defaultValue = "", description = "Which model of a bundle.")
    private String id;

    Path file() {
        return file;
    }

    LoadedModel load() {
        return ModelReader.load(Cursor.parse(file.toString(), Disk.read(file)), id);
    }
}
