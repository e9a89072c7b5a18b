package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.format.TensorJson;
import loom.format.TensorSource;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.inspect.EngineVersion;
import loom.inspect.Receipt;
import loom.inspect.ReceiptDifference;
import loom.inspect.ReceiptJson;
import loom.inspect.TensorDigest;
import loom.machine.NumericTrap;
import loom.model.Model;
import loom.model.Tensor;
import loom.onnx.AnyModel;
import loom.run.Verification;
import loom.server.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom verify}: replays a receipt, on the reference machine unless another is named: the one that is what bits mean. */
@Command(
        name = "verify",
        description =
                "Runs again what a receipt tells of. Exit status: 0 the same bits, 1 other bits, 2 cannot be checked.",
        mixinStandardHelpOptions = true)
final class Verify implements Callable<Integer> {
    @Parameters(paramLabel = "R.json", description = "A receipt.")
    private Path file;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "The model (default: the one in the receipt, or the file it names).")
    private Optional<Path> modelFile;

    @Option(names = "--id", paramLabel = "ID", defaultValue = "", description = "Which model of a bundle.")
    private String id;

    @Mixin
    private OnnxSettings onnx = new OnnxSettings();

    @Option(
            names = "--input",
            paramLabel = "X.json",
            description = "The input (default: the one in the receipt, or the file it names).")
    private Optional<Path> inputFile;

    @Option(
            names = "--output",
            paramLabel = "Y.json",
            description = "An output file to check against the receipt, too.")
    private Optional<Path> outputFile;

    @Mixin
    private MachineChoice machine = new MachineChoice(Machines.REFERENCE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Receipt receipt = ReceiptJson.read(file.toString(), Disk.read(file));
        Model model = model(receipt);
        Tensor input = input(receipt, model);
        Optional<String> difference = replay(receipt, model, input);
        if (difference.isEmpty()) {
            difference = outputFile.flatMap(y -> compareOutput(receipt, y));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (difference.isPresent()) {
            out.println("differs: " + difference.get() + version(receipt));
        } else {
            out.println("identical: " + receipt.nodes().size() + " layer outputs"
                    + (receipt.trace().isEmpty() ? "" : ", " + receipt.trace().size() + " traced values")
                    + " and the output have the bits of machine " + receipt.machine() + version(receipt));
        }
        out.flush();
        return difference.isPresent() ? ExitStatus.DIFFERS : ExitStatus.OK;
    }

    private Optional<String> replay(Receipt receipt, Model model, Tensor input) {
        try {
            return Verification.verify(receipt, model, input, machine.create())
                    .get()
                    .map(ReceiptDifference::message);
        } catch (NumericTrap e) {
            return Optional.of("the replay ends in a " + e.getMessage());
        } catch (ShapeException e) {
            // The receipt tells of a run; this input cannot be the one.
            return Optional.of("the model does not take the input: " + e.getMessage());
        }
    }

    private Model model(Receipt receipt) {
        if (modelFile.isEmpty() && receipt.model().embedded().isPresent()) {
            return receipt.model().embedded().get();
        }
        Path path = modelFile.orElseGet(
                () -> ReceiptPaths.file(file, receipt.model().path(), "model", "--model"));
        return AnyModel.load(path.toString(), Disk.read(path), id, TensorSource.NONE, onnx.options(), Disk.beside(path))
                .model();
    }

    private Tensor input(Receipt receipt, Model model) {
        if (inputFile.isEmpty() && receipt.input().embedded().isPresent()) {
            return receipt.input().embedded().get();
        }
        Path path = inputFile.orElseGet(
                () -> ReceiptPaths.file(file, receipt.input().path(), "input", "--input"));
        return NamedTensors.read(path, model.network());
    }

    /** The replay has the receipt's output; so a file with another digest is not what was computed. */
    private static Optional<String> compareOutput(Receipt receipt, Path path) {
        Tensor y = TensorJson.read(path.toString(), Disk.read(path));
        Shape expected = receipt.output().shape();
        boolean single = receipt.batch() == 1 && y.shape().equals(expected.remove(0));
        if (!single && !y.shape().equals(expected)) {
            return Optional.of(path + " has shape " + y.shape() + ", the output " + expected);
        }
        TensorDigest found = TensorDigest.of(expected.dims(), y.values());
        TensorDigest recorded = receipt.output().digest();
        if (found.equals(recorded)) {
            return Optional.empty();
        }
        int chunk = 0;
        while (found.chunks().get(chunk).equals(recorded.chunks().get(chunk))) {
            chunk++;
        }
        return Optional.of(path + " is not the output: it differs first in chunk " + chunk + " (elements "
                + chunk * TensorDigest.CHUNK_ELEMENTS + " and up)");
    }

    private static String version(Receipt receipt) {
        return receipt.engine().equals(EngineVersion.text())
                ? ""
                : " (recorded by Loom " + receipt.engine() + ", replayed by Loom " + EngineVersion.text() + ")";
    }
}
