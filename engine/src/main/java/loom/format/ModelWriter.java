package loom.format;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.numeric.Base64;

/**
 * Writes our own format. The same model always gives the same bytes, and reading them gives the same model. Fields that have their
 * defaults are left out.
 */
public final class ModelWriter {
    private final JsonWriter w = new JsonWriter();
    private final FieldWriter fields = new FieldWriter(w, this::layer);
    private final Model model;
    private final Iterator<Place> places;
    private final Content content;

    /** What stands in the file for the values of a parameter, behind its shape. */
    private interface Content {
        void write(JsonWriter w, String name, Tensor t);
    }

    private ModelWriter(Model model, Content content) {
        this.model = model;
        this.places = model.network().allPlaces().iterator();
        this.content = content;
    }

    /** Whole numbers of int8 as bytes, all else as f32. */
    public static String write(Model model) {
        return write(model, PackedTensor.numbersOf(model));
    }

    /** The same with some parameters stored with fewer bits. */
    public static String write(Model model, Map<String, PackedTensor> packed) {
        return new ModelWriter(model, (w, name, t) -> {
                    if (packed.containsKey(name)) {
                        PackedWriter.inside(w, packed.get(name));
                    } else {
                        plain(w, name, t);
                    }
                })
                .file();
    }

    private static void plain(JsonWriter w, String name, Tensor t) {
        w.key(LoomReader.DATA).text(Base64.encode(FloatBytes.bytes(t.values())));
    }

    /** The same text with each parameter's {@code digest} in the place of its {@code data}: what identifies a model. */
    public static String outline(Model model, Function<Tensor, String> digest) {
        return new ModelWriter(model, (w, name, t) -> w.key("digest").text(digest.apply(t))).file();
    }

    /** The same text with the name of each parameter in the place of its data: for weights in a file of their own. */
    public static String withoutWeights(Model model) {
        return withoutWeights(model, new LinkedHashMap<>());
    }

    /** The same with some parameters stored with fewer bits: {@code TensorFile.of} has theirs. */
    public static String withoutWeights(Model model, Map<String, PackedTensor> packed) {
        return new ModelWriter(model, (w, name, t) -> {
                    if (packed.containsKey(name)) {
                        PackedWriter.outside(w, name, packed.get(name));
                    } else {
                        w.key(LoomReader.TENSOR).text(name);
                    }
                })
                .file();
    }

    private String file() {
        w.beginObject();
        w.key("format").text(LoomReader.FORMAT);
        w.key("version").whole(LoomReader.VERSION);
        w.key("name").text(model.network().name());
        w.key("seed").whole(model.seed());
        if (!model.metadata().isEmpty()) {
            w.key("metadata").beginObject();
            for (Map.Entry<String, String> e : model.metadata().entrySet()) {
                w.key(e.getKey()).text(e.getValue());
            }
            w.endObject();
        }
        w.key("input").beginLine().key("shape").shape(model.network().input()).endObject();
        Grid grid = model.network().grid();
        w.key("grid").beginLine();
        w.key("rows").whole(grid.rows()).key("columns").whole(grid.columns());
        w.endObject();
        w.key("cells").beginList();
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                w.beginObject();
                w.key("row").whole(row).key("column").whole(column);
                w.key("layers").beginList();
                grid.cell(row, column).layers().forEach(this::layer);
                w.endList().endObject();
            }
        }
        return w.endList().endObject().finish();
    }

    /** Layers are visited in the order of {@code allPlaces}: outer ones before those inside. */
    private void layer(Layer layer) {
        Place place = places.next();
        w.beginObject();
        w.key(FieldWriter.TYPE).text(layer.typeName());
        fields.write(place.options().fields());
        fields.write(layer.fields());
        if (!place.parameters().isEmpty()) {
            w.key(LoomReader.PARAMETERS).beginObject();
            for (ParameterSpec p : place.parameters()) {
                String name = place.parameterName(p);
                Tensor t = model.parameters().get(name);
                w.key(p.name()).beginObject();
                w.key("shape").shape(t.shape());
                content.write(w, name, t);
                w.endObject();
            }
            w.endObject();
        }
        w.endObject();
    }
}
