package loom.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** A value for every field of a {@link Declaration}. */
public final class FieldValues {
    private final Declaration<?> declaration;
    private final LinkedHashMap<Field<?, ?>, Object> values;

    FieldValues(Declaration<?> declaration, LinkedHashMap<Field<?, ?>, Object> values) {
        this.declaration = declaration;
        this.values = values;
    }

    /** Missing optional fields take their defaults; a missing required one is refused, as is a value that a field does not accept. */
    public static FieldValues of(Declaration<?> declaration, LinkedHashMap<Field<?, ?>, Object> given) {
        LinkedHashMap<Field<?, ?>, Object> all = new LinkedHashMap<>();
        for (Field<?, ?> f : declaration.fields()) {
            Optional<?> value = given.containsKey(f) ? Optional.of(given.get(f)) : f.defaultValue();
            if (value.isEmpty()) {
                throw new FieldException(
                        f.name(), "missing, expected " + f.type().expected());
            }
            if (!f.type().accepts(value.get())) {
                throw new FieldException(f.name(), "expected " + f.type().expected());
            }
            all.put(f, value.get());
        }
        return new FieldValues(declaration, all);
    }

    /** One field given, the others by their defaults. */
    static <T> FieldValues of(Declaration<?> declaration, Field<?, T> field, T value) {
        LinkedHashMap<Field<?, ?>, Object> given = new LinkedHashMap<>();
        given.put(field, value);
        return of(declaration, given);
    }

    public Declaration<?> declaration() {
        return declaration;
    }

    public List<Field<?, ?>> fields() {
        return List.copyOf(values.keySet());
    }

    @SuppressWarnings("unchecked") // values are put under a field only if its type accepts them
    public <T> T get(Field<?, T> field) {
        return (T) values.get(field);
    }

    /** The same with another value of one field. */
    public <T> FieldValues with(Field<?, T> field, T value) {
        LinkedHashMap<Field<?, ?>, Object> other = new LinkedHashMap<>(values);
        other.put(field, value);
        return of(declaration, other);
    }

    /** True if the field has its default, so that a writer may leave it out. */
    public boolean isDefault(Field<?, ?> field) {
        return field.defaultValue().isPresent() && field.defaultValue().get().equals(values.get(field));
    }

    /** For people, as in {@code dense(units=10, activation=leaky_relu(slope=0.1), bias=true)}. */
    public String text() {
        StringBuilder b = new StringBuilder(declaration.name());
        for (Field<?, ?> f : values.keySet()) {
            b.append(b.length() == declaration.name().length() ? "(" : ", ");
            b.append(f.name()).append('=').append(text(f));
        }
        return b.append(values.isEmpty() ? "" : ")").toString();
    }

    private <T> String text(Field<?, T> field) {
        return field.type().text(get(field));
    }
}
