package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import loom.graph.Words;
import loom.model.OnnxGraph;

/**
 * An operator and what it reads and writes, by name; an operand that is left out has the name "".
 *
 * @param type as in {@code Conv}
 */
public record OnnxNode(String type, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    /** Those of the values that its type has; the others are empty. Real ones that are whole are both. */
    public record Attribute(float real, long whole, String text, List<Float> reals, List<Long> wholes) {
        private static Attribute of(OnnxGraph.Attribute a) {
            List<Float> reals = new ArrayList<>();
            List<Long> wholes = new ArrayList<>();
            String text = "";
            switch (a) {
                case OnnxGraph.Wholes w -> {
                    for (int v : w.values().toArray()) {
                        wholes.add((long) v);
                        reals.add((float) v);
                    }
                }
                case OnnxGraph.Reals r -> {
                    for (int bits : r.bits().toArray()) {
                        reals.add(Float.intBitsToFloat(bits));
                    }
                }
                case OnnxGraph.Texts t ->
                    text = t.values().isEmpty() ? "" : t.values().get(0);
            }
            return new Attribute(
                    reals.isEmpty() ? 0 : reals.get(0), wholes.isEmpty() ? 0 : wholes.get(0), text, reals, wholes);
        }
    }

    static OnnxNode of(OnnxFile.Node node) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        node.attributes().forEach((name, a) -> {
            if (a instanceof OnnxFile.Attribute.Plain p) {
                attributes.put(name, Attribute.of(p.value()));
            }
        });
        return new OnnxNode(node.op(), node.inputs(), node.outputs(), attributes);
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
