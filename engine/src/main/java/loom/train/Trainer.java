package loom.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.NumericTrap;
import loom.model.Model;
import loom.model.Tensor;
import loom.numeric.FloatText;
import loom.program.Buffer;
import loom.program.Compiler;
import loom.program.Program;

/**
 * A model in training on a machine, run by run. The same model, data and {@link Training} give the same parameters on every machine, to
 * the bit; so do a {@link Snapshot} and what is left to do.
 */
public final class Trainer {
    private final Model model;
    private final Training training;
    private final Feed feed;
    private final Execution execution;
    private final DataCheck check;
    private Position position = new Position(0, 0, 0);

    private Trainer(Model model, Training training, Feed feed, Execution execution) {
        this.model = model;
        this.training = training;
        this.feed = feed;
        this.execution = execution;
        check = new DataCheck(model.network(), training);
    }

    /**
     * All that a run of training depends on beside model and data.
     *
     * @param runs runs so far: random numbers depend on it
     * @param steps steps of the optimizer so far: the rate depends on it
     * @param open runs of the step under way
     * @param parameters of the model, by name
     * @param states what the optimizer remembers, by name
     */
    public record Snapshot(
            int runs,
            int steps,
            int open,
            LinkedHashMap<String, Tensor> parameters,
            LinkedHashMap<String, Tensor> states) {}

    /** The three numbers of {@link Snapshot}. */
    private record Position(int runs, int steps, int open) {
        Position after(boolean closes) {
            return new Position(runs + 1, steps + (closes ? 1 : 0), closes ? 0 : open + 1);
        }
    }

    /** A model at the beginning of its training, on whatever {@link #run(Dataset, boolean)} is given. */
    public static Completion<Trainer> prepare(Model model, Training training, Machine machine) {
        return prepare(model, training, Feed.BATCHES, machine);
    }

    /** A model at the beginning of its training on checked data, which the machine may keep. */
    static Completion<Trainer> prepare(Model model, Training training, Dataset data, Machine machine) {
        return prepare(model, training, Feed.of(training, data, machine), machine)
                .map(t -> {
                    t.feed.begin(t.execution, training, data);
                    return t;
                });
    }

    private static Completion<Trainer> prepare(Model model, Training training, Feed feed, Machine machine) {
        Program program = Compiler.compile(TrainingGraph.of(model.network(), training, feed));
        return machine.prepare(program).map(execution -> {
            Trainer t = new Trainer(model, training, feed, execution);
            t.write(model.parameters());
            if (training.average().isPresent()) {
                for (String name : model.network().trained()) {
                    t.write(TrainingGraph.average(name), model.parameters().get(name));
                }
            }
            return t;
        });
    }

    /** A model where a snapshot was taken, on this machine or another; see {@link #prepare(Model, Training, Machine)}. */
    public static Completion<Trainer> resume(Model model, Training training, Snapshot snapshot, Machine machine) {
        return prepare(model, training, machine).map(t -> t.at(snapshot));
    }

    /** As above, for a training on checked data, which the machine may keep. */
    static Completion<Trainer> resume(
            Model model, Training training, Dataset data, Snapshot snapshot, Machine machine) {
        return prepare(model, training, data, machine).map(t -> t.at(snapshot));
    }

    private Trainer at(Snapshot snapshot) {
        List<String> states = states();
        if (!states.equals(new ArrayList<>(snapshot.states().keySet()))) {
            close();
            throw new IllegalArgumentException(
                    "the snapshot has the states " + snapshot.states().keySet() + ", this training has " + states);
        }
        snapshot.states().forEach(this::admit);
        write(snapshot.parameters());
        write(snapshot.states());
        position = new Position(snapshot.runs(), snapshot.steps(), snapshot.open());
        return this;
    }

