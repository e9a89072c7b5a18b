package loom.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Machine;
import loom.model.Model;

/**
 * A {@link Fit} that outlives its machine. On one that can be lost it remembers a checkpoint every so many runs; when it is
 * ({@link DeviceException}), it asks for another machine, goes on from the checkpoint and repeats the runs since. They give the same bits,
 * so nobody needs to know.
 */
public final class RecoveringFit {
    /** New machines for one call; if the last of them fails too, the call does. */
    private static final int ATTEMPTS = 3;

    /** Runs of a turn that repeats. */
    private static final int REPEATED = 16;

    private final Dataset data;
    private final Supplier<Completion<Machine>> machines;
    private final int every;
    private Machine machine;
    private Fit fit;
    /** What to go on from if the machine is lost; nothing on one that cannot be. */
    private Optional<Fit.Checkpoint> last = Optional.empty();
    /** How many reports have been given since the last checkpoint. */
    private int told;

    private int recoveries;

    private RecoveringFit(Dataset data, Supplier<Completion<Machine>> machines, int every, Machine machine, Fit fit) {
        this.data = data;
        this.machines = machines;
        this.every = every;
        this.machine = machine;
        this.fit = fit;
    }

    /** {@code machines} gives a working machine, also after one was lost; {@code every} is the number of runs between checkpoints. */
    public static Completion<RecoveringFit> start(
            Model model, Training training, Dataset data, Supplier<Completion<Machine>> machines, int every) {
        return begin(data, machines, every, m -> Fit.start(model, training, data, m));
    }

    /** The same from a checkpoint on. */
    public static Completion<RecoveringFit> resume(
            Fit.Checkpoint c, Dataset data, Supplier<Completion<Machine>> machines, int every) {
        return begin(data, machines, every, m -> Fit.resume(c, data, m));
    }

    private static Completion<RecoveringFit> begin(
            Dataset data,
            Supplier<Completion<Machine>> machines,
            int every,
            Function<Machine, Completion<Fit>> beginning) {
        if (every < 1) {
            throw new IllegalArgumentException("a checkpoint every " + every + " runs");
        }
        return machines.get()
                .then(machine -> beginning.apply(machine).then(fit -> {
                    RecoveringFit r = new RecoveringFit(data, machines, every, machine, fit);
                    return r.remember(fit::checkpoint).map(done -> r);
                }));
    }

    private Completion<Boolean> remember(Supplier<Completion<Fit.Checkpoint>> checkpoint) {
        if (!machine.canBeLost()) {
            last = Optional.empty();
            return Completion.of(true);
        }
        return checkpoint.get().map(c -> {
            last = Optional.of(c);
            told = 0;
            return true;
        });
    }

    /** The training on its present machine: to look at, not to be moved. */
    public Fit fit() {
        return fit;
    }

    /** How often a machine was lost. */
    public int recoveries() {
        return recoveries;
    }

    /** The next run, see {@link Fit#next}. */
    public Completion<Fit.Report> next() {
        return guarded(ATTEMPTS, () -> fit.next()).then(report -> remembered(1, report));
    }

    /** A turn, see {@link Fit#turn}. */
    public Completion<List<Fit.Report>> turn(int most) {
        return guarded(ATTEMPTS, () -> fit.turn(most)).then(reports -> remembered(reports.size(), reports));
    }

    private <T> Completion<T> remembered(int reports, T what) {
        told += reports;
        // A checkpoint would finish a validation that is under way.
        if (told < every || fit.validating()) {
            return Completion.of(what);
        }
        return remember(this::checkpoint).map(done -> what);
    }

    /** The result, see {@link Fit#model}. */
    public Completion<Model> model() {
        return guarded(ATTEMPTS, () -> fit.model());
    }

    /** See {@link Fit#checkpoint}. */
    public Completion<Fit.Checkpoint> checkpoint() {
        return guarded(ATTEMPTS, () -> fit.checkpoint());
    }

    private <T> Completion<T> guarded(int attempts, Supplier<Completion<T>> work) {
        Completion<T> c;
        try {
            c = work.get();
        } catch (DeviceException e) {
            c = Completion.failed(e);
        }
        return c.otherwise(e -> {
            if (!(e instanceof DeviceException) || attempts == 0 || last.isEmpty()) {
                throw e;
            }
            return guarded(attempts - 1, () -> recovered().then(f -> work.get()));
        });
    }

    private Completion<Fit> recovered() {
        recoveries++;
        return machines.get()
                .then(m -> Fit.resume(last.orElseThrow(), data, m).map(f -> {
                    machine = m;
                    fit = f;
                    return f;
                }))
                .then(f -> {
                    int[] missing = {told};
                    return Completion.untilLast(() -> missing[0] == 0
                                    ? Completion.of(true)
                                    : f.turn(Math.min(missing[0], REPEATED)).map(reports -> {
                                        missing[0] -= reports.size();
                                        return false;
                                    }))
                            .map(end -> f);
                });
    }

    public void close() {
        fit.close();
    }
}
