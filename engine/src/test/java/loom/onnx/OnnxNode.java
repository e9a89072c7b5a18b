package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import loom.graph.Words;
import loom.onnx.ProtobufReader.Field;

/**
 * An operator and what it reads and writes, by name; an operand that is left out has the name "".
 *
 * @param type as in {@code Conv}
 */
public record OnnxNode(String type, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    /** Those of the values that its type has; the others are empty. */
    public record Attribute(float real, long whole, String text, List<Float> reals, List<Long> wholes) {
        private static Attribute read(List<Field> message) {
            float real = 0;
            long whole = 0;
            String text = "";
            List<Float> reals = new ArrayList<>();
            List<Long> wholes = new ArrayList<>();
            for (Field f : message) {
                switch (f.number()) {
                    case 2 -> real = f.real();
                    case 3 -> whole = f.bits();
                    case 4 -> text = f.text();
                    case 7 -> reals.addAll(ProtobufReader.reals(f));
                    case 8 -> wholes.addAll(ProtobufReader.varints(f));
                    default -> {} // its name, type and documentation; tensors and graphs, which no case here needs
                }
            }
            return new Attribute(real, whole, text, reals, wholes);
        }
    }

    /** Reads a {@code NodeProto}. */
    static OnnxNode read(List<Field> message) {
        String type = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (Field f : message) {
            switch (f.number()) {
                case 1 -> inputs.add(f.text());
                case 2 -> outputs.add(f.text());
                case 4 -> type = f.text();
                case 5 -> {
                    List<Field> attribute = f.message();
                    attributes.put(ProtobufReader.text(attribute, 1), Attribute.read(attribute));
                }
                default -> {} // name, domain, documentation
            }
        }
        return new OnnxNode(type, inputs, outputs, attributes);
    }

    public int whole(String name, int missing) {
        return attribute(name).map(a -> Math.toIntExact(a.whole())).orElse(missing);
    }

    public float real(String name, float missing) {
        return attribute(name).map(Attribute::real).orElse(missing);
    }

    public String text(String name, String missing) {
        return attribute(name).map(Attribute::text).orElse(missing);
    }

    /** Numbers of a list; of a missing one {@code count} times {@code missing}. */
    public Words wholes(String name, int count, int missing) {
        int[] values = new int[count];
        java.util.Arrays.fill(values, missing);
        return attribute(name)
                .map(a ->
                        Words.of(a.wholes().stream().mapToInt(Math::toIntExact).toArray()))
                .orElse(Words.of(values));
    }

    public boolean has(String name) {
        return attributes.containsKey(name);
    }

    /** Refuses attributes that a test does not look at, so that none is overlooked. */
    public void onlyHas(Set<String> names) {
        for (String name : attributes.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(type + " with attribute " + name);
            }
        }
    }

    private Optional<Attribute> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }
}
