package loom.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.JsonWriter;
import loom.graph.Primitive;
import loom.inspect.Catalogue;
import loom.model.Declaration;
import loom.model.Registry;

/** Everything that files can name, from the declarations, and the operations that it is all made of: one source for every list of them. */
public final class Description {
    private static final String OPERATION = "operation";

    private Description() {}

    /** What a training can name. */
    public static List<Registry<?>> training() {
        return List.of(
                new Registry<>("training", List.of(Training.TYPE)),
                Loss.Types.ALL,
                Optimizer.Types.ALL,
                Credit.Types.ALL,
                Schedule.Types.ALL);
    }

    private static List<Registry<?>> all() {
        List<Registry<?>> all = new ArrayList<>(Catalogue.MODEL);
        all.addAll(training());
        return all;
    }

    /** {@code {"layer": [{"name", "doc", "fields": [...]}], ..., "operation": [{"name", "doc"}]}}. */
    public static String json() {
        JsonWriter w = new JsonWriter().beginObject();
        write(w);
        return w.endObject().finish();
    }

    /** The same, into an object that is open. */
    public static void write(JsonWriter w) {
        Catalogue.write(w, all());
        w.key(OPERATION).beginList();
        for (Primitive p : Primitive.all()) {
            w.beginLine().key("name").text(p.name()).key("doc").text(p.doc()).endObject();
        }
        w.endList();
    }

    /** Every kind of thing with the names of its things, a line each. */
    public static String text() {
        StringBuilder b = new StringBuilder();
        for (Registry<?> r : all()) {
            b.append(r.what()).append(": ").append(String.join(", ", r.names())).append('\n');
        }
        List<String> operations = new ArrayList<>();
        Primitive.all().forEach(p -> operations.add(p.name()));
        return b.append(OPERATION)
                .append(": ")
                .append(String.join(", ", operations))
                .append('\n')
                .toString();
    }

    /** All that is called so, with fields; empty if nothing is. A kind's name gives all of that kind. */
    public static Optional<String> text(String name) {
        StringBuilder b = new StringBuilder();
        for (Registry<?> r : all()) {
            for (Declaration<?> d : r.declarations()) {
                if (d.name().equals(name) || r.what().equals(name)) {
                    b.append(r.what())
                            .append(' ')
                            .append(d.name())
                            .append(": ")
                            .append(d.doc())
                            .append('\n');
                    Catalogue.fields(d).forEach(f -> b.append("  ").append(f).append('\n'));
                }
            }
        }
        for (Primitive p : Primitive.all()) {
            if (p.name().equals(name) || OPERATION.equals(name)) {
                b.append(OPERATION)
                        .append(' ')
                        .append(p.name())
                        .append(": ")
                        .append(p.doc())
                        .append('\n');
            }
        }
        return b.isEmpty() ? Optional.empty() : Optional.of(b.toString());
    }

    /** The page docs/names.md. */
    public static String markdown() {
        StringBuilder b = new StringBuilder("# What a training can name, and what everything is made of\n\n");
        b.append(
                "Written from the declarations in `loom.train` and `loom.graph`; a test keeps it so. Layers and what they name: ");
        b.append("docs/layers.md.\n");
        b.append(Catalogue.tables(training()));
        b.append("\n## operation\n\n| name | meaning |\n| --- | --- |\n");
        for (Primitive p : Primitive.all()) {
            b.append("| `").append(p.name()).append("` | ").append(p.doc()).append(" |\n");
        }
        return b.toString();
    }
}
