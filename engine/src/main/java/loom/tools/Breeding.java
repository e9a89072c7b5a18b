package loom.tools;

import java.util.Optional;
import loom.analysis.AnalysisException;
import loom.build.Evolution;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.Door;
import loom.format.JsonWriter;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Model;
import loom.model.Network;
import loom.train.Dataset;
import loom.train.Training;

/**
 * Networks bred for a page's data, generation by generation. The request: {@code {"input": shape, "outputs", "training", "labels",
 * "population", "seed"}}.
 */
public final class Breeding {
    private static final int MOST = 1 << 20;

    private final Evolution evolution;

    private Breeding(Evolution evolution) {
        this.evolution = evolution;
    }

    public static Breeding of(byte[] request, float[] inputs, float[] targets, Machine machine) {
        Cursor c = Cursor.parse(Toolbox.REQUEST, request);
        Training training = DeclaredJson.read(Training.TYPE, c.member("training"));
        int outputs = c.member("outputs").whole(1, MOST);
        int population = c.optional("population").map(p -> p.whole(0, MOST)).orElse(8);
        long seed = c.optional("seed").map(s -> s.whole(0, Model.MAX_SEED)).orElse(Model.DEFAULT_SEED);
        boolean labels = c.optional("labels").map(Cursor::flag).orElse(false);
        Shape input = c.member("input").shape();
        Network any = Network.of("", input, new Flatten(), new Dense(outputs, Activation.Simple.LINEAR));
        float[] x = inputs.clone();
        float[] y = targets.clone();
        Door.round(x, "inputs");
        Door.round(y, "targets");
        try {
            Dataset samples = Dataset.of(any, training, x, y, labels, Optional.empty());
            return new Breeding(
                    new Evolution(outputs, Evolution.Options.of(population, seed), training, samples, machine));
        } catch (IllegalArgumentException e) {
            throw new AnalysisException(e.getMessage());
        }
    }

    /**
     * The next generation: {@code {"number", "members": [{"loss", "parameters", "text"}], "best"}}, the best first, whose model file
     * {@code best} is.
     */
    public Completion<String> next() {
        return evolution.next().map(g -> {
            JsonWriter w = new JsonWriter().beginObject();
            w.key("number").whole(g.number());
            w.key("members").beginList();
            for (Evolution.Member m : g.members()) {
                w.beginLine();
                w.key("loss").rounded(Float.isFinite(m.loss()) ? m.loss() : Double.NaN);
                w.key("parameters").whole(m.elements());
                w.key("text").text(m.genome().text());
                w.endObject();
            }
            w.endList();
            w.key("best").json(ModelWriter.write(g.best().model()));
            return w.endObject().finish();
        });
    }
}
