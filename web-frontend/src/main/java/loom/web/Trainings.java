package loom.web;

import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.Door;
import loom.format.JsonWriter;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.ShapeException;
import loom.inspect.ModelDigest;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.Model;
import loom.model.Network;
import loom.observe.Observation;
import loom.observe.Telemetry;
import loom.train.CheckpointJson;
import loom.train.Classification;
import loom.train.Dataset;
import loom.train.Evaluator;
import loom.train.Fit;
import loom.train.Metrics;
import loom.train.MetricsJson;
import loom.train.Multilabel;
import loom.train.RecoveringFit;
import loom.train.Regression;
import loom.train.Trainer;
import loom.train.Training;
import org.teavm.jso.JSObject;

/**
 * The trainings of one instance of loom-train.wasm, by the numbers the page knows them by. They go turn by turn, so that whoever calls can do
 * something else between two; one call at a time for each training.
 */
final class Trainings {
    /** What errors call the page's options of a training. */
    static final String OPTIONS = "training";

    /** Runs from checkpoint to checkpoint; those since the last one are repeated when a GPU was lost. */
    private static final int CHECKPOINT_RUNS = 256;

    private final Backends backends = new Backends(new Gpus());
    private final TreeMap<Integer, Open> trainings = new TreeMap<>();
    private int lastNumber;

    /** Values as Uint8Arrays of their bits; {@code weights} is empty if there are none. */
    record Data(JSObject inputs, JSObject targets, boolean areLabels, JSObject weights) {
        Dataset of(Network network, Training training) {
            float[] x = floats(inputs, "inputs");
            float[] y = floats(targets, "targets");
            float[] w = floats(weights, "weights");
            Optional<float[]> rows = w.length == 0 ? Optional.empty() : Optional.of(w);
            return refusing(areLabels ? "INPUT" : "SHAPE", () -> Dataset.of(network, training, x, y, areLabels, rows));
        }

        private static float[] floats(JSObject bits, String name) {
            float[] values = Transfer.floats(bits);
            try {
                Door.round(values, name);
            } catch (ModelException e) {
                throw new RequestException("INPUT", "data: " + name + " " + e.problem(), e.hint());
            }
            return values;
        }
    }

    /** The machine of a training: chosen at its beginning, and again whenever it was lost. */
    private final class Seat implements Supplier<Completion<Machine>> {
        private final String wanted;
        private final Model model;
        private Backends.Choice choice;

        Seat(String wanted, Model model) {
            this.wanted = wanted;
            this.model = model;
        }

        @Override
        public Completion<Machine> get() {
            return backends.choose(wanted, model).map(c -> {
                choice = c;
                return c.machine();
            });
        }
    }

    /** @param failures of GPUs before it was opened: after others it may be on one that was lost */
    private record Look(int failures, Telemetry telemetry) {}

    /** A training, and the evaluation under way beside it. */
    private static final class Open {
        private final Seat seat;
        private final RecoveringFit training;
        private Optional<Evaluator> evaluator = Optional.empty();
        private Optional<Evaluator.Walk> walk = Optional.empty();
        /** What looks inside. */
        private Optional<Look> look = Optional.empty();

        Open(Seat seat, RecoveringFit training) {
            this.seat = seat;
            this.training = training;
        }

        Fit fit() {
            return training.fit();
        }

        void endLooks() {
            look.ifPresent(l -> l.telemetry().close());
            look = Optional.empty();
        }

        void endEvaluation() {
            evaluator.ifPresent(Evaluator::close);
            evaluator = Optional.empty();
            walk = Optional.empty();
        }
    }

    /** The training's options as JSON; or, if they are empty, a checkpoint to go on from. */
    record How(byte[] options, byte[] checkpoint) {}

    /** Begins to train a model; answers {@code {"training", "backend", "why", "epochs", …}}. */
    Completion<String> start(byte[] file, String name, String wanted, How how, Data data) {
        Model model = ModelReader.load(name, file).model();
        Seat seat = new Seat(wanted, model);
        Completion<RecoveringFit> training = backends.open(() -> how.options().length > 0
                ? begun(model, seat, how.options(), data)
                : resumed(model.network(), seat, how.checkpoint(), data));
        return refused(training).map(t -> opened(new Open(seat, t)));
    }

