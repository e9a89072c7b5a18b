package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import loom.format.LoadedModel;
import loom.format.TensorSource;
import loom.format.tensors.SafetensorsReader;
import loom.onnx.AnyModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model of a command: a file of any kind that is known. */
final class ModelFile {
    private static final String JSON = ".json";

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description =
                    "A model.json, an ONNX file, a layers-model of tfjs, or a network configuration or bundle of the Go engine.")
    private Path file;

    @Option(names = "--id", paramLabel = "ID", defaultValue = "", description = "Which model of a bundle.")
    private String id;

    @Option(
            names = "--weights",
            paramLabel = "W.safetensors",
            description = "Weights that the model only names (default: the .safetensors file of its name beside it).")
    private Optional<Path> weights = Optional.empty();

    @Mixin
    private OnnxSettings onnx = new OnnxSettings();

    Path file() {
        return file;
    }

    LoadedModel load() {
        return load(file, Disk.read(file), id, weights, onnx);
    }

    /** A file that no options of its own are for. */
    static LoadedModel load(Path file, byte[] bytes, OnnxSettings onnx) {
        return load(file, bytes, "", Optional.empty(), onnx);
    }

    private static LoadedModel load(Path file, byte[] bytes, String id, Optional<Path> weights, OnnxSettings onnx) {
        Optional<Path> given = weights.or(() -> besideModel(file));
        TensorSource source = given.isEmpty() ? TensorSource.NONE : SafetensorsReader.read(Disk.source(given.get()));
        return AnyModel.load(file.toString(), bytes, id, source, onnx.options(), Disk.beside(file));
    }

    private static Optional<Path> besideModel(Path file) {
        return weightsOf(file).filter(Files::isRegularFile);
    }

    /** Where the weights of a model.json are that does not hold them. */
    static Optional<Path> weightsOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(JSON)
                ? Optional.of(file.resolveSibling(name.substring(0, name.length() - JSON.length()) + ".safetensors"))
                : Optional.empty();
    }
}
