package loom.e2e;

import java.util.Optional;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.ModelReader;
import loom.inspect.ModelDigest;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.train.Dataset;
import loom.train.Fit;
import loom.train.Training;

/** Four steps for {@link Models#ACTIVATIONS}, or another model of its shapes: what a page trains, and what it must get. */
final class ShortTraining {
    private static final String TRAINING = """
            {"loss": {"type": "cross_entropy", "labels": true}, "optimizer": "adamw",
             "schedule": {"type": "constant", "rate": 0.01}, "epochs": 2, "batch": 1}""";

    /** An async function of a model, whose training answers with its digest. */
    static final String SCRIPT = """
            const input = (elements) => Float32Array.from({length: elements}, (_, i) => (i * 29 %% 65 - 32) / 16);
            const trained = async (model) => {
                const run = await model.train({data: {inputs: input(40), labels: [0, 9]}, training: %s});
                await run.finished;
                const digest = await run.digest();
                await run.close();
                return digest;
            };
            """.formatted(TRAINING);

    private ShortTraining() {}

    /** Of the trained model, on the JVM. */
    static String digest() {
        return digest(Models.ACTIVATIONS);
    }

    static String digest(String file) {
        Model model = ModelReader.read(Models.FILE, file);
        Training training = DeclaredJson.read(Training.TYPE, Cursor.parse("training", TRAINING));
        Dataset data =
                Dataset.labelled(model.network(), training, Models.input(40), new float[] {0, 9}, Optional.empty());
        Fit fit = Fit.start(model, training, data, new ReferenceMachine()).get();
        while (!fit.done()) {
            fit.next().get();
        }
        return ModelDigest.of(fit.model().get());
    }
}
