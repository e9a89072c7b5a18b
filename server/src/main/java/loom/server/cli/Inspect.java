package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.inspect.Inspection;
import loom.inspect.ModelCard;
import loom.machine.parallel.ParallelFootprint;
import loom.machine.reference.ReferenceFootprint;
import loom.machine.wasm.WasmFootprint;
import loom.model.NetworkLowering;
import loom.program.Compiler;
import loom.program.Program;
import loom.text.TextModel;
import loom.text.Transformer;
import loom.wgsl.WebGpuFootprint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom inspect}: what a model file, or a folder with a transformer, holds and what it takes of each machine. */
@Command(
        name = "inspect",
        description =
                "Shows a model, or the folder of a transformer: grid, shapes, parameters, digests, memory on every machine, program.",
        mixinStandardHelpOptions = true)
final class Inspect implements Callable<Integer> {
    private static final List<ModelCard.Machine> MACHINES =
            List.of(ReferenceFootprint::of, ParallelFootprint::of, WasmFootprint::of, WebGpuFootprint::of);

    @Mixin
    private ModelFile model;

    @Option(names = "--json", description = "The same as JSON, with the program.")
    private boolean json;

    @Option(names = "--program", description = "Also list the program, one kernel a line.")
    private boolean program;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "How many samples, beside one, memory is told for (default ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--context",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Positions of a transformer, at most (default ${DEFAULT-VALUE}).")
    private int context;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Count.atLeast(1, "--batch", batch);
        Count.atLeast(1, "--context", context);
        Output.print(spec, Files.isDirectory(model.file()) ? folder(new ModelFolder(model.file())) : file());
        return ExitStatus.OK;
    }

    // ---- a file ----

    private String file() {
        LoadedModel loaded = model.load();
        Inspection inspection = Inspection.of(loaded.model());
        ModelCard card = card(inspection.program(), ModelCard.stored(loaded));
        return json ? json(loaded, inspection, card) : found(model.file(), loaded) + text(inspection, card);
    }

    private ModelCard card(Program runs, Map<String, ModelCard.Stored> stored) {
        return new ModelCard(runs, batch, stored, MACHINES);
    }

    private String text(Inspection inspection, ModelCard card) {
        return inspection.summary() + card.text() + (program ? inspection.listing() : "");
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
        loaded.packed()
                .forEach((name, p) -> b.append("stored      ")
                        .append(name)
                        .append(" as ")
                        .append(p.type().label())
                        .append(", ")
                        .append(p.bytes())
                        .append(" bytes\n"));
        loaded.notes().forEach(note -> b.append("note        ").append(note).append('\n'));
        return b.toString();
    }

    private String json(LoadedModel loaded, Inspection inspection, ModelCard card) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("file").text(model.file().toString());
        w.key("format").text(loaded.format().label());
        w.key("rounded").whole(loaded.door().changed());
        w.key("notes").beginList();
        loaded.notes().forEach(w::text);
        w.endList();
        w.key("storage").beginList();
        loaded.packed().forEach((name, p) -> {
            w.beginLine().key("name").text(name);
            w.key("dtype").text(p.type().label()).key("bytes").whole(p.bytes()).endObject();
        });
        w.endList();
        return end(w, inspection, card);
    }

    private static String end(JsonWriter w, Inspection inspection, ModelCard card) {
        w.key("card").beginObject();
        card.write(w);
        w.endObject();
        w.key("model").json(inspection.json());
        return w.endObject().finish();
    }

    // ---- a folder ----

    /** Machines are asked for the program of a step: that is what {@code generate} runs. */
    private String folder(ModelFolder from) {
        TextModel text = TextModel.read(from, context);
        Transformer t = text.transformer();
        Inspection inspection = Inspection.of(t.model());
        Program step = Compiler.compile(NetworkLowering.decoding(t.model().network(), 1));
        ModelCard card = card(step, ModelCard.stored(TextModel.weights(from)));
        return json
                ? json(text, inspection, card)
                : "folder      " + from.folder() + ", transformer\n"
                        + (t.door().changed() > 0
                                ? "rounded     " + t.door().changed() + " of "
                                        + t.door().elements() + " values in the files\n"
                                : "")
                        + "tokenizer   " + text.tokenizer().size() + " ids\n"
                        + text(inspection, card);
    }

    private String json(TextModel text, Inspection inspection, ModelCard card) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("file").text(model.file().toString());
        w.key("format").text("transformer");
        w.key("rounded").whole(text.transformer().door().changed());
        w.key("tokens").whole(text.tokenizer().size());
        return end(w, inspection, card);
    }
}
