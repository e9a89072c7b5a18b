package loom.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.inspect.ModelDigest;
import loom.inspect.TensorDigest;
import loom.model.Model;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.run.ModelRunner;

/** A model as {@code inspect} shows it, for people and for programs. */
final class ModelView {
    private final String file;
    private final LoadedModel loaded;
    private final Model model;
    private final Network network;
    private final ModelRunner runner;

    ModelView(String file, LoadedModel loaded, ModelRunner runner) {
        this.file = file;
        this.loaded = loaded;
        this.model = loaded.model();
        this.network = model.network();
        this.runner = runner;
    }

    String text(boolean program) {
        StringBuilder b = new StringBuilder();
        line(b, "file", file + " (" + loaded.format().label() + ")");
        line(b, "name", network.name());
        model.metadata().forEach((key, value) -> line(b, key, value));
        line(b, "grid", network.grid().rows() + " x " + network.grid().columns() + " cells");
        line(b, "input", network.input().toString());
        line(b, "output", network.output().toString());
        line(b, "parameters", number(elements(network.allPlaces())) + ", seed " + model.seed());
        line(
                b,
                "rounded",
                number(loaded.door().changed()) + " of " + number(loaded.door().elements()) + " values read");
        line(b, "memory", number(runner.memoryBytes()) + " bytes for one sample on the reference machine");
        line(b, "model digest", ModelDigest.of(model));
        line(b, "program", runner.program().kernels().size() + " kernels; receipts name it " + programDigest());
        loaded.notes().forEach(note -> line(b, "note", note));
        b.append('\n');
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"layer", "input", "output", "parameters"});
        for (Place p : network.allPlaces()) {
            rows.add(new String[] {
                "  ".repeat(p.depth()) + p.label(),
                p.input().toString(),
                p.output().toString(),
                parameters(p)
            });
        }
        table(b, rows);
        if (program) {
            b.append('\n').append(Disassembler.listing(runner.program()));
        }
        return b.toString();
    }

    /** Of the program that receipts are made with: it keeps every layer's output. */
    private String programDigest() {
        return Disassembler.digest(Compiler.compile(runner.graph(), Compiler.Keep.NAMED));
    }

    private static void line(StringBuilder b, String key, String value) {
        b.append(String.format(Locale.ROOT, "%-13s %s%n", key, value.replace('\n', ' ')));
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String parameters(Place place) {
        List<String> all = new ArrayList<>();
        for (ParameterSpec p : place.parameters()) {
            all.add(p.name() + " " + p.shape());
        }
        return String.join(", ", all);
    }

    private static long elements(List<Place> places) {
        long n = 0;
        for (Place place : places) {
            for (ParameterSpec p : place.parameters()) {
                n += p.shape().elements(1);
            }
        }
        return n;
    }

    private static void table(StringBuilder b, List<String[]> rows) {
        int columns = rows.get(0).length;
        int[] width = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).append(" ".repeat(width[i] - row[i].length() + 2));
            }
            b.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
    }

    String json(boolean program) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("file").text(file);
        w.key("format").text(loaded.format().label());
        w.key("name").text(network.name());
        w.key("metadata").beginObject();
        model.metadata().forEach((key, value) -> w.key(key).text(value));
        w.endObject();
        w.key("seed").whole(model.seed());
        w.key("digest").text(ModelDigest.of(model));
        w.key("grid").beginLine();
        w.key("rows").whole(network.grid().rows());
        w.key("columns").whole(network.grid().columns()).endObject();
        w.key("inputShape").shape(network.input());
        w.key("outputShape").shape(network.output());
        w.key("parameters").whole(elements(network.allPlaces()));
        w.key("rounded").whole(loaded.door().changed());
        w.key("memoryBytes").whole(runner.memoryBytes());
        w.key("notes").beginList();
        loaded.notes().forEach(w::text);
        w.endList();
        w.key("layers").beginList();
        network.allPlaces().forEach(p -> layer(w, p));
        w.endList();
        w.key("program").beginObject();
        w.key("digest").text(programDigest());
        w.key("kernels").whole(runner.program().kernels().size());
        if (program) {
            w.key("listing").beginList();
            Disassembler.listing(runner.program()).lines().forEach(w::text);
            w.endList();
        }
        return w.endObject().endObject().finish();
    }

    private void layer(JsonWriter w, Place place) {
        w.beginObject();
        w.key("name").text(place.path());
        w.key("label").text(place.label());
        w.key("type").text(place.layer().typeName());
        w.key("inputShape").shape(place.input());
        w.key("outputShape").shape(place.output());
        w.key("parameters").beginList();
        for (ParameterSpec p : place.parameters()) {
            Tensor t = model.parameters().get(place.parameterName(p));
            w.beginObject();
            w.key("name").text(p.name());
            w.key("shape").shape(p.shape());
            w.key("digest").text(TensorDigest.of(p.shape().dims(), t.values()).root());
            w.endObject();
        }
        w.endList();
        w.endObject();
    }
}
