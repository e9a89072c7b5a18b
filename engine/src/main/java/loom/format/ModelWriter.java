package loom.format;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Declared;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Registry;
import loom.model.Tensor;
import loom.numeric.Base64;

/**
 * Writes our own format. The same model always gives the same bytes, and reading them gives the same model. Fields that have their
 * defaults are left out.
 */
public final class ModelWriter {
    private static final String TYPE = "type";

    private final JsonWriter w = new JsonWriter();
    private final Model model;
    private final Iterator<Place> places;
    private final String contentKey;
    private final Function<Tensor, String> content;

    private ModelWriter(Model model, String contentKey, Function<Tensor, String> content) {
        this.model = model;
        this.places = model.network().allPlaces().iterator();
        this.contentKey = contentKey;
        this.content = content;
    }

    public static String write(Model model) {
        return new ModelWriter(model, "data", t -> Base64.encode(FloatBytes.bytes(t.values()))).file();
    }

    /** The same text with each parameter's {@code digest} in the place of its {@code data}: what identifies a model. */
    public static String outline(Model model, Function<Tensor, String> digest) {
        return new ModelWriter(model, "digest", digest).file();
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
        w.key(TYPE).text(layer.typeName());
        fields(place.options().fields());
        fields(place.layer().fields());
        if (!place.parameters().isEmpty()) {
            w.key(LoomReader.PARAMETERS).beginObject();
            for (ParameterSpec p : place.parameters()) {
                Tensor t = model.parameters().get(place.parameterName(p));
                w.key(p.name()).beginObject();
                w.key("shape").shape(t.shape());
                w.key(contentKey).text(content.apply(t));
                w.endObject();
            }
            w.endObject();
        }
        w.endObject();
    }

    private void fields(FieldValues values) {
        for (Field<?, ?> f : values.fields()) {
            if (!values.isDefault(f)) {
                w.key(f.name());
                value(f.type(), values.get(f));
            }
        }
    }

    private void value(FieldType<?> type, Object value) {
        switch (type) {
            case FieldType.Whole t -> w.whole((Integer) value);
            case FieldType.Wholes t -> wholes((Words) value);
            case FieldType.Real t -> w.real((Float) value);
            case FieldType.Flag t -> w.flag((Boolean) value);
            case FieldType.Flags t -> {
                w.beginRow();
                for (Object flag : (Iterable<?>) value) {
                    w.flag((Boolean) flag);
                }
                w.endList();
            }
            case FieldType.Text t -> w.text((String) value);
            case FieldType.Extents t -> w.shape((Shape) value);
            case FieldType.Variant<?> t -> variant(t.registry(), ((Declared) value).fields());
            case FieldType.Maybe<?> t -> value(t.of(), ((Optional<?>) value).orElseThrow());
            case FieldType.OneLayer t -> layer((Layer) value);
            case FieldType.Layers t -> {
                w.beginList();
                for (Object layer : (Iterable<?>) value) {
                    layer((Layer) layer);
                }
                w.endList();
            }
        }
    }

    private void wholes(Words values) {
        if (values.size() == 1) {
            w.whole(values.get(0));
            return;
        }
        w.beginRow();
        for (int v : values.toArray()) {
            w.whole(v);
        }
        w.endList();
    }

    /** The name alone, if every field has its default; of what needs no name its only field's value. */
    private void variant(Registry<?> registry, FieldValues values) {
        if (registry.bare().isPresent() && registry.bare().get() == values.declaration()) {
            Field<?, ?> only = values.fields().get(0);
            value(only.type(), values.get(only));
            return;
        }
        String name = values.declaration().name();
        boolean plain = true;
        for (Field<?, ?> f : values.fields()) {
            plain &= values.isDefault(f);
        }
        if (plain) {
            w.text(name);
            return;
        }
        w.beginLine().key(TYPE).text(name);
        fields(values);
        w.endObject();
    }
}
