package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import loom.format.ModelException.Code;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.model.Declaration;
import loom.model.Declared;
import loom.model.Earlier;
import loom.model.Field;
import loom.model.FieldException;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Registry;

/** Reads declared things: the keys, types, ranges and defaults are those of their {@link Declaration}. */
final class FieldReader {
    private static final String TYPE = "type";

    private FieldReader() {}

    /** A layer, where it stands in the file, and the layers inside it in the order of their fields. */
    record LayerAt(Layer layer, Cursor at, List<LayerAt> children) {}

    /**
     * The layers that a file may name.
     *
     * @param find the declaration of the layer whose name stands there
     * @param parametersKey where a layer has its parameters
     */
    record Layers(Function<Cursor, Declaration<? extends Layer>> find, String parametersKey) {
        private static final Layers NONE = new Layers(
                name -> {
                    throw new IllegalArgumentException("no layer can stand at " + name.path());
                },
                "");
    }

    /** Reads a layer. {@code label} is what its place is called without its type, as in {@code cell 0,1 layer 2}. */
    static LayerAt layer(Cursor c, String label, Layers layers) {
        Cursor here = c.in(label);
        Cursor type = here.member(TYPE);
        Declaration<? extends Layer> d = layers.find().apply(type);
        here = here.in(label + " " + LayerOptions.NONE.label(d.name()));
        List<String> known = new ArrayList<>(List.of(TYPE, layers.parametersKey()));
        known.addAll(d.fieldNames());
        known.addAll(LayerOptions.TYPE.fieldNames());
        here.allow(known);
        List<LayerAt> children = new ArrayList<>();
        LayerOptions options = make(LayerOptions.TYPE, here, children, layers);
        here = here.in(label + " " + options.label(d.name()));
        Layer layer = options.on(make(d, here, children, layers));
        return new LayerAt(layer, here, children);
    }

    static <V extends Declared> Declaration<? extends V> find(Registry<V> registry, Cursor name) {
        Optional<Declaration<? extends V>> d = registry.find(name.string());
        if (d.isEmpty()) {
            throw name.error(Code.VALUE, Names.unknown(registry.what(), name.string(), registry.names()), "");
        }
        return d.get();
    }

    private static <V extends Declared> V make(Declaration<V> d, Cursor c, List<LayerAt> children, Layers layers) {
        LinkedHashMap<Field<?, ?>, Object> values = new LinkedHashMap<>();
        for (Field<?, ?> f : d.fields()) {
            Optional<Cursor> at = c.optional(f.name());
            if (at.isPresent()) {
                values.put(f, value(f, f.type(), at.get(), children, layers));
            } else if (f.defaultValue().isEmpty()) {
                throw c.error(
                        Code.KEY,
                        "missing key \"" + f.name() + "\" (" + f.doc() + "), expected "
                                + f.type().expected(),
                        "");
            }
        }
        return made(d, c, values);
    }

    private static <V extends Declared> V made(Declaration<V> d, Cursor c, LinkedHashMap<Field<?, ?>, Object> values) {
        try {
            return d.make(FieldValues.of(d, values));
        } catch (FieldException | ShapeException e) {
            throw c.error(Code.VALUE, e.getMessage(), "");
        }
    }

