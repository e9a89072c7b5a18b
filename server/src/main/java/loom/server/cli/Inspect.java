package loom.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.inspect.Inspection;
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

    @Option(names = "--json", description = "The same as JSON, with the program.")
    private boolean json;

    @Option(names = "--program", description = "Also list the program, one kernel a line.")
    private boolean program;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LoadedModel loaded = model.load();
        Output.print(spec, json ? json(loaded) : text(loaded));
        return ExitStatus.OK;
    }

    private String text(LoadedModel loaded) {
        Inspection inspection = Inspection.of(loaded.model());
        return found(model.file(), loaded) + (program ? inspection.text() : inspection.summary());
    }

    /** What kind of file it was, and what happened on the way in. */
    static String found(Path file, LoadedModel loaded) {
        StringBuilder b = new StringBuilder();
        b.append("file        ")
                .append(file)
                .append(", ")
                .append(loaded.format().label());
        b.append('\n');
        if (loaded.door().changed() > 0) {
            b.append("rounded     ").append(loaded.door().changed()).append(" of ");
            b.append(loaded.door().elements()).append(" values in the file\n");
        }
        loaded.storage()
                .forEach((name, s) -> b.append("stored      ")
                        .append(name)
                        .append(" as ")
                        .append(s.type())
                        .append(", ")
                        .append(s.bytes())
                        .append(" bytes\n"));
        loaded.notes().forEach(note -> b.append("note        ").append(note).append('\n'));
        return b.toString();
    }

    private String json(LoadedModel loaded) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("file").text(model.file().toString());
        w.key("format").text(loaded.format().label());
        w.key("rounded").whole(loaded.door().changed());
        w.key("notes").beginList();
        loaded.notes().forEach(w::text);
        w.endList();
        w.key("storage").beginList();
        loaded.storage().forEach((name, s) -> {
            w.beginLine().key("name").text(name);
            w.key("dtype").text(s.type()).key("bytes").whole(s.bytes()).endObject();
        });
        w.endList();
        w.key("model").json(Inspection.of(loaded.model()).json());
        return w.endObject().finish();
    }
}
