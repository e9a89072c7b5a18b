package loom.format.tensors;

import java.util.LinkedHashMap;
import java.util.Optional;
import loom.format.TensorSource;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.DType;

/**
 * Tensors by name, and texts about them.
 *
 * @param tensors in the order of the file
 */
public record TensorFile(LinkedHashMap<String, StoredTensor> tensors, LinkedHashMap<String, String> metadata)
        implements TensorSource {
    public TensorFile {
        tensors = new LinkedHashMap<>(tensors);
        metadata = new LinkedHashMap<>(metadata);
    }

    /** The parameters of a model by their names. */
    public static TensorFile of(Model model) {
        LinkedHashMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        model.parameters()
                .forEach((name, t) ->
                        tensors.put(name, StoredTensor.of(name, t.shape().dims(), t.values())));
        return new TensorFile(tensors, new LinkedHashMap<>());
    }

    @Override
    public Optional<Found> find(String name) {
        return Optional.ofNullable(tensors.get(name)).map(t -> {
            DType.Widened w = t.floats();
            return new Found(new Tensor(t.modelShape(), w.values()), w.rounded());
        });
    }
}
