package loom.program;

import java.util.List;
import loom.graph.Node;

/** What lowering knows of a node's value. */
sealed interface Value {
    /** Costs no memory: repeated in every expression that uses it. */
    record Leaf(Term term) implements Value {}

    /** In a buffer, as a whole or in part, with extents of 1 where the node's value repeats: slices and broadcasts not yet carried out. */
    record Stored(Kernel.Load load) implements Value {}

    /** Computed by its only user, inside that user's kernel, as the last of {@code nodes}. */
    record Pending(List<Kernel.Load> loads, List<Term> terms, List<Node> nodes) implements Value {}
}
