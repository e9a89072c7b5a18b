package loom.server.cli;

import java.util.List;
import java.util.Locale;
import loom.machine.Machine;
import loom.model.Model;
import loom.train.Classification;
import loom.train.Counts;
import loom.train.Dataset;
import loom.train.Deviations;
import loom.train.Evaluation;
import loom.train.Evaluator;
import loom.train.Metrics;
import loom.train.Multilabel;
import loom.train.Regression;
import loom.train.Training;
import loom.train.Trial;

/** How well models of one network do on data they have not learned from, in words. */
final class Score implements AutoCloseable {
    /** Samples a run; any number gives the same answers. */
    private static final int BATCH = 500;

    /** The largest confusion matrix that fits into a terminal. */
    private static final int MATRIX = 12;

    private final Evaluator evaluator;
    private final Dataset test;

    Score(Machine machine, Model model, Training training, Dataset test) {
        this.evaluator = Evaluator.prepare(model, training.with(Training.BATCH, BATCH), machine)
                .get();
        this.test = test;
    }

    Evaluator.Result of(Model model) {
        try {
            return evaluator.evaluate(model, test).get();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
    }

    @Override
    public void close() {
        evaluator.close();
    }

    /** What counts most, in a line. */
    String line(Model model) {
        Evaluator.Result result = of(model);
        return switch (result.metrics()) {
            case Classification c -> {
                String what = c.rows() == test.size() ? "test samples" : "rows of the test samples";
                yield c.correct() + " of " + c.rows() + " " + what + " right" + text(", macro F1 %.4f", c.macroF1());
            }
            case Multilabel m ->
                text("test loss %.4f, accuracy %.4f, macro F1 %.4f", result.loss(), m.accuracy(), m.macroF1());
            case Regression r ->
                text(
                        "test loss %.4f, mean absolute error %.4f, R² %.4f",
                        result.loss(), r.meanAbsoluteError(), r.meanR2());
        };
    }

    /** Everything, as a table. */
    static String table(Evaluator.Result result) {
        StringBuilder b = new StringBuilder();
        b.append(text("rows       %d%nloss       %.6f%n", result.metrics().rows(), result.loss()));
        Evaluation more = result.look(0);
        switch (result.metrics()) {
            case Classification c -> {
                b.append(text("accuracy   %.4f (%d right)%n", c.accuracy(), c.correct()));
                more.calibration().ifPresent(x -> b.append(text("ECE        %.4f%n", x.expectedError())));
                for (int k : new int[] {2, 3, 5, 10}) {
                    b.append(k < c.classes() ? text("top %-2d     %.4f%n", k, c.topK(k)) : "");
                }
                decisions(b, c, "class");
                if (c.classes() <= MATRIX) {
                    matrix(b, c.confusion());
                }
            }
            case Multilabel m -> {
                b.append(text("accuracy   %.4f%n", m.accuracy()));
                decisions(b, m, "output");
            }
            case Regression r -> {
                b.append(text("mean absolute error  %.6f%n", r.meanAbsoluteError()));
                b.append(text("mean squared error   %.6f%n", r.meanSquaredError()));
                b.append(text("R²                   %.6f%n", r.meanR2()));
                for (int i = 0; i < r.r2().size() && r.r2().size() > 1; i++) {
                    b.append(text("R² of output %-6d  %.6f%n", i, r.r2().get(i)));
                }
                more.deviations().ifPresent(d -> deviations(b, d));
            }
        }
        return b.toString();
    }

    /** Several models beside each other. */
    static String table(List<Trial> trials) {
        StringBuilder b =
                new StringBuilder(text("%10s  %10s  %8s  %10s  model%n", "loss", "result", "agrees", "difference"));
        for (Trial t : trials) {
            b.append(text(
                    "%10.6f  %10s  %8.4f  %10.6f  %s%n",
                    t.result().loss(), headline(t.result().metrics()), t.agreement(), t.largestDifference(), t.name()));
        }
        return b.toString();
    }

    private static String headline(Metrics metrics) {
        return switch (metrics) {
            case Classification c -> text("%.4f", c.accuracy());
            case Multilabel m -> text("%.4f", m.accuracy());
            case Regression r -> text("R² %.4f", r.meanR2());
        };
    }

    private static void decisions(StringBuilder b, Metrics.Decisions d, String what) {
        String line = "%-9s  %9.4f  %6.4f  %6.4f  %7d%n";
        b.append(text("%n%-9s  precision  recall      F1  support%n", what));
        int support = 0;
        List<Counts> counts = d.counts();
        for (int i = 0; i < counts.size(); i++) {
            Counts c = counts.get(i);
            b.append(text(line, i, c.precision(), c.recall(), c.f1(), c.support()));
            support += c.support();
        }
        b.append(text(line, "macro", d.macroPrecision(), d.macroRecall(), d.macroF1(), support));
    }

    private static void deviations(StringBuilder b, Deviations d) {
        b.append(text("%ndeviation  answers%n"));
        for (int i = 0; i < d.counts().size(); i++) {
            b.append(text("%-9s  %7d%n", Deviations.label(i), d.counts().get(i)));
        }
        b.append(text("score %.4f, mean %.4f %%%n", d.score(), d.mean()));
    }

    private static void matrix(StringBuilder b, List<List<Integer>> confusion) {
        b.append(text("%nrows: what it is, columns: the answer%n"));
        for (List<Integer> row : confusion) {
            row.forEach(n -> b.append(text("%6d", n)));
            b.append(text("%n"));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
