package loom.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
    private final DataDigest digest;
    private Position position;
    private Optional<Best> best;
    private Optional<Closing> closing = Optional.empty();
    /** What a turn inside {@link #checkpoint} had to say. */
    private final List<Report> untold = new ArrayList<>();

    private int[] order = {};
    private int ordered = -1;

    private Fit(Parts parts, Trainer trainer, Optional<Evaluator> evaluator, Position position, Optional<Best> best) {
        this.model = parts.model();
        this.training = parts.training();
        this.data = parts.data();
        this.validation = parts.validation();
        this.digest = parts.digest();
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
     * @param samples it learned from
     * @param loss before it
     * @param rate learning rate of the step
     * @param right how many rows were answered right before it, if the loss knows
     * @param end what is known if it was the epoch's last
     */
    public record Report(
            int epoch,
            int step,
            int samples,
            float loss,
            float rate,
            Optional<Trainer.Right> right,
            Optional<EpochEnd> end) {}

    /**
     * @param loss mean over the epoch's samples, each before the run that learned from it
     * @param validationLoss if a share of the data is kept for it
     * @param validationMetrics beside that loss
     * @param stops whether training ends here because validation no longer improves
     */
    public record EpochEnd(
            float loss, Optional<Float> validationLoss, Optional<Metrics> validationMetrics, boolean stops) {}

    /** All of a training that a file needs beside the data. */
    public record Checkpoint(
            Model model,
            Training training,
            Trainer.Snapshot snapshot,
            Position position,
            Optional<Best> best,
            DataDigest data) {}

    /** An epoch whose runs are done and whose validation is under way. */
    private record Closing(Report last, Model model, Evaluator.Walk walk) {}

    private record Parts(
            Model model, Training training, Dataset data, Optional<Dataset> validation, DataDigest digest) {
        static Parts of(Model model, Training training, Dataset all) {
            new DataCheck(model.network(), training).check(all);
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
        return Trainer.prepare(model, training, parts.data(), machine)
                .then(trainer -> with(parts, trainer, new Position(0, 0, 0), Optional.empty(), machine));
    }

    /** A training from a checkpoint on, with the same data, on any machine. */
    public static Completion<Fit> resume(Checkpoint c, Dataset data, Machine machine) {
        Parts parts = Parts.of(c.model(), c.training(), data);
        if (!c.data().isOf(data)) {
            throw new IllegalArgumentException("the checkpoint was made with other data: digest "
                    + c.data().hex() + ", these have " + parts.digest().hex());
        }
        return Trainer.resume(c.model(), c.training(), parts.data(), c.snapshot(), machine)
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
        return position.epoch() >= training.epochs() && untold.isEmpty();
    }

    public Model start() {
        return model;
    }

    public Training training() {
        return training;
    }

    public Position position() {
        return position;
    }

    public Trainer trainer() {
        return trainer;
    }

    /** Whether the epoch's runs are done and its validation is under way. */
    public boolean validating() {
        return closing.isPresent();
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
        List<Report> reports = new ArrayList<>();
        return Completion.untilLast(() -> turn(1).map(some -> {
                    reports.addAll(some);
                    return !reports.isEmpty();
                }))
                .map(last -> reports.get(0));
    }

    /**
     * A turn: up to {@code most} runs, enqueued without waiting between them, or after the last run of an epoch up to so many batches
     * of validation. The answer is what has become known; an epoch's last run is reported with its end, so turns that validate may
     * have nothing to say. Fails as {@link #next} does if the first run does. If a later one does, that is the next turn's failure.
     */
    public Completion<List<Report>> turn(int most) {
        if (done()) {
            throw new IllegalStateException("this training is over");
        }
        if (!untold.isEmpty()) {
            List<Report> reports = List.copyOf(untold);
            untold.clear();
            return Completion.of(reports);
        }
        return closing.isPresent() ? validate(closing.get(), most) : learn(most);
    }

    private Completion<List<Report>> learn(int most) {
        int epoch = position.epoch();
        List<Trainer.Batch> batches = new ArrayList<>();
        int from = position.sample();
        while (batches.size() < most && from < data.size()) {
            int to = Math.min(data.size(), from + training.batch());
            int[] samples = Arrays.copyOfRange(order(epoch), from, to);
            batches.add(new Trainer.Batch(data, samples, to == data.size()));
            from = to;
        }
        return named(trainer.run(batches), epoch, trainer.steps()).then(outcomes -> {
            List<Report> reports = new ArrayList<>();
            for (Trainer.Outcome o : outcomes) {
                int samples = batches.get(reports.size()).samples().length;
                position = new Position(
                        epoch, position.sample() + samples, position.lossSum() + (double) o.loss() * samples);
                reports.add(new Report(epoch, o.step(), samples, o.loss(), o.rate(), o.right(), Optional.empty()));
            }
            return position.sample() < data.size() ? Completion.of(reports) : concluded(reports);
        });
    }

    /** After the last run of an epoch. */
    private Completion<List<Report>> concluded(List<Report> reports) {
        Report last = reports.remove(reports.size() - 1);
        if (validation.isEmpty()) {
            reports.add(ended(last, Optional.empty()));
            return Completion.of(reports);
        }
        return candidate().map(m -> {
            closing = Optional.of(new Closing(last, m, evaluator.orElseThrow().begin(m, validation.get())));
            return reports;
        });
    }

    private Completion<List<Report>> validate(Closing c, int most) {
        return c.walk().next(most).map(last -> {
            if (!last) {
                return List.of();
            }
            closing = Optional.empty();
            Evaluator.Result result = c.walk().result();
            if (best.isEmpty() || result.loss() < best.get().loss()) {
                best = Optional.of(
                        new Best(c.last().epoch(), result.loss(), c.model().parameters()));
            }
            return List.of(ended(c.last(), Optional.of(result)));
        });
    }

    private Report ended(Report last, Optional<Evaluator.Result> validated) {
        int epoch = last.epoch();
        float loss = (float) (position.lossSum() / position.sample());
        boolean stops = training.patience() > 0 && epoch - best.orElseThrow().epoch() >= training.patience();
        position = new Position(stops ? training.epochs() : epoch + 1, 0, 0);
        EpochEnd end = new EpochEnd(
                loss, validated.map(Evaluator.Result::loss), validated.map(Evaluator.Result::metrics), stops);
        return new Report(epoch, last.step(), last.samples(), last.loss(), last.rate(), last.right(), Optional.of(end));
    }

    /** A trap says in which epoch and step it happened. */
    private static <T> Completion<T> named(Completion<T> run, int epoch, int step) {
        return run.otherwise(e -> {
            throw e instanceof NumericTrap t ? new Diverged(epoch, step, t) : e;
        });
    }

    private int[] order(int epoch) {
        if (ordered != epoch) {
            order = training.shuffle() ? Shuffle.order(data.size(), model.seed(), epoch) : Shuffle.inOrder(data.size());
            ordered = epoch;
        }
        return order;
    }

    /** What this training would give now: the averaged weights if it keeps an average. */
    private Completion<Model> candidate() {
        return (training.average().isPresent() ? trainer.averaged() : trainer.model()).map(training::result);
    }

    /** The result: with patience the best weights so far, else the present or averaged ones. */
    public Completion<Model> model() {
        return training.patience() > 0 && best.isPresent()
                ? Completion.of(model.withParameters(best.get().parameters()))
                : candidate();
    }

    /** Between two turns. An epoch's validation that is under way is finished first. */
    public Completion<Checkpoint> checkpoint() {
        if (closing.isPresent()) {
            return Completion.untilLast(() -> turn(1).map(reports -> untold.addAll(reports)))
                    .then(last -> checkpoint());
        }
        return trainer.snapshot().map(s -> new Checkpoint(model, training, s, position, best, digest));
    }

    public void close() {
        trainer.close();
        evaluator.ifPresent(Evaluator::close);
    }
}
