package loom.wgsl;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * How a kernel is computed: dispatches, in order.
 *
 * @param scratch words of the scratch slot for a batch; 0 where no stage uses it
 * @param turns how often all of the stages are dispatched, one after the other, for a batch
 * @param kind of a product
 */
record Way(List<Stage> stages, IntUnaryOperator scratch, IntUnaryOperator turns, Optional<ProductKind> kind) {
    Way {
        stages = List.copyOf(stages);
    }

    Way(List<Stage> stages, IntUnaryOperator scratch, IntUnaryOperator turns) {
        this(stages, scratch, turns, Optional.empty());
    }

    /** Stages that are dispatched once. */
    Way(List<Stage> stages, IntUnaryOperator scratch) {
        this(stages, scratch, batch -> 1);
    }

    Way of(ProductKind product) {
        return new Way(stages, scratch, turns, Optional.of(product));
    }

    static Way of(Stage stage) {
        return new Way(List.of(stage), batch -> 0);
    }
}
