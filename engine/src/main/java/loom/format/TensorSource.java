package loom.format;

import java.util.Optional;
import loom.model.Tensor;

/** Where a model file finds weights that it only names. */
public interface TensorSource {
    /** Of a model file that stands alone. */
    TensorSource NONE = name -> Optional.empty();

    /**
     * A tensor as it was stored, but for what f32 cannot hold.
     *
     * @param rounded how many values f32 cannot hold
     */
    record Found(Tensor tensor, long rounded) {}

    Optional<Found> find(String name);
}