    private static Object value(Field<?, ?> field, FieldType<?> type, Cursor c, List<LayerAt> children, Layers layers) {
        return switch (type) {
            case FieldType.Whole w -> c.whole(w.min(), w.max());
            case FieldType.Wholes w -> wholes(w, c);
            case FieldType.Real r -> real(r, c);
            case FieldType.Reals r -> reals(r, c);
            case FieldType.Flag f -> c.flag();
            case FieldType.Flags f -> checked(f, c, flags(c));
            case FieldType.Text t -> checked(t, c, c.string());
            case FieldType.Extents e -> checked(e, c, c.shape());
            case FieldType.EarlierValue e -> earlier(e, c);
            case FieldType.Variant<?> v -> variant(v.registry(), c, children, layers);
            case FieldType.Maybe<?> m -> Optional.of(value(field, m.of(), c, children, layers));
            case FieldType.Operators o -> OperatorsJson.get().read(c);
            case FieldType.OneLayer l -> child(c, c.layer() + ", layer " + field.name(), children, layers);
            case FieldType.Layers l -> layers(c, children, layers);
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

    private static List<Float> reals(FieldType.Reals type, Cursor c) {
        List<Float> values = new ArrayList<>();
        for (Cursor e : c.elements()) {
            values.add(real(new FieldType.Real(type.min(), type.max()), e));
        }
        return checked(type, c, values);
    }

    private static Earlier earlier(FieldType.EarlierValue type, Cursor c) {
        if (!c.isObject()) {
            return checked(type, c, Earlier.of(c.string()));
        }
        c.allow(List.of("from", "shape"));
        return checked(
                type, c, Earlier.of(c.member("from").string(), c.member("shape").shape()));
    }

    private static Words wholes(FieldType.Wholes type, Cursor c) {
        if (!c.isList()) {
            return Words.of(c.whole(type.min(), type.max()));
        }
        List<Cursor> elements = c.elements();
        int[] values = new int[elements.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = elements.get(i).whole(type.min(), type.max());
        }
        return checked(type, c, Words.of(values));
    }

    private static List<Boolean> flags(Cursor c) {
        List<Boolean> values = new ArrayList<>();
        for (Cursor e : c.elements()) {
            values.add(e.flag());
        }
        return values;
    }

    private static <T> T checked(FieldType<T> type, Cursor c, T value) {
        if (!type.accepts(value)) {
            throw c.expected(type.expected());
        }
        return value;
    }

    /** An object with the fields of something that is not one of several. */
    static <V extends Declared> V only(Declaration<V> d, Cursor c) {
        c.allow(d.fieldNames());
        return make(d, c, new ArrayList<>(), Layers.NONE);
    }

    /** A name, an object with {@code "type"} and fields, or what stands for {@link Registry#bare}. */
    static <V extends Declared> V variant(Registry<V> registry, Cursor c) {
        return variant(registry, c, new ArrayList<>(), Layers.NONE);
    }

    /** Layers among the fields are added to {@code children}. */
    private static <V extends Declared> V variant(
            Registry<V> registry, Cursor c, List<LayerAt> children, Layers layers) {
        if (c.isString()) {
            Declaration<? extends V> d = find(registry, c);
            for (Field<?, ?> f : d.fields()) {
                if (f.defaultValue().isEmpty()) {
                    throw c.expected("an object {\"type\": \"" + d.name() + "\", \"" + f.name() + "\": ...}");
                }
            }
            return d.plain();
        }
        if (!c.isObject()) {
            return bare(
                    registry.bare()
                            .orElseThrow(() -> c.expected(
                                    "the name of a known " + registry.what() + " or an object with \"type\"")),
                    c);
        }
        Declaration<? extends V> d = find(registry, c.member(TYPE));
        List<String> known = new ArrayList<>(List.of(TYPE));
        known.addAll(d.fieldNames());
        c.allow(known);
        return make(d, c, children, layers);
    }

    private static <V extends Declared> V bare(Declaration<V> d, Cursor c) {
        Field<?, ?> only = d.fields().get(0);
        LinkedHashMap<Field<?, ?>, Object> values = new LinkedHashMap<>();
        values.put(only, value(only, only.type(), c, new ArrayList<>(), Layers.NONE));
        return made(d, c, values);
    }

    private static List<Layer> layers(Cursor c, List<LayerAt> children, Layers layers) {
        List<Layer> inside = new ArrayList<>();
        for (Cursor e : c.elements()) {
            inside.add(child(e, c.layer() + ", layer " + inside.size(), children, layers));
        }
        return inside;
    }

    private static Layer child(Cursor c, String label, List<LayerAt> children, Layers layers) {
        LayerAt child = layer(c, label, layers);
        children.add(child);
        return child.layer();
    }
}
