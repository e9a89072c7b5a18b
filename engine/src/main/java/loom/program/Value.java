package loom.program;

import java.util.List;
import loom.graph.Shape;

/** What lowering knows of a node's value. */
sealed interface Value {
    /** Costs no memory: repeated in every expression that uses it. */
    record Leaf(Term term) implements Value {}

    /** In a buffer; {@code shape} has extents of 1 where the node's value repeats (a broadcast not yet carried out). */
    record Stored(int buffer, Shape shape) implements Value {}

    /** Computed by its only user, inside that user's kernel. */
    record Pending(List<Kernel.Load> loads, List<Term> terms) implements Value {}
}
