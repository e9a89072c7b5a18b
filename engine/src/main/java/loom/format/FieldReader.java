package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.ModelException.Code;
import loom.graph.ShapeException;
import loom.model.Declaration;
import loom.model.Declared;
import loom.model.Field;
import loom.model.FieldException;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Layer;
import loom.model.Registry;

/** Reads declared things: the keys, types, ranges and defaults are those of their {@link Declaration}. */
final class FieldReader {
    private static final String TYPE = "type";

    private FieldReader() {}

    /** A layer, where it stands in the file, and the layers inside it in the order of their fields. */
    record LayerAt(Layer layer, Cursor at, List<LayerAt> children) {}

    /** Reads a layer. {@code label} is what its place is called without its type, as in {@code cell 0,1 layer 2}. */
    static LayerAt layer(Cursor c, String label, String parametersKey) {
        Cursor here = c.in(label);
        Cursor type = here.member(TYPE);
        Declaration<? extends Layer> d = find(Layer.Types.ALL, type);
        here = here.in(label + " " + d.name());
        List<LayerAt> children = new ArrayList<>();
        Layer layer = make(d, here, List.of(TYPE, parametersKey), children, parametersKey);
        return new LayerAt(layer, here, children);
    }

    private static <V extends Declared> Declaration<? extends V> find(Registry<V> registry, Cursor name) {
        Optional<Declaration<? extends V>> d = registry.find(name.string());
        if (d.isEmpty()) {
            throw name.error(Code.VALUE, Names.unknown(registry.what(), name.string(), registry.names()), "");
        }
        return d.get();
    }

    private static <V extends Declared> V make(
            Declaration<V> d, Cursor c, List<String> otherKeys, List<LayerAt> children, String parametersKey) {
        List<String> known = new ArrayList<>(otherKeys);
        for (Field<?, ?> f : d.fields()) {
            known.add(f.name());
        }
        c.allow(known);
        LinkedHashMap<Field<?, ?>, Object> values = new LinkedHashMap<>();
        for (Field<?, ?> f : d.fields()) {
            Optional<Cursor> at = c.optional(f.name());
            if (at.isPresent()) {
                values.put(f, value(f.type(), at.get(), children, parametersKey));
            } else if (f.defaultValue().isEmpty()) {
                throw c.error(
                        Code.KEY,
                        "missing key \"" + f.name() + "\" (" + f.doc() + "), expected "
                                + f.type().expected(),
                        "");
            }
        }
        try {
            return d.make(FieldValues.of(d, values));
        } catch (FieldException | ShapeException e) {
            throw c.error(Code.VALUE, e.getMessage(), "");
        }
    }

    private static Object value(FieldType<?> type, Cursor c, List<LayerAt> children, String parametersKey) {
        return switch (type) {
            case FieldType.Whole w -> c.whole(w.min(), w.max());
            case FieldType.Real r -> real(r, c);
            case FieldType.Flag f -> c.flag();
            case FieldType.Extents e -> extents(e, c);
            case FieldType.Variant<?> v -> variant(v.registry(), c);
            case FieldType.Layers l -> layers(c, children, parametersKey);
        };
    }

    private static float real(FieldType.Real r, Cursor c) {
        float v = c.real();
        Door.round(new float[] {v}, c.file(), c.path(), c.layer());
        if (!r.accepts(v)) {
            throw c.expected(r.expected());
        }
        return v;
    }

    private static Object extents(FieldType.Extents type, Cursor c) {
        Object shape = c.shape();
        if (!type.accepts(shape)) {
            throw c.expected(type.expected());
        }
        return shape;
    }

    /** A name, or an object with {@code "type"} and fields. */
    static <V extends Declared> V variant(Registry<V> registry, Cursor c) {
        if (c.isString()) {
            Declaration<? extends V> d = find(registry, c);
            for (Field<?, ?> f : d.fields()) {
                if (f.defaultValue().isEmpty()) {
                    throw c.expected("an object {\"type\": \"" + d.name() + "\", \"" + f.name() + "\": ...}");
                }
            }
            return d.make(FieldValues.of(d, new LinkedHashMap<>()));
        }
        if (!c.isObject()) {
            throw c.expected("the name of a known " + registry.what() + " or an object with \"type\"");
        }
        return make(find(registry, c.member(TYPE)), c, List.of(TYPE), new ArrayList<>(), "");
    }

    private static List<Layer> layers(Cursor c, List<LayerAt> children, String parametersKey) {
        List<Layer> layers = new ArrayList<>();
        for (Cursor e : c.elements()) {
            LayerAt child = layer(e, c.layer() + ", layer " + layers.size(), parametersKey);
            children.add(child);
            layers.add(child.layer());
        }
        return layers;
    }
}
