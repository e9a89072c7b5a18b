package loom.server.cli;

import java.util.concurrent.Callable;
import loom.format.JsonWriter;
import loom.inspect.EngineVersion;
import loom.server.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom version}: what a report of a mistake should begin with. */
@Command(
        name = "version",
        description = "Says which engine, Java and processors these are.",
        mixinStandardHelpOptions = true)
final class About implements Callable<Integer> {
    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String java = Runtime.version().toString();
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        int processors = Runtime.getRuntime().availableProcessors();
        String machines = String.join(", ", Machines.labels());
        if (json) {
            JsonWriter w = new JsonWriter().beginObject();
            w.key("engine").text(EngineVersion.text());
            w.key("java").text(java);
            w.key("system").text(system);
            w.key("processors").whole(processors);
            w.key("machines").beginList();
            Machines.labels().forEach(w::text);
            w.endList();
            Output.print(spec, w.endObject().finish());
        } else {
            Output.print(
                    spec,
                    "loom " + EngineVersion.text() + "\nJava " + java + "\n" + system + ", " + processors
                            + " processors\nmachines: " + machines + "\n");
        }
        return ExitStatus.OK;
    }
}