    /** A state from a file must have the shape and lie in the domain that the program counts on. */
    private void admit(String name, Tensor tensor) {
        TensorType type =
                execution.program().buffer(execution.program().source(name)).type();
        if (!tensor.shape().equals(type.shape())) {
            throw new IllegalArgumentException(
                    "state " + name + ": expected shape " + type.shape() + ", found " + tensor.shape());
        }
        for (float v : tensor.values()) {
            if (!type.domain().contains(v)) {
                throw new IllegalArgumentException(
                        "state " + name + " holds " + FloatText.bits(v) + ", which " + type + " does not");
            }
        }
    }

    private void write(Map<String, Tensor> tensors) {
        for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
            write(e.getKey(), e.getValue());
        }
    }

    private void write(String name, Tensor tensor) {
        NamedValues.write(execution, name, tensor.values());
    }

    public Training training() {
        return training;
    }

    /** Steps of the optimizer so far. */
    public int steps() {
        return position.steps();
    }

    /** Runs so far. */
    public int runs() {
        return position.runs();
    }

    /** The learning rate of the step under way. */
    public float rate() {
        return training.rate(position.steps());
    }

    /**
     * What a run learns from.
     *
     * @param samples numbers of those in {@code data}, which is the data set that the machine keeps if it keeps one
     * @param last closes a step of the optimizer although not all its runs have been made
     */
    record Batch(Dataset data, int[] samples, boolean last) {}

    /**
     * What a run did.
     *
     * @param step of the optimizer it belongs to, from 0
     * @param rate learning rate of the step
     * @param loss before it
     * @param right how many rows were answered right before it, if the loss knows
     */
    public record Outcome(int step, float rate, float loss, Optional<Right> right) {}

    /** So many of the rows that count (those of weight 0 do not) were answered right. */
    public record Right(int right, int rows) {}

    /**
     * One run on a batch; {@code last} closes a step of the optimizer although not all its runs have been made. The answer is the loss
     * before it. Fails with {@link NumericTrap}, and then nothing has changed.
     */
    public Completion<Float> run(Dataset batch, boolean last) {
        check.check(batch);
        return run(List.of(new Batch(batch, Dataset.numbers(0, batch.size()), last)))
                .map(outcomes -> outcomes.get(0).loss());
    }

    /**
     * Runs on checked data, enqueued without waiting between them. If one traps, those after it have no effect, and the answer is
     * what those before it did; if it is the first, this fails with {@link NumericTrap}.
     */
    Completion<List<Outcome>> run(List<Batch> batches) {
        Program p = execution.program();
        int report =
                p.output(p.outputs().containsKey(TrainingGraph.REPORT) ? TrainingGraph.REPORT : TrainingGraph.LOSS);
        long before = execution.runs();
        List<Position> positions = new ArrayList<>(List.of(position));
        List<Completion<float[]>> reports = new ArrayList<>();
        for (Batch batch : batches) {
            Position at = positions.get(reports.size());
            boolean closes = batch.last() || at.open() + 1 == training.accumulate();
            enqueue(batch, at, closes);
            reports.add(execution.readFloats(report));
            positions.add(at.after(closes));
        }
        Completion<Integer> done = execution.finish().map(x -> reports.size()).otherwise(e -> {
            int good = (int) (execution.runs() - before);
            if (e instanceof NumericTrap && good > 0) {
                return Completion.of(good);
            }
            throw e;
        });
        return done.then(n -> Completion.all(reports.subList(0, n)))
                .map(values -> outcomes(positions, batches, values));
    }

    private List<Outcome> outcomes(List<Position> positions, List<Batch> batches, List<float[]> reports) {
        Shape output = training.output(model.network());
        int rows = output.elements(1) / output.dim(output.rank() - 1);
        List<Outcome> outcomes = new ArrayList<>();
        for (float[] report : reports) {
            int all = batches.get(outcomes.size()).samples().length * rows;
            int step = positions.get(outcomes.size()).steps();
            Optional<Right> right = report.length > 1
                    ? Optional.of(new Right((int) report[1], report.length > 2 ? (int) report[2] : all))
                    : Optional.empty();
            outcomes.add(new Outcome(step, training.rate(step), report[0], right));
        }
        position = positions.get(outcomes.size());
        return outcomes;
    }

    private void enqueue(Batch batch, Position at, boolean closes) {
        feed.batch(execution, training, batch.data(), batch.samples());
        TrainingGraph.Run now = new TrainingGraph.Run(at.runs(), at.steps(), at.open(), closes);
        execution.run(TrainingGraph.scalars(execution.program(), training, model.seed(), now));
    }

    /** The norm of the last step's gradients before they were clipped by it. */
    public Completion<Float> gradientNorm() {
        return execution
                .readFloats(execution.program().output(TrainingGraph.GRADIENT_NORM))
                .map(v -> v[0]);
    }

    /**
     * How the links of a network stood in the last run, see {@link Tween} and {@link TargetPropagation}.
     *
     * @param budgets how alike activations and targets are, 0 to 1
     * @param gaps mean squares of what they differ by
     */
    public record LinkReport(float[] budgets, float[] gaps) {}

    /** Whether there are {@link #links}: the training's credit goes by targets, and a run has been. */
    public boolean hasLinks() {
        return steps() > 0 && execution.program().outputs().containsKey(Links.BUDGETS);
    }

    /** Of a training whose credit goes by targets. */
    public Completion<LinkReport> links() {
        Program p = execution.program();
        return execution
                .readFloats(p.output(Links.BUDGETS))
                .then(budgets -> execution.readFloats(p.output(Links.GAPS)).map(gaps -> new LinkReport(budgets, gaps)));
    }

    /** The model with its present parameters. */
    public Completion<Model> model() {
        return parameters().map(model::withParameters);
    }

    /** The model with the moving average of its weights; see {@link Training#average}. */
    public Completion<Model> averaged() {
        if (training.average().isEmpty()) {
            throw new IllegalStateException("this training keeps no average of the weights");
        }
        return parameters()
                .then(present -> read(averages()).map(averages -> {
                    for (String name : model.network().trained()) {
                        Shape shape = present.get(name).shape();
                        Tensor average = averages.get(TrainingGraph.average(name));
                        present.put(name, new Tensor(shape, average.values()));
                    }
                    return model.withParameters(present);
                }));
    }

    private List<String> averages() {
        List<String> names = new ArrayList<>();
        for (String name : model.network().trained()) {
            names.add(TrainingGraph.average(name));
        }
        return names;
    }

    private Completion<LinkedHashMap<String, Tensor>> parameters() {
        List<Integer> moving = new ArrayList<>();
        execution.program().commits().forEach(c -> moving.add(c.target()));
        List<String> names = new ArrayList<>();
        for (String name : model.parameters().keySet()) {
            // The others are still as they were given: disabled or frozen.
            Integer buffer = execution.program().sources().get(name);
            if (buffer != null && moving.contains(buffer)) {
                names.add(name);
            }
        }
        return read(names).map(read -> {
            LinkedHashMap<String, Tensor> all = new LinkedHashMap<>(model.parameters());
            all.putAll(read);
            return all;
        });
    }

    public Completion<Snapshot> snapshot() {
        return parameters()
                .then(p -> read(states())
                        .map(s -> new Snapshot(position.runs(), position.steps(), position.open(), p, s)));
    }

    /** Names of the program's states, in its order. */
    private List<String> states() {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, Integer> e : execution.program().sources().entrySet()) {
            if (execution.program().buffer(e.getValue()) instanceof Buffer.Source s && s.role() == Buffer.Role.STATE) {
                names.add(e.getKey());
            }
        }
        return names;
    }

    private Completion<LinkedHashMap<String, Tensor>> read(List<String> names) {
        LinkedHashMap<String, Tensor> into = new LinkedHashMap<>();
        return Completion.repeat(names.size(), i -> {
                    int buffer = execution.program().source(names.get(i));
                    Shape shape = execution.program().buffer(buffer).type().shape();
                    return execution
                            .readFloats(buffer)
                            .map(values -> into.put(names.get(i), new Tensor(shape, values)));
                })
                .map(n -> into);
    }

    public void close() {
        execution.close();
    }
}
