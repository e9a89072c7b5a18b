package loom.train;

import java.util.LinkedHashMap;
import java.util.Optional;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.machine.NumericTrap;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.FloatText;

/**
 * A whole training: epochs over data, validation, early stopping. It moves one run at a time, so that whoever drives it can show, pause,
 * save or stop between any two.
 */
public final class Fit {
    private final Model model;
    private final Training training;
    private final Dataset data;
    private final Optional<Dataset> validation;
    private final Trainer trainer;
    private final Optional<Evaluator> evaluator;
    private final String dataDigest;
    private Position position;
    private Optional<Best> best;
    private int[] order = {};
    private int ordered = -1;

    private Fit(Parts parts, Trainer trainer, Optional<Evaluator> evaluator, Position position, Optional<Best> best) {
        this.model = parts.model();
        this.training = parts.training();
        this.data = parts.data();
        this.validation = parts.validation();
        this.dataDigest = parts.digest();
        this.trainer = trainer;
        this.evaluator = evaluator;
        this.position = position;
        this.best = best;
    }

    /**
     * Where a training stands.
     *
     * @param epoch the present one, from 0; the number of epochs when all is done
     * @param sample samples of this epoch that have been learned from
     * @param lossSum of these, each before the run that learned from it
     */
    public record Position(int epoch, int sample, double lossSum) {}

    /**
     * The weights with the lowest validation loss so far.
     *
     * @param epoch after which they were taken
     */
    public record Best(int epoch, float loss, LinkedHashMap<String, Tensor> parameters) {}

    /**
     * What one run did.
     *
     * @param epoch it belongs to, from 0
     * @param step of the optimizer it belongs to, from 0
     * @param loss before it
     * @param rate learning rate of the step
     * @param end what is known if it was the epoch's last
     */
    public record Report(int epoch, int step, float loss, float rate, Optional<EpochEnd> end) {}

    /**
     * @param loss mean over the epoch's samples, each before the run that learned from it
     * @param validationLoss if a share of the data is kept for it
     * @param stops whether training ends here because validation no longer improves
     */
    public record EpochEnd(float loss, Optional<Float> validationLoss, boolean stops) {}

    /** All of a training that a file needs beside the data. */
    public record Checkpoint(
            Model model,
            Training training,
            Trainer.Snapshot snapshot,
            Position position,
            Optional<Best> best,
            String dataDigest) {}

    private record Parts(Model model, Training training, Dataset data, Optional<Dataset> validation, String digest) {
        static Parts of(Model model, Training training, Dataset all) {
            DataCheck.check(model, training, all);
            int kept = (int) (all.size() * (double) training.validation());
            if (kept == 0 && training.validation() > 0) {
                throw new IllegalArgumentException("a share of " + FloatText.print(training.validation()) + " of "
                        + all.size() + " samples is none to validate with");
            }
            int learned = all.size() - kept;
            return new Parts(
                    model,
                    training,
                    kept == 0 ? all : all.part(0, learned),
                    kept == 0 ? Optional.empty() : Optional.of(all.part(learned, all.size())),
                    DataDigest.of(all));
        }
    }

    /** A training from its beginning. */
    public static Completion<Fit> start(Model model, Training training, Dataset data, Machine machine) {
        Parts parts = Parts.of(model, training, data);
        return Trainer.prepare(model, training, machine)
                .then(trainer -> with(parts, trainer, new Position(0, 0, 0), Optional.empty(), machine));
    }

    /** A training from a checkpoint on, with the same data, on any machine. */
    public static Completion<Fit> resume(Checkpoint c, Dataset data, Machine machine) {
        Parts parts = Parts.of(c.model(), c.training(), data);
        if (!parts.digest().equals(c.dataDigest())) {
            throw new IllegalArgumentException("the checkpoint was made with other data: digest " + c.dataDigest()
                    + ", these have " + parts.digest());
        }
        return Trainer.resume(c.model(), c.training(), c.snapshot(), machine)
                .then(trainer -> with(parts, trainer, c.position(), c.best(), machine));
    }

    private static Completion<Fit> with(
            Parts parts, Trainer trainer, Position position, Optional<Best> best, Machine machine) {
        if (parts.validation().isEmpty()) {
            return Completion.of(new Fit(parts, trainer, Optional.empty(), position, best));
        }
        return Evaluator.prepare(parts.model(), parts.training(), machine)
                .map(e -> new Fit(parts, trainer, Optional.of(e), position, best));
    }

    public boolean done() {
        return position.epoch() >= training.epochs();
    }

    public Position position() {
        return position;
    }

    public Trainer trainer() {
        return trainer;
    }

    /** Samples of an epoch. */
    public int samples() {
        return data.size();
    }

    /**
     * The next run, and validation if it ends an epoch. Fails with {@link Diverged} if a number left its domain; then weights and
     * states are those before the run, and may be saved.
     */
    public Completion<Report> next() {
        if (done()) {
            throw new IllegalStateException("this training is over");
        }
        int epoch = position.epoch();
        int from = position.sample();
        int to = Math.min(data.size(), from + training.batch());
        boolean ends = to == data.size();
        int step = trainer.steps();
        float rate = trainer.rate();
        return named(trainer.run(data.pick(order(epoch), from, to), ends), epoch, step)
                .then(loss -> {
                    double sum = position.lossSum() + (double) loss * (to - from);
                    position = new Position(epoch, to, sum);
                    if (!ends) {
                        return Completion.of(new Report(epoch, step, loss, rate, Optional.empty()));
                    }
                    return end(epoch, (float) (sum / to)).map(end -> {
                        position = new Position(end.stops() ? training.epochs() : epoch + 1, 0, 0);
                        return new Report(epoch, step, loss, rate, Optional.of(end));
                    });
                });
    }

    /** A trap says in which epoch and step it happened. */
    private static Completion<Float> named(Completion<Float> run, int epoch, int step) {
        Completion<Float> result = new Completion<>();
        run.whenDone(result::complete, e -> result.fail(e instanceof NumericTrap t ? new Diverged(epoch, step, t) : e));
        return result;
    }

    private int[] order(int epoch) {
        if (ordered != epoch) {
            order = training.shuffle() ? Shuffle.order(data.size(), model.seed(), epoch) : Shuffle.inOrder(data.size());
            ordered = epoch;
        }
        return order;
    }

    private Completion<EpochEnd> end(int epoch, float loss) {
        if (validation.isEmpty()) {
            return Completion.of(new EpochEnd(loss, Optional.empty(), false));
        }
        return candidate()
                .then(m -> evaluator.orElseThrow().evaluate(m, validation.get()).map(result -> {
                    if (best.isEmpty() || result.loss() < best.get().loss()) {
                        best = Optional.of(new Best(epoch, result.loss(), m.parameters()));
                    }
                    boolean stops =
                            training.patience() > 0 && epoch - best.get().epoch() >= training.patience();
                    return new EpochEnd(loss, Optional.of(result.loss()), stops);
                }));
    }

    /** What this training would give now: the averaged weights if it keeps an average. */
    private Completion<Model> candidate() {
        return training.average().isPresent() ? trainer.averaged() : trainer.model();
    }

    /** The result: with patience the best weights so far, else the present or averaged ones. */
    public Completion<Model> model() {
        return training.patience() > 0 && best.isPresent()
                ? Completion.of(model.withParameters(best.get().parameters()))
                : candidate();
    }

    public Completion<Checkpoint> checkpoint() {
        return trainer.snapshot().map(s -> new Checkpoint(model, training, s, position, best, dataDigest));
    }

    public void close() {
        trainer.close();
        evaluator.ifPresent(Evaluator::close);
    }
}
