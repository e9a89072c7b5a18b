package loom.format;

import java.util.Optional;
import loom.graph.Shape;
import loom.numeric.DType;

/** Where a model file finds weights that it only names. */
public interface TensorSource {
    /** Of a model file that stands alone. */
    TensorSource NONE = name -> Optional.empty();

    /** A tensor of a file. */
    interface Stored {
        DType type();

        /** The shape as one of a machine: extents from 1 on. */
        Shape modelShape();

        /** The values as they are stored. */
        byte[] content();

        /** The values, but for what f32 cannot hold. */
        DType.Widened floats();
    }

    Optional<? extends Stored> find(String name);

    /**
     * Whether its tensors can be read for as long as the model is there. Then the model does not hold their values ({@link loom.model.Tensor#kept}): they are
     * read once to be checked, and again by whoever needs them.
     */
    default boolean stays() {
        return false;
    }
}
