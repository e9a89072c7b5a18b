package loom.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * A field of a declared thing: name in files, type and range, default, documentation. Fields are compared by identity.
 *
 * @param <L> what has the field
 * @param <T> type of its value
 */
public final class Field<L, T> {
    private final String name;
    private final FieldType<T> type;
    private final Optional<T> defaultValue;
    private final Function<L, T> getter;
    private final String doc;

    private Field(String name, FieldType<T> type, Optional<T> defaultValue, Function<L, T> getter, String doc) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
        this.getter = getter;
        this.doc = doc;
    }

    public static <L, T> Field<L, T> required(String name, FieldType<T> type, Function<L, T> getter, String doc) {
        return new Field<>(name, type, Optional.empty(), getter, doc);
    }

    public static <L, T> Field<L, T> optional(
            String name, FieldType<T> type, T defaultValue, Function<L, T> getter, String doc) {
        return new Field<>(name, type, Optional.of(defaultValue), getter, doc);
    }

    /** A field that may be missing and then is empty. */
    public static <L, T> Field<L, Optional<T>> maybe(
            String name, FieldType<T> type, Function<L, Optional<T>> getter, String doc) {
        return optional(name, new FieldType.Maybe<>(type), Optional.empty(), getter, doc);
    }

    public String name() {
        return name;
    }

    public FieldType<T> type() {
        return type;
    }

    /** What a missing field means; empty if it must be there. */
    public Optional<T> defaultValue() {
        return defaultValue;
    }

    public String doc() {
        return doc;
    }

    T get(L owner) {
        return getter.apply(owner);
    }

    /** For the record's constructor: refuses a value outside the declared range. */
    public void check(T value) {
        if (!type.accepts(value)) {
            throw new FieldException(name, "expected " + type.expected() + ", found " + type.text(value));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
