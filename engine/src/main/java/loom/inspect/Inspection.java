package loom.inspect;

import java.util.Map;
import loom.format.JsonWriter;
import loom.graph.Graph;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Precision;
import loom.program.Arithmetic;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.program.Program;

/** A model for people and for programs: grid, shapes, parameters, memory, and the program it becomes. */
public final class Inspection {
    private final Model model;
    private final Program program;
    private final Blueprint blueprint;
    private final long parameters;

    private Inspection(Model model) {
        this.model = model;
        Graph graph = NetworkLowering.inference(model.network());
        this.program = Compiler.compile(graph);
        this.blueprint = Blueprint.of(model.network(), graph);
        long n = 0;
        for (ParameterSpec p : model.network().parameters().values()) {
            n += p.shape().elements(1);
        }
        this.parameters = n;
    }

    public static Inspection of(Model model) {
        return new Inspection(model);
    }

    public Model model() {
        return model;
    }

    /** What the model becomes on every machine. */
    public Program program() {
        return program;
    }

    /** What the layers cost. */
    public Blueprint blueprint() {
        return blueprint;
    }

    /** Number of trained numbers. */
    public long parameters() {
        return parameters;
    }

    /** Bytes of the program's buffers, parameters among them. */
    public long memoryBytes(int batch) {
        long elements = 0;
        for (int n : program.slotElements(batch)) {
            elements += n;
        }
        return 4 * elements;
    }

    // ---- text ----

    /** Everything, with the program's listing. */
    public String text() {
        return summary() + listing();
    }

    /** The program, one kernel a line. */
    public String listing() {
        return Disassembler.listing(program);
    }

    /** Everything but the listing. */
    public String summary() {
        StringBuilder b = new StringBuilder();
        line(
                b,
                "model",
                model.network().name().isEmpty() ? "(no name)" : model.network().name());
        line(b, "digest", ModelDigest.of(model));
        line(b, "seed", Long.toString(model.seed()));
        for (Map.Entry<String, String> e : model.metadata().entrySet()) {
            line(b, e.getKey(), e.getValue());
        }
        line(b, "input", model.network().input().toString());
        line(b, "output", model.network().output().toString());
        line(
                b,
                "grid",
                model.network().grid().rows() + " by " + model.network().grid().columns());
        for (Place p : model.network().allPlaces()) {
            String indent = "  ".repeat(1 + p.depth());
            b.append(indent).append(p.label()).append(": ").append(p.input()).append(" -> ");
            b.append(p.output()).append('\n');
            b.append(indent).append("  ").append(p.layer().fields().text());
            b.append(p.options().frozen() ? ", frozen" : "").append(p.options().disabled() ? ", disabled" : "");
            b.append(
                    p.options().precision() == Precision.F32
                            ? ""
                            : ", precision " + p.options().precision());
            b.append('\n');
            for (ParameterSpec s : p.parameters()) {
                b.append(indent)
                        .append("  ")
                        .append(p.parameterName(s))
                        .append(' ')
                        .append(s.shape());
                b.append(", ").append(s.shape().elements(1)).append(" values\n");
            }
        }
        line(b, "parameters", parameters + " values, " + 4 * parameters + " bytes");
        line(b, "memory", memoryBytes(1) + " bytes for one sample, " + memoryBytes(64) + " for 64");
        Arithmetic a = blueprint.network().arithmetic();
        line(
                b,
                "arithmetic",
                a.multiplyAdds() + " multiply-adds, " + a.elementOperations() + " other operations a sample");
        line(b, "program", Disassembler.digest(program));
        return b.toString();
    }

    static void line(StringBuilder b, String key, String value) {
        b.append(key).append(" ".repeat(Math.max(1, 12 - key.length()))).append(value);
        b.append('\n');
    }

    // ---- JSON ----

    public String json() {
        JsonWriter w = new JsonWriter();
        w.beginObject();
        w.key("name").text(model.network().name());
        w.key("digest").text(ModelDigest.of(model));
        w.key("seed").whole(model.seed());
        w.key("metadata").beginObject();
        for (Map.Entry<String, String> e : model.metadata().entrySet()) {
            w.key(e.getKey()).text(e.getValue());
        }
        w.endObject();
        w.key("input").shape(model.network().input());
        w.key("output").shape(model.network().output());
        w.key("grid").beginLine();
        w.key("rows").whole(model.network().grid().rows());
        w.key("columns").whole(model.network().grid().columns()).endObject();
        w.key("layers").beginList();
        model.network().allPlaces().forEach(p -> layer(w, p));
        w.endList();
        blueprint.writeCells(w);
        w.key("parameters").whole(parameters);
        w.key("memoryBytes").whole(memoryBytes(1));
        blueprint.network().write(w);
        w.key("program").beginObject();
        w.key("digest").text(Disassembler.digest(program));
        w.key("kernels").whole(program.kernels().size());
        w.key("listing").text(Disassembler.listing(program));
        return w.endObject().endObject().finish();
    }

    private void layer(JsonWriter w, Place p) {
        w.beginObject();
        w.key("path").text(p.path());
        w.key("label").text(p.label());
        w.key("row").whole(p.row());
        w.key("column").whole(p.column());
        w.key("depth").whole(p.depth());
        w.key("type").text(p.layer().typeName());
        w.key("text").text(p.layer().fields().text());
        w.key("name").text(p.options().name());
        w.key("frozen").flag(p.options().frozen());
        w.key("disabled").flag(p.options().disabled());
        w.key("precision").text(p.options().precision().toString());
        w.key("input").shape(p.input());
        w.key("output").shape(p.output());
        blueprint.layers().get(p.path()).write(w);
        w.key("parameters").beginList();
        for (ParameterSpec s : p.parameters()) {
            w.beginLine();
            w.key("name").text(p.parameterName(s));
            w.key("shape").shape(s.shape());
            w.key("elements").whole(s.shape().elements(1)).endObject();
        }
        w.endList().endObject();
    }
}
