package loom.server.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import loom.analysis.AnalysisJson;
import loom.analysis.ModelComparison;
import loom.inspect.ReceiptJson;
import loom.inspect.TraceView;
import loom.model.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom diff}: where two receipts part, or what two models have otherwise. */
@Command(
        name = "diff",
        description = "Compares two receipts down to the element, or two models layer by layer."
                + " Exit status: 0 no difference, 1 some, 2 cannot be compared.",
        mixinStandardHelpOptions = true)
final class Diff implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "A receipt or a model.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "Another one.")
    private Path second;

    @Mixin
    private OnnxSettings onnx = new OnnxSettings();

    @Option(
            names = "--values",
            paramLabel = "N",
            defaultValue = "10",
            description = "Of receipts with traces: how many differing values to show (default ${DEFAULT-VALUE}).")
    private int most;

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        byte[] a = Disk.read(first);
        byte[] b = Disk.read(second);
        boolean receipt = ReceiptJson.isReceipt(first.toString(), a);
        if (receipt != ReceiptJson.isReceipt(second.toString(), b)) {
            throw new CommandFailed(
                    (receipt ? second : first) + ": expected a receipt as " + (receipt ? first : second) + " is one");
        }
        return receipt ? receipts(a, b) : models(a, b);
    }

    private int receipts(byte[] a, byte[] b) {
        TraceView view = TraceView.of(ReceiptJson.read(first.toString(), a), ReceiptJson.read(second.toString(), b));
        Output.print(spec, json ? view.json() : view.text(most));
        return view.same() ? ExitStatus.OK : ExitStatus.DIFFERS;
    }

    private int models(byte[] a, byte[] b) {
        ModelComparison c = ModelComparison.of(model(first, a), model(second, b));
        Output.print(spec, json ? AnalysisJson.write(c) : text(c));
        for (ModelComparison.Change l : c.layers()) {
            if (l.kind() != ModelComparison.Kind.SAME) {
                return ExitStatus.DIFFERS;
            }
        }
        return ExitStatus.OK;
    }

    private Model model(Path file, byte[] bytes) {
        return ModelFile.load(file, bytes, onnx).model();
    }

    private static String text(ModelComparison c) {
        StringBuilder b = new StringBuilder();
        for (ModelComparison.Change l : c.layers()) {
            b.append(String.format(Locale.ROOT, "%-9s %s", l.kind().label(), l.label()));
            if (!Double.isNaN(l.cosine()) && l.kind() == ModelComparison.Kind.CHANGED) {
                b.append(String.format(
                        Locale.ROOT,
                        ": cosine %.6f, distance %.6f, largest %.6f",
                        l.cosine(),
                        l.distance(),
                        l.largest()));
            }
            l.movedTo().ifPresent(path -> b.append(", like ").append(path).append(" of the other"));
            b.append('\n');
        }
        b.append(Double.isNaN(c.cosine()) ? "" : String.format(Locale.ROOT, "cosine of all: %.6f%n", c.cosine()));
        return b.toString();
    }
}
