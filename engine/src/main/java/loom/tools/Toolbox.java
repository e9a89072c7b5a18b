package loom.tools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.analysis.Adaptation;
import loom.analysis.AnalysisException;
import loom.analysis.AnalysisJson;
import loom.analysis.Clustering;
import loom.analysis.Correlation;
import loom.analysis.Coverage;
import loom.analysis.ModelComparison;
import loom.analysis.Signature;
import loom.analysis.Silhouette;
import loom.analysis.Table;
import loom.build.Architectures;
import loom.build.Cells;
import loom.build.Graft;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.Door;
import loom.format.FloatBytes;
import loom.format.JsonWriter;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.inspect.Inspection;
import loom.inspect.KernelPlaces;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.inspect.TraceView;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.Combine;
import loom.model.Concat;
import loom.model.Model;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.numeric.Base64;
import loom.observe.Gradients;
import loom.observe.LayerOutputs;
import loom.observe.Profile;
import loom.program.Compiler;
import loom.program.Program;
import loom.run.CompiledModel;
import loom.run.ModelRunner;
import loom.train.DataCheck;
import loom.train.Dataset;
import loom.train.Description;
import loom.train.Training;

/**
 * Answers requests: {@code {"task": NAME, "sizes": [bytes of each file], ...}} and the files' bytes one after the other. Tables are f32,
 * little-endian, row-major; models and receipts are files of ours. Answers are JSON.
 */
public final class Toolbox {
    /** What errors call the request. */
    public static final String REQUEST = "request";

    private static final int MANY = 1 << 24;

    private final Cursor request;
    private final List<byte[]> files;

    private Toolbox(Cursor request, List<byte[]> files) {
        this.request = request;
        this.files = files;
    }

    /** Where models run that a request is about. */
    public interface Platform {
        /** A machine by its name, or auto. */
        Completion<Machine> machine(String name, Model model);

        /** In which machines that wait for nobody run. */
        Machine quick();

        /** Counts nanoseconds. */
        long clock();
    }

    public static Completion<String> answer(byte[] request, byte[] files, Platform platform) {
        Cursor c = Cursor.parse(REQUEST, request);
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (Cursor size : c.member("sizes").elements()) {
            int to = from + size.whole(0, files.length - from);
            parts.add(Arrays.copyOfRange(files, from, to));
            from = to;
        }
        return new Toolbox(c, parts).answer(platform);
    }

    private Completion<String> answer(Platform platform) {
        return switch (request.member("task").string()) {
            case "activations" ->
                LayerOutputs.of(platform.quick(), model(0), FloatBytes.floats(file(1)))
                        .map(LayerOutputs::json);
            case "gradients" -> gradients(platform.quick());
            case "profile" -> profile(platform);
            case "trace" -> trace(platform);
            default -> Completion.of(answer());
        };
    }

    private String answer() {
        String task = request.member("task").string();
        return switch (task) {
            case "describe" -> Description.json();
            case "correlation" ->
                AnalysisJson.write(flag("ranks") ? Correlation.spearman(table()) : Correlation.pearson(table()));
            case "clusters" -> clusters();
            case "ensemble" -> AnalysisJson.write(Coverage.of(table()));
            case "adaptation" ->
                Adaptation.of(table(), whole("window", 50)).report().json();
            case "signature" -> AnalysisJson.write(Signature.of(model(0)));
            case "inspect" -> Inspection.of(model(0)).json();
            case "kernels" -> kernels();
            case "compare" -> AnalysisJson.write(ModelComparison.of(model(0), model(1)));
            case "diff" ->
                TraceView.of(ReceiptJson.read("first", file(0)), ReceiptJson.read("second", file(1)))
                        .json();
            case "graft" -> graft();
            case "join" -> ModelWriter.write(Cells.join(model(0), model(1), seed()));
            case "split" -> split();
            case "cells" -> ModelWriter.write(Cells.spread(model(0), whole("rows", 1), whole("columns", 1)));
            case "random" -> random();
            case "compile" -> Base64.encode(CompiledModel.of(model(0), samples()));
            default -> throw request.member("task").expected("the name of a task");
        };
    }

    private int samples() {
        return request.optional("samples").map(c -> c.whole(1, MANY)).orElse(16);
    }

    private byte[] file(int i) {
        if (i >= files.size()) {
            throw request.member("sizes").expected("at least " + (i + 1) + " files");
        }
        return files.get(i);
    }

    private Model model(int i) {
        return ModelReader.load("model " + i, file(i)).model();
    }

