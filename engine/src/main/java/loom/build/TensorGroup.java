package loom.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.Door;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.model.Tensor;

/** Tensors whose names are the same up to the last dot or slash, by what comes behind it. */
record TensorGroup(String name, LinkedHashMap<String, StoredTensor> tensors) {
    /** In front of the names of a second direction, in a group of two. */
    static final String BACKWARD = "backward ";

    /** The groups of a file in the order of their names, numbers as numbers. */
    static List<TensorGroup> of(TensorFile file) {
        LinkedHashMap<String, TensorGroup> byName = new LinkedHashMap<>();
        for (Map.Entry<String, StoredTensor> e : file.tensors().entrySet()) {
            int end = Math.max(e.getKey().lastIndexOf('.'), e.getKey().lastIndexOf('/'));
            String name = end < 0 ? "" : e.getKey().substring(0, end);
            String role = e.getKey().substring(end + 1);
            if (!role.equals("num_batches_tracked")) {
                byName.computeIfAbsent(name, n -> new TensorGroup(n, new LinkedHashMap<>()))
                        .tensors()
                        .put(role, e.getValue());
            }
        }
        joinDirections(byName);
        List<TensorGroup> groups = new ArrayList<>(byName.values());
        groups.sort((a, b) -> NaturalOrder.compare(a.name(), b.name()));
        return groups;
    }

    /** What Keras calls {@code forward_lstm} and {@code backward_lstm} is one layer. */
    private static void joinDirections(LinkedHashMap<String, TensorGroup> byName) {
        for (String name : List.copyOf(byName.keySet())) {
            TensorGroup forward = byName.get(name.replace("backward_", "forward_"));
            if (name.contains("backward_") && forward != null && RecurrentTensors.are(forward)) {
                byName.remove(name)
                        .tensors()
                        .forEach((role, t) -> forward.tensors().put(BACKWARD + role, t));
            }
        }
    }

    Optional<StoredTensor> weight() {
        for (String role : List.of("weight", "kernel", "gamma", "scale", "embedding")) {
            if (tensors.containsKey(role)) {
                return Optional.of(tensors.get(role));
            }
        }
        return Optional.empty();
    }

    Optional<StoredTensor> bias() {
        return Optional.ofNullable(tensors.getOrDefault("bias", tensors.get("beta")));
    }

    Optional<StoredTensor> running(String what) {
        return Optional.ofNullable(tensors.get("running_" + what));
    }

    /** Axes of the weights. */
    int rank() {
        return weight().map(w -> w.shape().size()).orElse(0);
    }

    boolean isEmbedding() {
        return weight().isPresent()
                && rank() == 2
                && bias().isEmpty()
                && (name.contains("emb") || tensors.containsKey("embedding"));
    }

    String shapes() {
        StringBuilder b = new StringBuilder();
        tensors.forEach((role, t) ->
                b.append(b.isEmpty() ? "" : ", ").append(role).append(' ').append(t.shapeText()));
        return b.toString();
    }

    /** A tensor as a parameter. */
    static Tensor tensor(StoredTensor t) {
        float[] values = t.floats().values();
        Door.round(values, t.name());
        return new Tensor(t.modelShape(), values);
    }
}
