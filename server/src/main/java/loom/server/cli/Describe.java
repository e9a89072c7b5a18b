package loom.server.cli;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import loom.format.JsonWriter;
import loom.train.Description;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom describe}: what files can name, and the page API. */
@Command(
        name = "describe",
        description =
                "Lists layers, activations, losses, optimizers, operations, members of the page API and so on, or says what one is.",
        mixinStandardHelpOptions = true)
final class Describe implements Callable<Integer> {
    private static final String API = "api";

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "A thing, as in dense or Loom.load, or a kind of things, as in layer (default: all names).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = "Everything as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Output.print(spec, json ? json() : name.map(Describe::one).orElseGet(Describe::names));
        return ExitStatus.OK;
    }

    private static String json() {
        JsonWriter w = new JsonWriter().beginObject();
        Description.write(w);
        w.key(API).json(ApiMembers.read().json());
        return w.endObject().finish();
    }

    private static String names() {
        Set<String> members = new LinkedHashSet<>();
        ApiMembers.read().all().forEach(m -> members.add(m.name()));
        return Description.text() + API + ": " + String.join(", ", members) + "\n";
    }

    private static String one(String name) {
        StringBuilder b = new StringBuilder(Description.text(name).orElse(""));
        for (ApiMembers.One m : ApiMembers.read().all()) {
            if (m.name().equals(name) || name.equals(API)) {
                b.append(m);
            }
        }
        if (b.isEmpty()) {
            throw new CommandFailed("nothing is called \"" + name + "\"; describe without a name lists all");
        }
        return b.toString();
    }
}
