package loom.server.cli;

import java.util.Locale;
import loom.machine.Machine;
import loom.model.Model;
import loom.train.Accuracy;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Evaluator;
import loom.train.Training;

/** How well a model does on data it has not learned from, in words. */
final class Score {
    /** Samples a run; any number gives the same answers. */
    private static final int BATCH = 500;

    private Score() {}

    static String of(Machine machine, Model model, Training training, Dataset test) {
        Evaluator evaluator = Evaluator.prepare(model, training.with(Training.BATCH, BATCH), machine)
                .get();
        Evaluator.Result result = evaluator.evaluate(model, test).get();
        evaluator.close();
        if (!(training.loss() instanceof CrossEntropy)) {
            return String.format(Locale.ROOT, "test loss %.4f", result.loss());
        }
        int classes = model.network().output().dim(model.network().output().rank() - 1);
        int correct = training.loss().takesLabels()
                ? Accuracy.correctLabels(result.outputs(), test.targets(), classes)
                : Accuracy.correct(result.outputs(), test.targets(), classes);
        int rows = result.outputs().length / classes;
        String what = rows == test.size() ? "test samples" : "rows of the test samples";
        return correct + " of " + rows + " " + what + " right";
    }
}
