package loom.inspect;

import java.util.ArrayList;
import java.util.List;
import loom.format.JsonWriter;
import loom.model.Activation;
import loom.model.Combine;
import loom.model.Declaration;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.GumbelSoftmax;
import loom.model.Initialiser;
import loom.model.Interpolation;
import loom.model.KMeans;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Merge;
import loom.model.PadMode;
import loom.model.Padding;
import loom.model.PositionTable;
import loom.model.Precision;
import loom.model.Registry;
import loom.model.Rope;
import loom.model.SoftmaxKind;

/** Everything that a model file can name, from the declarations: a page for people, JSON for forms. */
public final class Catalogue {
    /** What a model file can name. */
    public static final List<Registry<?>> MODEL = List.of(
            Layer.Types.ALL,
            new Registry<>("options", List.of(LayerOptions.TYPE)),
            Precision.ALL,
            Activation.Types.ALL,
            SoftmaxKind.Types.ALL,
            Rope.Types.ALL,
            PositionTable.Types.ALL,
            GumbelSoftmax.Noise.ALL,
            Combine.Types.ALL,
            KMeans.Distance.ALL,
            KMeans.Output.ALL,
            Initialiser.Types.ALL,
            Padding.Types.ALL,
            Merge.Types.ALL,
            PadMode.Types.ALL,
            Interpolation.Types.ALL);

    private Catalogue() {}

    // ---- markdown ----

    public static String markdown() {
        StringBuilder b = new StringBuilder("# What a model file can name\n\n");
        b.append("Written from the declarations in `loom.model`; a test keeps it so.\n");
        return b.append(tables(MODEL)).toString();
    }

    /** A table for each registry. */
    public static String tables(List<Registry<?>> registries) {
        StringBuilder b = new StringBuilder();
        for (Registry<?> r : registries) {
            b.append("\n## ").append(r.what()).append("\n\n");
            b.append("| name | meaning | fields |\n| --- | --- | --- |\n");
            for (Declaration<?> d : r.declarations()) {
                b.append("| `").append(d.name()).append("` | ").append(d.doc());
                b.append(" | ");
                String separator = "";
                for (String line : fields(d)) {
                    b.append(separator).append(line);
                    separator = "<br>";
                }
                b.append(" |\n");
            }
        }
        return b.toString();
    }

    /** Every field in a line: name, default, what it is, what it takes. */
    public static List<String> fields(Declaration<?> declaration) {
        List<String> lines = new ArrayList<>();
        for (Field<?, ?> f : declaration.fields()) {
            lines.add(field(f));
        }
        return lines;
    }

    private static <T> String field(Field<?, T> f) {
        return "`" + f.name() + "`"
                + f.defaultValue().map(v -> " = " + f.type().text(v)).orElse("") + ": " + f.doc() + "; "
                + expected(f.type());
    }

    /** Choices are tables of their own. */
    private static String expected(FieldType<?> type) {
        if (type instanceof FieldType.Maybe<?> m) {
            return expected(m.of());
        }
        if (type instanceof FieldType.Variant<?> v) {
            String bare = v.registry()
                    .bare()
                    .map(d -> d.fields().get(0).type().expected() + "; or ")
                    .orElse("");
            return bare + "see " + v.registry().what();
        }
        return type.expected();
    }

    // ---- JSON ----

    /** {@code {"layer": [{"name", "doc", "fields": [{"name", "type", "doc", ...}]}], ...}}. */
    public static String json() {
        JsonWriter w = new JsonWriter().beginObject();
        write(w, MODEL);
        return w.endObject().finish();
    }

    /** A member for each registry, into an object that is open. */
    public static void write(JsonWriter w, List<Registry<?>> registries) {
        for (Registry<?> r : registries) {
            w.key(r.what()).beginList();
            for (Declaration<?> d : r.declarations()) {
                w.beginObject();
                w.key("name").text(d.name());
                w.key("doc").text(d.doc());
                w.key("fields").beginList();
                for (Field<?, ?> f : d.fields()) {
                    json(w, f);
                }
                w.endList().endObject();
            }
            w.endList();
        }
    }

    private static <T> void json(JsonWriter w, Field<?, T> f) {
        w.beginLine();
        w.key("name").text(f.name());
        type(w, f.type());
        f.defaultValue().ifPresent(v -> w.key("default").text(f.type().text(v)));
        w.key("doc").text(f.doc());
        w.endObject();
    }

    private static void type(JsonWriter w, FieldType<?> type) {
        switch (type) {
            case FieldType.Whole t ->
                w.key("type").text("whole").key("min").whole(t.min()).key("max").whole(t.max());
            case FieldType.Wholes t -> {
                w.key("type")
                        .text("wholes")
                        .key("min")
                        .whole(t.min())
                        .key("max")
                        .whole(t.max());
                w.key("minCount").whole(t.minCount()).key("maxCount").whole(t.maxCount());
            }
            case FieldType.Real t ->
                w.key("type").text("real").key("min").real(t.min()).key("max").real(t.max());
            case FieldType.Reals t -> {
                w.key("type").text("reals").key("min").real(t.min()).key("max").real(t.max());
                w.key("minCount").whole(t.minCount()).key("maxCount").whole(t.maxCount());
            }
            case FieldType.Flag t -> w.key("type").text("flag");
            case FieldType.Flags t ->
                w.key("type")
                        .text("flags")
                        .key("minCount")
                        .whole(t.minCount())
                        .key("maxCount")
                        .whole(t.maxCount());
            case FieldType.Extents t -> w.key("type").text("extents");
            case FieldType.Variant<?> t -> {
                w.key("type").text("variant").key("of").text(t.registry().what());
                t.registry().bare().ifPresent(d -> w.key("bare").text(d.name()));
            }
            case FieldType.Text t -> w.key("type").text("text");
            case FieldType.Operators t -> w.key("type").text("operators");
            case FieldType.EarlierValue t -> w.key("type").text("earlier");
            case FieldType.OneLayer t -> w.key("type").text("layer");
            case FieldType.Layers t -> w.key("type").text("layers");
            case FieldType.Maybe<?> t -> {
                type(w, t.of());
                w.key("optional").flag(true);
            }
        }
    }
}
