package loom.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

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

    /** Numbers in domain D. */
    record Reals(float min, float max, int minCount, int maxCount) implements FieldType<List<Float>> {
        @Override
        public String expected() {
            String count = minCount == maxCount ? Integer.toString(minCount) : minCount + " to " + maxCount;
            return "a list of " + count + " numbers from " + Numbers.text(min) + " to " + Numbers.text(max);
        }

        @Override
        public boolean accepts(Object value) {
            if (!(value instanceof List<?> list) || list.size() < minCount || list.size() > maxCount) {
                return false;
            }
            Real each = new Real(min, max);
            for (Object element : list) {
                if (!each.accepts(element)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String text(List<Float> value) {
            return value.size() + " numbers";
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

    /** Several of true and false. */
    record Flags(int minCount, int maxCount) implements FieldType<List<Boolean>> {
        @Override
        public String expected() {
            return "a list of " + minCount + " to " + maxCount + " of true and false";
        }

        @Override
        public boolean accepts(Object value) {
            if (!(value instanceof List<?> list) || list.size() < minCount || list.size() > maxCount) {
                return false;
            }
            for (Object element : list) {
                if (!(element instanceof Boolean)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String text(List<Boolean> value) {
            int set = 0;
            for (boolean b : value) {
                set += b ? 1 : 0;
            }
            return set + " of " + value.size() + " true";
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

    /** Whole numbers, one an axis or the like. In files a number alone is a list of one. */
    record Wholes(int min, int max, int minCount, int maxCount) implements FieldType<Words> {
        @Override
        public String expected() {
            String range = new Whole(min, max).expected();
            String count = minCount == maxCount ? Integer.toString(minCount) : minCount + " to " + maxCount;
            return minCount == 1 && maxCount == 1 ? range : range + " for all, or a list of " + count;
        }

        @Override
        public boolean accepts(Object value) {
            if (!(value instanceof Words w) || w.size() != 1 && (w.size() < minCount || w.size() > maxCount)) {
                return false;
            }
            for (int i = 0; i < w.size(); i++) {
                if (w.get(i) < min || w.get(i) > max) {
                    return false;
                }
            }
            return true;
        }

        /** The numbers of {@code axes} axes: a single one stands for all of them. */
        static Words forAxes(String name, Words value, int axes) {
            if (value.size() == axes) {
                return value;
            }
            if (value.size() != 1) {
                throw new ShapeException(name + " has " + value.size() + " numbers for " + axes + " axes");
            }
            int[] all = new int[axes];
            Arrays.fill(all, value.get(0));
            return Words.of(all);
        }
    }

    /** One line of text for people or a name. */
    record Text() implements FieldType<String> {
        private static final int MAX_LENGTH = 200;

        @Override
        public String expected() {
            return "one line of at most " + MAX_LENGTH + " characters";
        }

        @Override
        public boolean accepts(Object value) {
            if (!(value instanceof String s) || s.length() > MAX_LENGTH) {
                return false;
            }
            for (int i = 0; i < s.length(); i++) {
                if (s.charAt(i) < ' ' || s.charAt(i) == 127) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String text(String value) {
            return "\"" + value + "\"";
        }
    }

    /** What an earlier layer gave. In files its name, or an object with {@code "from"} and {@code "shape"}. */
    record EarlierValue() implements FieldType<Earlier> {
        @Override
        public String expected() {
            return "the name of a layer that runs before, or \"" + Earlier.INPUT + "\" for the network's input";
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Earlier e
                    && !e.name().isEmpty()
                    && new Text().accepts(e.name())
                    && (e.shape().isEmpty() || new Extents().accepts(e.shape().get()));
        }
    }

    /** A value that may be missing; see {@link Field#maybe}. */
    record Maybe<T>(FieldType<T> of) implements FieldType<Optional<T>> {
        @Override
        public String expected() {
            return of.expected();
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Optional<?> o && (o.isEmpty() || of.accepts(o.get()));
        }

        @Override
        public String text(Optional<T> value) {
            return value.map(of::text).orElse("none");
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

    /** A nested layer; its {@link Layer.Child#name} is the field's. */
    record OneLayer() implements FieldType<Layer> {
        @Override
        public String expected() {
            return "a layer";
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof Layer;
        }

        @Override
        public String text(Layer value) {
            return value.fields().text();
        }
    }

    /** Nested layers; their {@link Layer.Child#name} is their number. */
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

    /** Operators of an ONNX file. */
    record Operators() implements FieldType<OnnxGraph> {
        @Override
        public String expected() {
            return "an object with \"opset\", \"inputs\", \"outputs\" and \"nodes\"";
        }

        @Override
        public boolean accepts(Object value) {
            return value instanceof OnnxGraph;
        }

        @Override
        public String text(OnnxGraph value) {
            return value.nodes().size() + " operators of opset " + value.opset();
        }
    }
}
