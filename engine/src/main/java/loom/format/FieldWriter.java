package loom.format;

import java.util.Optional;
import java.util.function.Consumer;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Declared;
import loom.model.Earlier;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Layer;
import loom.model.OnnxGraph;
import loom.model.Registry;

/** Writes the fields of declared things; those that have their defaults are left out. */
final class FieldWriter {
    static final String TYPE = "type";

    private final JsonWriter w;
    private final Consumer<Layer> layers;

    /** {@code layers} writes a nested layer. */
    FieldWriter(JsonWriter w, Consumer<Layer> layers) {
        this.w = w;
        this.layers = layers;
    }

    /** Keys and values into the object that is open. */
    void write(FieldValues values) {
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
            case FieldType.Reals t -> reals((Iterable<?>) value);
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
            case FieldType.EarlierValue t -> earlier((Earlier) value);
            case FieldType.Variant<?> t -> variant(t.registry(), ((Declared) value).fields());
            case FieldType.Maybe<?> t -> value(t.of(), ((Optional<?>) value).orElseThrow());
            case FieldType.Operators t -> OperatorsJson.get().write(w, (OnnxGraph) value);
            case FieldType.OneLayer t -> layers.accept((Layer) value);
            case FieldType.Layers t -> {
                w.beginList();
                for (Object layer : (Iterable<?>) value) {
                    layers.accept((Layer) layer);
                }
                w.endList();
            }
        }
    }

    private void earlier(Earlier value) {
        if (value.shape().isEmpty()) {
            w.text(value.name());
        } else {
            w.beginLine().key("from").text(value.name());
            w.key("shape").shape(value.shape().get()).endObject();
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

    private void reals(Iterable<?> values) {
        w.beginRow();
        for (Object v : values) {
            w.real((Float) v);
        }
        w.endList();
    }

    /** The name alone, if every field has its default; of what needs no name its only field's value; on one line, unless it can hold layers. */
    private void variant(Registry<?> registry, FieldValues values) {
        if (registry.bare().isPresent() && registry.bare().get() == values.declaration()) {
            Field<?, ?> only = values.fields().get(0);
            value(only.type(), values.get(only));
            return;
        }
        String name = values.declaration().name();
        boolean plain = true;
        boolean holdsLayers = false;
        for (Field<?, ?> f : values.fields()) {
            plain &= values.isDefault(f);
            holdsLayers |= f.type() instanceof FieldType.OneLayer || f.type() instanceof FieldType.Layers;
        }
        if (plain) {
            w.text(name);
            return;
        }
        (holdsLayers ? w.beginObject() : w.beginLine()).key(TYPE).text(name);
        write(values);
        w.endObject();
    }
}
