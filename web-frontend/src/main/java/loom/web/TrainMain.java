package loom.web;

import java.util.function.Supplier;
import loom.format.ModelException;
import loom.machine.Completion;
import loom.machine.NumericTrap;
import loom.model.LeftOut;
import loom.train.Diverged;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/**
 * Entry point of loom-train.wasm: a file of its own, because most pages do not train. What is exported here is all that {@code
 * src/main/js/training.js} calls.
 */
public final class TrainMain {
    private static final Trainings TRAININGS = new Trainings();

    private TrainMain() {}

    public static void main(String[] args) {}

    /**
     * Begins to train a model.
     *
     * @param file the model's bytes, a Uint8Array as everything here
     * @param name the file's name, for errors
     * @param backend auto, webgpu, wasm or reference
     * @param options the training as JSON, or empty
     * @param checkpoint in place of options: what to go on from
     * @param inputs the samples' bits
     * @param weights empty if there are none
     */
    @JSExport
    public static void train(
            JSObject file,
            String name,
            String backend,
            JSObject options,
            JSObject checkpoint,
            JSObject inputs,
            JSObject targets,
            boolean areLabels,
            JSObject weights,
            Reply reply) {
        Trainings.Data data = new Trainings.Data(inputs, targets, areLabels, weights);
        Trainings.How how = new Trainings.How(Transfer.bytes(options), Transfer.bytes(checkpoint));
        answer(reply, () -> TRAININGS.start(Transfer.bytes(file), name, backend, how, data));
    }

    /** Some runs of a training. */
    @JSExport
    public static void trainTurn(int training, int most, Reply reply) {
        answer(reply, () -> TRAININGS.turn(training, most));
    }

    /** Where a training stands, as a file. */
    @JSExport
    public static void trainCheckpoint(int training, Reply reply) {
        answer(reply, () -> TRAININGS.checkpoint(training));
    }

    /** The trained model as a file. */
    @JSExport
    public static void trainModel(int training, Reply reply) {
        answer(reply, () -> TRAININGS.model(training));
    }

    /** The trained model's digest. */
    @JSExport
    public static void trainDigest(int training, Reply reply) {
        answer(reply, () -> TRAININGS.digest(training));
    }

    /** Begins to evaluate the trained model. */
    @JSExport
    public static void trainEvaluate(
            int training, JSObject inputs, JSObject targets, boolean areLabels, JSObject weights, Reply reply) {
        Trainings.Data data = new Trainings.Data(inputs, targets, areLabels, weights);
        answer(reply, () -> TRAININGS.evaluate(training, data));
    }

    /** Some batches of the evaluation. */
    @JSExport
    public static void trainEvaluateTurn(int training, int most, Reply reply) {
        answer(reply, () -> TRAININGS.evaluateOn(training, most));
    }

    /** What the trained model's layers give for some samples, and what gradients flow back. */
    @JSExport
    public static void trainLook(
            int training, JSObject inputs, JSObject targets, boolean areLabels, JSObject weights, Reply reply) {
        Trainings.Data data = new Trainings.Data(inputs, targets, areLabels, weights);
        answer(reply, () -> TRAININGS.look(training, data));
    }

    /** Gives a training's memory back. */
    @JSExport
    public static void trainClose(int training, Reply reply) {
        answer(reply, () -> {
            TRAININGS.close(training);
            return Completion.of("");
        });
    }

    private static void answer(Reply reply, Supplier<Completion<String>> work) {
        Completion.of(work)
                .then(Supplier::get)
                .whenDone(text -> reply.done(JSString.valueOf(text)), e -> fail(e, reply));
    }

    /** What only trainings can have wrong; the rest is {@link Reply}'s. */
    private static void fail(RuntimeException e, Reply reply) {
        if (e instanceof ModelException m && m.file().equals(Trainings.OPTIONS)) {
            reply.failed("CONFIG", Trainings.OPTIONS + ": " + m.problem(), "", m.path(), m.hint());
        } else if (e instanceof Diverged d && d.getCause() instanceof NumericTrap t) {
            reply.failed("TRAP", d.getMessage(), t.layer(), "", "A smaller learning rate, or clip_norm, may help.");
        } else if (e instanceof LeftOut) {
            reply.failed("MODEL", e.getMessage(), "", "", "");
        } else {
            Reply.fail(e, reply);
        }
    }
}
