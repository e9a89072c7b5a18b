package loom.wgsl;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * How a kernel is computed: dispatches, in order.
 *
 * @param scratch words of the scratch slot for a batch; 0 where no stage uses it
 * @param turns how often all of the stages are dispatched, one after the other, for a batch
 */
record Way(List<Stage> stages, IntUnaryOperator scratch, IntUnaryOperator turns) {
    Way {
        stages = List.copyOf(stages);
    }

    /** Stages that are dispatched once. */
    Way(List<Stage> stages, IntUnaryOperator scratch) {
        this(stages, scratch, batch -> 1);
    }

    static Way of(Stage stage) {
        return new Way(List.of(stage), batch -> 0);
    }
}
