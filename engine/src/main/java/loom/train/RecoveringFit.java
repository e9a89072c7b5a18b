package loom.train;

import java.util.function.Supplier;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Machine;
import loom.model.Model;

/**
 * A {@link Fit} that outlives its machine. It remembers a checkpoint every so many runs; when a device is lost ({@link DeviceException}),
 * it asks for another machine, goes on from the checkpoint and repeats the runs since. They give the same bits, so nobody needs to know.
 */
public final class RecoveringFit {
    /** New machines for one call; if the last of them fails too, the call does. */
    private static final int ATTEMPTS = 3;

    private final Dataset data;
    private final Supplier<Completion<Machine>> machines;
    private final int every;
    private Fit fit;
    private Fit.Checkpoint last;
    private int runs;
    private int recoveries;

    private RecoveringFit(
            Dataset data, Supplier<Completion<Machine>> machines, int every, Fit fit, Fit.Checkpoint last) {
        this.data = data;
        this.machines = machines;
        this.every = every;
        this.fit = fit;
        this.last = last;
        this.runs = last.snapshot().runs();
    }

    /** {@code machines} gives a working machine, also after one was lost; {@code every} is the number of runs between checkpoints. */
    public static Completion<RecoveringFit> start(
            Model model, Training training, Dataset data, Supplier<Completion<Machine>> machines, int every) {
        if (every < 1) {
            throw new IllegalArgumentException("a checkpoint every " + every + " runs");
        }
        return machines.get()
                .then(m -> Fit.start(model, training, data, m))
                .then(fit -> fit.checkpoint().map(c -> new RecoveringFit(data, machines, every, fit, c)));
    }

    public boolean done() {
        return fit.done();
    }

    public Fit.Position position() {
        return fit.position();
    }

    /** How often a machine was lost. */
    public int recoveries() {
        return recoveries;
    }

    /** The next run, see {@link Fit#next}. */
    public Completion<Fit.Report> next() {
        return guarded(ATTEMPTS, this::run).map(report -> {
            runs++;
            return report;
        });
    }

    private Completion<Fit.Report> run() {
        return fit.next().then(report -> {
            if ((runs + 1) % every != 0) {
                return Completion.of(report);
            }
            return fit.checkpoint().map(c -> {
                last = c;
                return report;
            });
        });
    }

    /** The result, see {@link Fit#model}. */
    public Completion<Model> model() {
        return guarded(ATTEMPTS, () -> fit.model());
    }

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
        Completion<T> result = new Completion<>();
        c.whenDone(result::complete, e -> {
            if (!(e instanceof DeviceException) || attempts == 0) {
                result.fail(e);
                return;
            }
            guarded(attempts - 1, () -> recovered().then(f -> work.get())).whenDone(result::complete, result::fail);
        });
        return result;
    }

    private Completion<Fit> recovered() {
        recoveries++;
        return machines.get().then(m -> Fit.resume(last, data, m)).then(f -> {
            fit = f;
            return Completion.repeat(runs - last.snapshot().runs(), i -> f.next())
                    .map(n -> f);
        });
    }

    public void close() {
        fit.close();
    }
}
