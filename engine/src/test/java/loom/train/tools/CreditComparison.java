package loom.train.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.Philox;
import loom.train.Backpropagation;
import loom.train.Classification;
import loom.train.Credit;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Diverged;
import loom.train.Evaluator;
import loom.train.Fit;
import loom.train.Sgd;
import loom.train.TargetPropagation;
import loom.train.Training;
import loom.train.Tween;

/**
 * Prints the table of docs/tween.md: ways to give credit, on networks of several depths, with the same number of steps. For each the best
 * of some learning rates, by the loss on the training data; the accuracy is on other data, mean of some seeds.
 */
public final class CreditComparison {
    private static final int BATCH = 32;
    private static final int TRAIN = 256;
    private static final int TEST = 1024;
    private static final int WIDTH = 16;

    private CreditComparison() {}

    /** Two numbers for a way, a depth and a rate. */
    public record Outcome(float rate, double loss, double accuracy) {}

    public static void main(String[] args) {
        int epochs = 150;
        List<Integer> seeds = List.of(1, 2, 3);
        List<Float> rates = List.of(1f, 0.5f, 0.2f, 0.1f, 0.05f, 0.02f);
        // Deep networks want lower ones.
        List<Float> more = new ArrayList<>(rates);
        more.addAll(List.of(0.01f, 0.005f, 0.002f));
        Map<String, Credit> ways = new LinkedHashMap<>();
        ways.put("backpropagation", new Backpropagation());
        ways.put("tween", new Tween());
        ways.put("tween, `depth` 1", new Tween(0.1f, 0.2f, 1));
        ways.put("target propagation", new TargetPropagation());
        for (int hidden : List.of(1, 4, 12)) {
            ways.forEach((name, credit) -> {
                Outcome best = best(credit, hidden, epochs, seeds, hidden < 12 ? rates : more);
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %s | %s | %.3f | %.1f %% |%n",
                        hidden,
                        name,
                        best.rate(),
                        best.loss(),
                        100 * best.accuracy());
            });
        }
    }

    /** The outcome of the rate with the lowest loss on the training data. */
    public static Outcome best(Credit credit, int hidden, int epochs, List<Integer> seeds, List<Float> rates) {
        Outcome best = new Outcome(0, Double.MAX_VALUE, 0);
        for (float rate : rates) {
            double loss = 0;
            double accuracy = 0;
            for (int seed : seeds) {
                Outcome o = train(credit, hidden, epochs, seed, rate);
                loss += o.loss() / seeds.size();
                accuracy += o.accuracy() / seeds.size();
            }
            best = loss < best.loss() ? new Outcome(rate, loss, accuracy) : best;
        }
        return best;
    }

    private static Outcome train(Credit credit, int hidden, int epochs, int seed, float rate) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < hidden; i++) {
            layers.add(new Dense(WIDTH, Activation.Simple.TANH));
        }
        layers.add(new Dense(2, Activation.Simple.LINEAR));
        Model model = Model.initialise(Network.of("", Shape.of(2), layers.toArray(new Layer[0])), seed);
        Training training = Training.of(new CrossEntropy(), new Sgd(0.9f, false), rate, BATCH)
                .with(Training.CREDIT, credit)
                .with(Training.EPOCHS, epochs);
        Dataset learned = points(seed, 0, TRAIN);
        Fit fit = Fit.start(model, training, learned, new ReferenceMachine()).get();
        try {
            while (!fit.done()) {
                fit.next().get();
            }
        } catch (Diverged e) {
            return new Outcome(rate, 1e9, 0);
        }
        Model trained = fit.model().get();
        Evaluator evaluator =
                Evaluator.prepare(trained, training, new ReferenceMachine()).get();
        float loss = evaluator.evaluate(trained, learned).get().loss();
        Evaluator.Result others =
                evaluator.evaluate(trained, points(seed, 1, TEST)).get();
        return new Outcome(rate, loss, ((Classification) others.metrics()).accuracy());
    }

    /** Points of a square; the class is whether they lie inside a ring, in two opposite quarters, but not in both. */
    private static Dataset points(int seed, int part, int n) {
        float[] x = new float[2 * n];
        float[] t = new float[2 * n];
        for (int i = 0; i < n; i++) {
            float a = Philox.uniform(seed, 2 * i, part, 5, 0) * 2 - 1;
            float b = Philox.uniform(seed, 2 * i + 1, part, 5, 0) * 2 - 1;
            x[2 * i] = a;
            x[2 * i + 1] = b;
            boolean inside = a * a + b * b < 0.64f != a * b < 0;
            t[2 * i + (inside ? 1 : 0)] = 1;
        }
        return new Dataset(Shape.of(2), x, Shape.of(2), t);
    }
}
