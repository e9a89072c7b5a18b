package loom.machine.wasm;

import loom.graph.Extent;

/** A number {@code fixed + perBatch · batch}: sums of extents. */
record Linear(int fixed, int perBatch) {
    static final Linear ZERO = new Linear(0, 0);
    static final Linear ONE = new Linear(1, 0);

    static Linear of(Extent e) {
        return e.batched() ? new Linear(0, e.coefficient()) : new Linear(e.coefficient(), 0);
    }

    Linear plus(Linear o) {
        return new Linear(Math.addExact(fixed, o.fixed), Math.addExact(perBatch, o.perBatch));
    }

    Linear times(int k) {
        return new Linear(Math.multiplyExact(fixed, k), Math.multiplyExact(perBatch, k));
    }

    /** True if {@code this} is {@code o} times {@code e}. */
    boolean isProduct(Linear o, Extent e) {
        if (e.batched()) {
            return o.perBatch == 0 && fixed == 0 && perBatch == o.fixed * e.coefficient();
        }
        return equals(o.times(e.coefficient()));
    }
}
