package loom.machine;

import java.util.Collection;
import loom.machine.reference.ReferenceMachine;

/**
 * Finds the operation behind a trap. Fast machines only keep one flag; a run that trapped committed nothing, so the reference machine
 * can do it again from the same sources and say which operation was the first.
 */
public final class TrapReplay {
    private TrapReplay() {}

    /** The failure that a run of {@code failed} with this batch and these scalars ends in. Sources must be what the run read. */
    public static Completion<RuntimeException> find(Execution failed, int batch, int[] scalars) {
        return new ReferenceMachine().prepare(failed.program()).then(replay -> {
            replay.batch(batch);
            return copy(failed, replay, failed.program().sources().values()).map(r -> run(r, scalars));
        });
    }

    private static Completion<Execution> copy(Execution from, Execution to, Collection<Integer> sources) {
        Completion<Execution> done = Completion.of(to);
        for (int buffer : sources) {
            done = done.then(e -> copy(from, e, buffer));
        }
        return done;
    }

    private static Completion<Execution> copy(Execution from, Execution to, int buffer) {
        boolean isFloat = from.program().buffer(buffer).type().element().isFloat();
        return isFloat
                ? from.readFloats(buffer).map(v -> {
                    to.write(buffer, v);
                    return to;
                })
                : from.readInts(buffer).map(v -> {
                    to.write(buffer, v);
                    return to;
                });
    }

    private static RuntimeException run(Execution replay, int[] scalars) {
        replay.run(scalars);
        Completion<Execution> end = replay.finish();
        RuntimeException failure = null;
        try {
            end.get();
        } catch (NumericTrap e) {
            failure = e;
        }
        replay.close();
        return failure != null
                ? failure
                : new DeviceException("machines disagree: a run trapped that does not on the reference machine");
    }
}
