package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;

/**
 * The one place that says what a named thing of a model file is: its name there, its fields, how to make it from their values.
 * Reader, writer, error messages, documentation and forms are derived from it.
 */
public final class Declaration<T extends Declared> {
    private final String name;
    private final String doc;
    private final List<Field<T, ?>> fields;
    private final Function<FieldValues, T> maker;

    private Declaration(String name, String doc, List<Field<T, ?>> fields, Function<FieldValues, T> maker) {
        this.name = name;
        this.doc = doc;
        this.fields = List.copyOf(fields);
        this.maker = maker;
    }

    public static <T extends Declared> Declaration<T> of(
            String name, String doc, List<Field<T, ?>> fields, Function<FieldValues, T> maker) {
        return new Declaration<>(name, doc, fields, maker);
    }

    /** Something without fields. */
    public static <T extends Declared> Declaration<T> of(String name, String doc, T value) {
        return new Declaration<>(name, doc, List.of(), fields -> value);
    }

    /** The {@code "type"} in a model file. */
    public String name() {
        return name;
    }

    /** One line for people. */
    public String doc() {
        return doc;
    }

    public List<Field<T, ?>> fields() {
        return fields;
    }

    public List<String> fieldNames() {
        List<String> names = new ArrayList<>();
        for (Field<T, ?> f : fields) {
            names.add(f.name());
        }
        return names;
    }

    /** Makes one from values of its fields; throws {@link FieldException} where they do not go together. */
    public T make(FieldValues values) {
        return maker.apply(values);
    }

    /** Makes one with the default of every field. */
    public T plain() {
        return make(FieldValues.of(this, new LinkedHashMap<>()));
    }

    /** The fields of {@code value}, as its record answers {@link Declared#fields}. */
    public FieldValues valuesOf(T value) {
        LinkedHashMap<Field<?, ?>, Object> values = new LinkedHashMap<>();
        for (Field<T, ?> f : fields) {
            values.put(f, f.get(value));
        }
        return new FieldValues(this, values);
    }

    @Override
    public String toString() {
        return name;
    }
}