    private boolean flag(String name) {
        return request.optional(name).map(Cursor::flag).orElse(false);
    }

    private int whole(String name, int otherwise) {
        return request.optional(name).map(c -> c.whole(0, MANY)).orElse(otherwise);
    }

    private long seed() {
        return request.optional("seed").map(c -> c.whole(0, Model.MAX_SEED)).orElse(Model.DEFAULT_SEED);
    }

    private Table table() {
        float[] values = FloatBytes.floats(file(0));
        Optional<Cursor> names = request.optional("names");
        List<String> all = new ArrayList<>();
        names.ifPresent(c -> c.elements().forEach(n -> all.add(n.string())));
        Table t = names.isPresent()
                ? new Table(all, values)
                : Table.of(request.member("columns").whole(1, MANY), values);
        Door.round(values, "table");
        return t;
    }

    private String clusters() {
        Table t = table();
        Clustering c = Clustering.of(t, request.member("clusters").whole(0, MANY), seed(), whole("starts", 10));
        return AnalysisJson.write(c, c.k() < 2 ? List.of() : List.of(Silhouette.of(t, c.clusters())));
    }

    private Completion<String> gradients(Machine machine) {
        Model model = model(0);
        Training training = DeclaredJson.read(Training.TYPE, request.member("training"));
        float[] inputs = values(1, "inputs");
        float[] targets = values(2, "targets");
        Optional<float[]> weights = files.size() > 3 ? Optional.of(values(3, "weights")) : Optional.empty();
        Network network = model.network();
        Dataset samples;
        try {
            samples = Dataset.of(network, training, inputs, targets, flag("labels"), weights);
            new DataCheck(network, training).check(samples);
        } catch (IllegalArgumentException e) {
            throw new AnalysisException(e.getMessage());
        }
        return Gradients.of(machine, model, training, samples).map(Gradients::json);
    }

    private float[] values(int file, String name) {
        float[] values = FloatBytes.floats(file(file));
        Door.round(values, name);
        return values;
    }

    private Completion<String> profile(Platform platform) {
        Model model = model(0);
        float[] inputs = FloatBytes.floats(file(1));
        return machine(platform, model)
                .then(machine -> Profile.of(machine, model, platform::clock, inputs))
                .map(Profile::json);
    }

    private Completion<Machine> machine(Platform platform, Model model) {
        return platform.machine(request.optional("machine").map(Cursor::string).orElse("auto"), model);
    }

    /** A receipt with every value of the graph. */
    private Completion<String> trace(Platform platform) {
        Model model = model(0);
        float[] inputs = values(1, "inputs");
        int samples = inputs.length / model.network().input().elements(1);
        return machine(platform, model)
                .then(machine -> ModelRunner.open(machine, model))
                .then(runner -> {
                    return runner.receipt(inputs, samples, new ReceiptOptions("", "", false, true))
                            .whenEnded(runner::close);
                })
                .map(ReceiptJson::write);
    }

    private String kernels() {
        Network network = model(0).network();
        Program program = Compiler.compile(NetworkLowering.inference(network));
        JsonWriter w = new JsonWriter().beginList();
        for (KernelPlaces.One k : KernelPlaces.of(network, program).kernels()) {
            w.beginObject().key("text").text(k.text());
            w.key("layers").beginRow();
            k.layers().forEach(w::text);
            w.endList();
            w.key("operations").beginRow();
            k.operations().forEach(w::text);
            w.endList().endObject();
        }
        return w.endList().finish();
    }

    private String graft() {
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            models.add(model(i));
        }
        Combine combine = request.optional("combine")
                .<Combine>map(c -> DeclaredJson.read(
                        Combine.Types.ALL
                                .find(c.string())
                                .orElseThrow(() -> c.expected("one of " + Combine.Types.ALL.names())),
                        Cursor.parse(REQUEST, "{}")))
                .orElse(new Concat());
        return ModelWriter.write(new Graft(whole("drop", 0), combine, whole("head", 0), seed()).of(models));
    }

    private String split() {
        JsonWriter w = new JsonWriter().beginList();
        Cells.split(model(0), request.member("at").whole(0, MANY)).forEach(m -> w.json(ModelWriter.write(m)));
        return w.endList().finish();
    }

    private String random() {
        Shape input = request.member("input").shape();
        List<Network> networks =
                Architectures.of(input, request.member("outputs").whole(0, MANY), whole("count", 5), seed());
        JsonWriter w = new JsonWriter().beginList();
        networks.forEach(n -> w.json(ModelWriter.write(Model.initialise(n, seed()))));
        return w.endList().finish();
    }
}
