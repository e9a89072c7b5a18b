package loom.program;

import loom.graph.TensorType;
import loom.graph.Words;

/** Static storage of a program. Ids are positions in {@link Program#buffers()}. */
public sealed interface Buffer {
    int id();

    TensorType type();

    /** Whether only writes and commits change it: what a machine makes of it can stay until then. */
    default boolean isConstant() {
        return switch (this) {
            case Source s -> s.role() == Role.PARAMETER;
            case Table t -> true;
            case Temporary t -> false;
            case Slice s -> false;
        };
    }

    /** What lives in a slot from outside: fed before a run or kept between runs; its slot is never shared. */
    enum Role {
        INPUT,
        PARAMETER,
        STATE
    }

    /** Named source. State starts as zeros, and does so again, if it has the batch axis, whenever the batch changes. */
    record Source(int id, Role role, String name, TensorType type, int slot) implements Buffer {}

    /** Words known when the program was compiled. */
    record Table(int id, TensorType type, Words bits, int slot) implements Buffer {}

    /** Result of a kernel. Several may share a slot, one after the other. */
    record Temporary(int id, TensorType type, int slot) implements Buffer {}

    /** Slice t of axis 0 of {@code parent}, t being the trip of the enclosing loop at {@code depth}. */
    record Slice(int id, TensorType type, int parent, int depth) implements Buffer {}
}
