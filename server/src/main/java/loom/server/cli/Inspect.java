package loom.server.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import loom.format.LoadedModel;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom inspect}: what a model file holds and what the machine would do. */
@Command(
        name = "inspect",
        description = "Shows a model: grid, shapes, parameters, memory, digests, program.",
        mixinStandardHelpOptions = true)
final class Inspect implements Callable<Integer> {
    @Mixin
    private ModelFile model;

    @Option(names = "--json", description = "The same as JSON.")
    private boolean json;

    @Option(names = "--program", description = "Also list the program, one kernel a line.")
    private boolean program;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LoadedModel loaded = model.load();
        ModelRunner runner =
                ModelRunner.open(new ReferenceMachine(), loaded.model()).get();
        ModelView view = new ModelView(model.file().toString(), loaded, runner);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? view.json(program) : view.text(program));
        out.flush();
        runner.close();
        return ExitStatus.OK;
    }
}
