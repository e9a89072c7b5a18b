package loom.model;

import java.util.List;
import loom.graph.Shape;

/** Type and range of a field. Readers, writers and forms switch over these; a new one makes the compiler list them. */
public sealed interface FieldType<T> {
    /** As in {@code expected a whole number from 1 to 1048576}. */
    String expected();

    boolean accepts(Object value);

    /** The value for a message. */
    default String text(T value) {
        return value.toString();
    }

    record Whole(int min, int max) implements FieldType<Integer> {
        @Override
        public String expected() {
            return "a whole number from " + min + " to " + max;
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Integer i && i >= min && i <= max;
        }
    }

    record Real(float min, float max) implements FieldType<Float> {
        @Override
        public String expected() {
            return "a number from " + Numbers.text(min) + " to " + Numbers.text(max);
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Float f && f >= min && f <= max;
        }

        @Override
        public String text(Float value) {
            return Numbers.text(value);
        }
    }

    record Flag() implements FieldType<Boolean> {
        @Override
        public String expected() {
            return "true or false";
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Boolean;
        }
    }

    /** Extents of one sample, without the batch. */
    record Extents() implements FieldType<Shape> {
        @Override
        public String expected() {
            return "a list of 1 to " + (Shape.MAX_RANK - 1) + " extents";
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Shape s && !s.isBatched() && s.rank() >= 1 && s.rank() < Shape.MAX_RANK;
        }
    }

    /** One of several declared things: its name, or an object with {@code "type"} and its fields. */
    record Variant<V extends Declared>(Registry<V> registry) implements FieldType<V> {
        @Override
        public String expected() {
            return "one of " + String.join(", ", registry.names());
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Declared d
                    && registry.declarations().contains(d.fields().declaration());
        }

        @Override
        public String text(V value) {
            return value.fields().text();
        }
    }

    /** Nested layers. */
    record Layers() implements FieldType<List<Layer>> {
        @Override
        public String expected() {
            return "a list of layers";
        }

        @Override
        public String text(List<Layer> value) {
            return value.size() + " layers";
        }

        @Override
        public boolean accepts(Object value) {
            if (!(value instanceof List<?> list)) {
                return false;
            }
            for (Object element : list) {
                if (!(element instanceof Layer)) {
                    return false;
                }
            }
            return true;
        }
    }
}