    private static Completion<RecoveringFit> begun(Model model, Seat seat, byte[] options, Data data) {
        Training training = DeclaredJson.read(Training.TYPE, Cursor.parse(OPTIONS, options));
        Dataset samples = data.of(model.network(), training);
        return RecoveringFit.start(model, training, samples, seat, CHECKPOINT_RUNS);
    }

    private static Completion<RecoveringFit> resumed(Network network, Seat seat, byte[] checkpoint, Data data) {
        Fit.Checkpoint c = CheckpointJson.read("checkpoint", checkpoint);
        if (!c.model().network().equals(network)) {
            throw new RequestException(
                    "INPUT", "the checkpoint is of another network", "load the model it was made with");
        }
        Dataset samples = data.of(network, c.training());
        return RecoveringFit.resume(c, samples, seat, CHECKPOINT_RUNS);
    }

    private static <T> T refusing(String code, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw refusal(code, e);
        }
    }

    private static <T> Completion<T> refused(Completion<T> work) {
        return work.otherwise(e -> {
            throw refusal("INPUT", e);
        });
    }

    /** What was given is wrong: an error of the page. */
    private static RuntimeException refusal(String code, RuntimeException e) {
        return switch (e) {
            case ShapeException s -> new RequestException("SHAPE", s.getMessage(), "");
            case IllegalArgumentException i -> new RequestException(code, i.getMessage(), "");
            default -> e;
        };
    }

    private String opened(Open o) {
        int number = ++lastNumber;
        trainings.put(number, o);
        Fit fit = o.fit();
        Training t = fit.training();
        int runs = (fit.samples() + t.batch() - 1) / t.batch();
        int steps = (runs + t.accumulate() - 1) / t.accumulate();
        JsonWriter w = new JsonWriter().beginObject();
        w.key("training").whole(number);
        w.key("epochs").whole(t.epochs());
        w.key("stepsPerEpoch").whole(steps);
        w.key("samples").whole(fit.samples());
        place(w, o);
        return w.endObject().finish();
    }

    private static void place(JsonWriter w, Open o) {
        Fit fit = o.fit();
        w.key("backend").text(o.seat.choice.machine().name());
        w.key("why").text(o.seat.choice.why());
        w.key("epoch").whole(fit.position().epoch());
        w.key("step").whole(fit.trainer().steps());
        w.key("done").flag(fit.done());
        w.key("validating").flag(fit.validating());
    }

    /**
     * A turn, see {@link Fit#turn}; answers where the training stands and what it did. What a report leaves out is as in the one before it: most
     * of it never changes, and a run of a small network takes no longer than to write and read it.
     */
    Completion<String> turn(int number, int most) {
        Open o = open(number);
        return o.training.turn(most).map(reports -> {
            JsonWriter w = new JsonWriter().beginObject();
            place(w, o);
            w.key("reports").beginList();
            Optional<Fit.Report> before = Optional.empty();
            for (Fit.Report r : reports) {
                report(w, r, before);
                before = Optional.of(r);
            }
            w.endList();
            return w.endObject().finish();
        });
    }

    private static void report(JsonWriter w, Fit.Report r, Optional<Fit.Report> before) {
        w.beginLine();
        if (before.isEmpty() || before.get().epoch() != r.epoch()) {
            w.key("epoch").whole(r.epoch());
        }
        if (before.isEmpty() || before.get().samples() != r.samples()) {
            w.key("samples").whole(r.samples());
        }
        if (before.isEmpty() || before.get().rate() != r.rate()) {
            w.key("rate").real(r.rate());
        }
        w.key("step").whole(r.step());
        w.key("loss").real(r.loss());
        r.right().ifPresent(n -> {
            w.key("right").whole(n.right());
            if (before.isEmpty() || before.get().right().orElseThrow().rows() != n.rows()) {
                w.key("rows").whole(n.rows());
            }
        });
        r.end().ifPresent(end -> {
            w.key("epochLoss").real(end.loss());
            w.key("stops").flag(end.stops());
            end.validationLoss().ifPresent(loss -> w.key("validationLoss").real(loss));
            end.validationMetrics()
                    .flatMap(Trainings::accuracy)
                    .ifPresent(share -> w.key("validationAccuracy").real(share));
        });
        w.endObject();
    }

    private static Optional<Float> accuracy(Metrics metrics) {
        return switch (metrics) {
            case Classification c -> Optional.of(c.accuracy());
            case Multilabel m -> Optional.of(m.accuracy());
            case Regression r -> Optional.empty();
        };
    }

    /** As the command line writes them. */
    Completion<String> checkpoint(int number) {
        return open(number).training.checkpoint().map(CheckpointJson::write);
    }

    /** The model as it would be if the training ended now, as a file. */
    Completion<String> model(int number) {
        return open(number).training.model().map(ModelWriter::write);
    }

    /** Identifies that model. */
    Completion<String> digest(int number) {
        return open(number).training.model().map(ModelDigest::of);
    }

    /** Begins to evaluate that model on other data; {@link #evaluateOn} follows. */
    Completion<String> evaluate(int number, Data data) {
        Open o = open(number);
        o.endEvaluation();
        Training training = o.fit().training();
        Dataset samples = data.of(o.fit().start().network(), training);
        return o.training
                .model()
                .then(model -> backends.open(() -> backends.choose(o.seat.wanted, model)
                                .then(choice -> Evaluator.prepare(model, training, choice.machine())))
                        .map(evaluator -> {
                            o.evaluator = Optional.of(evaluator);
                            o.walk = Optional.of(refusing("INPUT", () -> evaluator.begin(model, samples)));
                            return "";
                        }));
    }

    /** Some more batches of the evaluation; answers the metrics, or nothing yet. */
    Completion<String> evaluateOn(int number, int most) {
        Open o = open(number);
        Evaluator.Walk walk = o.walk.orElseThrow(() -> new IllegalStateException("nothing is being evaluated"));
        return walk.next(most).map(last -> {
            if (!last) {
                return "";
            }
            String metrics = MetricsJson.write(walk.result());
            o.endEvaluation();
            return metrics;
        });
    }

    /**
     * Looks at that model with some samples; answers what {@link Observation} has and, of a training by targets, {@code "links"} with the
     * last run's budgets and gaps.
     */
    Completion<String> look(int number, Data data) {
        Open o = open(number);
        Training training = o.fit().training();
        Network network = o.fit().start().network();
        Dataset samples = data.of(network, training);
        return o.training
                .model()
                .then(model -> backends.open(() -> telemetry(o, model, training).then(t -> t.look(model, samples))))
                .then(seen -> links(o.fit().trainer()).map(links -> {
                    JsonWriter w = new JsonWriter().beginObject();
                    seen.write(w);
                    links.ifPresent(l -> {
                        w.key("links").beginObject();
                        numbers(w.key("budgets"), l.budgets());
                        numbers(w.key("gaps"), l.gaps());
                        w.endObject();
                    });
                    return w.endObject().finish();
                }));
    }

    /** On a machine of its own if the training's GPU is found wrong only by what looking needs. */
    private Completion<Telemetry> telemetry(Open o, Model model, Training training) {
        int failures = backends.failures();
        if (o.look.isPresent() && o.look.get().failures() == failures) {
            return Completion.of(o.look.get().telemetry());
        }
        o.endLooks();
        return backends.choose(o.seat.wanted, model)
                .then(choice -> Telemetry.open(choice.machine(), model.network(), training, Glue::nanoseconds))
                .map(t -> {
                    o.look = Optional.of(new Look(failures, t));
                    return t;
                });
    }

    private static Completion<Optional<Trainer.LinkReport>> links(Trainer trainer) {
        return trainer.hasLinks() ? trainer.links().map(Optional::of) : Completion.of(Optional.empty());
    }

    private static void numbers(JsonWriter w, float... values) {
        w.beginRow();
        for (float v : values) {
            w.real(v);
        }
        w.endList();
    }

    void close(int number) {
        Open o = open(number);
        o.endLooks();
        o.endEvaluation();
        o.training.close();
        trainings.remove(number);
    }

    private Open open(int number) {
        Open o = trainings.get(number);
        if (o == null) {
            throw new RequestException("CLOSED", "there is no training " + number, "");
        }
        return o;
    }
}
