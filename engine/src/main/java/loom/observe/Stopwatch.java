package loom.observe;

import java.util.function.LongSupplier;
import loom.machine.Completion;
import loom.machine.Execution;

/**
 * Times runs of an execution. So many runs are enqueued at once that a coarse clock can tell how long they take; the least of a few
 * rounds counts, the others were disturbed.
 */
final class Stopwatch {
    /** Clocks of browsers step by up to 0.1 ms. */
    private static final long ENOUGH_NANOSECONDS = 2_000_000;

    private static final int MOST_RUNS = 1 << 12;
    private static final int ROUNDS = 3;

    private final Execution execution;
    private final int[] scalars;
    private final LongSupplier clock;
    private final Runnable before;
    private final boolean alone;
    private int runs = 1;
    private int rounds;
    private long least = Long.MAX_VALUE;

    /** {@code before}: every run, untimed; then {@code alone}, a run at a time. */
    Stopwatch(Execution execution, int[] scalars, LongSupplier clock, Runnable before, boolean alone) {
        this.execution = execution;
        this.scalars = scalars.clone();
        this.clock = clock;
        this.before = before;
        this.alone = alone;
    }

    /** Nanoseconds of a run. The execution has run before, so that everything is in its place. */
    Completion<Long> measure() {
        return Completion.untilLast(this::round).map(last -> least);
    }

    private Completion<Boolean> round() {
        before.run();
        long start = clock.getAsLong();
        for (int i = 0; i < runs; i++) {
            execution.run(scalars);
        }
        return execution.finish().map(e -> {
            long time = clock.getAsLong() - start;
            if (!alone && time < ENOUGH_NANOSECONDS && runs < MOST_RUNS) {
                runs *= 2;
                return false;
            }
            least = Math.min(least, time / runs);
            rounds++;
            return rounds == ROUNDS;
        });
    }
}
