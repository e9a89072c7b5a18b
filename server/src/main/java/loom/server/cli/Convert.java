package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import loom.format.LoadedModel;
import loom.format.ModelWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom convert}: a model of any kind as a file of our own format. */
@Command(
        name = "convert",
        description = "Reads a model of any kind, says what it found, and writes it as a model.json.",
        mixinStandardHelpOptions = true)
final class Convert implements Callable<Integer> {
    @Mixin
    private ModelFile model;

    @Parameters(index = "1", paramLabel = "OUT.json", description = "Where the model goes.")
    private Path to;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LoadedModel loaded = model.load();
        Disk.write(to, ModelWriter.write(loaded.model()));
        PrintWriter out = spec.commandLine().getOut();
        out.print(Inspect.found(model.file(), loaded));
        out.println("written     " + to);
        out.flush();
        return ExitStatus.OK;
    }
}
