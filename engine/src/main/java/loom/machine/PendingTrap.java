package loom.machine;

/** What {@link Execution#finish} has still to say: the failure of a run. Runs after that one have no effect until it has been said. */
public final class PendingTrap {
    private RuntimeException failure;

    public boolean isThere() {
        return failure != null;
    }

    public void set(RuntimeException cause) {
        failure = cause;
    }

    /** Ends in the failure if there is one, and forgets it. */
    public Completion<Execution> finish(Execution execution) {
        if (failure == null) {
            return Completion.of(execution);
        }
        RuntimeException told = failure;
        failure = null;
        return Completion.failed(told);
    }
}
