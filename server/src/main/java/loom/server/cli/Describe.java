package loom.server.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import loom.train.Description;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom describe}: what files can name. */
@Command(
        name = "describe",
        description = "Lists layers, activations, losses, optimizers, operations and so on, or says what one is.",
        mixinStandardHelpOptions = true)
final class Describe implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "A thing, as in dense, or a kind of things, as in layer (default: all names).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = "Everything as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Output.print(spec, json ? Description.json() : name.map(Describe::one).orElseGet(Description::text));
        return ExitStatus.OK;
    }

    private static String one(String name) {
        return Description.text(name)
                .orElseThrow(() ->
                        new CommandFailed("nothing is called \"" + name + "\"; describe without a name lists all"));
    }
}
