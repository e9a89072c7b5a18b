package loom.train;

import java.util.ArrayList;
import java.util.List;

/** A result as a page for people. */
final class EvaluationMarkdown {
    /** The largest confusion matrix that fits onto a page. */
    private static final int MATRIX = 20;

    private final Markdown m;

    EvaluationMarkdown(Markdown m) {
        this.m = m;
    }

    void write(Evaluator.Result result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("rows", Integer.toString(result.metrics().rows())));
        rows.add(List.of("loss", Markdown.real(result.loss())));
        switch (result.metrics()) {
            case Classification c -> {
                rows.add(List.of("accuracy", Markdown.percent(c.accuracy())));
                summary(rows, c);
                decisions(c, "class");
                if (c.classes() <= MATRIX) {
                    confusion(c.confusion());
                }
            }
            case Multilabel q -> {
                rows.add(List.of("accuracy", Markdown.percent(q.accuracy())));
                summary(rows, q);
                decisions(q, "output");
            }
            case Regression r -> {
                rows.add(List.of("mean absolute error", Markdown.real(r.meanAbsoluteError())));
                rows.add(List.of("mean squared error", Markdown.real(r.meanSquaredError())));
                rows.add(List.of("R²", Markdown.real(r.meanR2())));
                m.table(List.of("", ""), rows);
            }
        }
        Evaluation more = result.look(Evaluation.WORST);
        more.deviations().ifPresent(this::deviations);
        more.calibration().ifPresent(this::calibration);
    }

    private void summary(List<List<String>> rows, Metrics.Decisions d) {
        rows.add(List.of("macro F1", Markdown.real(d.macroF1())));
        m.table(List.of("", ""), rows);
    }

    private void decisions(Metrics.Decisions d, String what) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < d.counts().size(); i++) {
            Counts c = d.counts().get(i);
            rows.add(List.of(
                    Integer.toString(i),
                    Markdown.real(c.precision()),
                    Markdown.real(c.recall()),
                    Markdown.real(c.f1()),
                    Integer.toString(c.support())));
        }
        m.table(List.of(what, "precision", "recall", "F1", "support"), rows);
    }

    private void confusion(List<List<Integer>> confusion) {
        List<String> head = new ArrayList<>(List.of("is \\ answered"));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < confusion.size(); i++) {
            head.add(Integer.toString(i));
            List<String> row = new ArrayList<>(List.of(Integer.toString(i)));
            confusion.get(i).forEach(n -> row.add(Integer.toString(n)));
            rows.add(row);
        }
        m.table(head, rows);
    }

    private void deviations(Deviations d) {
        m.heading(3, "Deviation");
        m.line("Score " + Markdown.real(d.score()) + ", mean deviation " + Markdown.real(d.mean()) + " %, " + d.exact()
                + " exact.");
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < d.counts().size(); i++) {
            rows.add(List.of(Deviations.label(i), Integer.toString(d.counts().get(i))));
        }
        m.table(List.of("deviation", "answers"), rows);
        List<List<String>> worst = new ArrayList<>();
        for (Deviations.Far f : d.worst()) {
            worst.add(List.of(
                    Integer.toString(f.row()),
                    Integer.toString(f.output()),
                    Markdown.real(f.target()),
                    Markdown.real(f.answer()),
                    Markdown.real(f.percent())));
        }
        m.table(List.of("row", "output", "target", "answer", "%"), worst);
    }

    private void calibration(Calibration c) {
        m.heading(3, "Calibration");
        m.line("Expected calibration error " + Markdown.real(c.expectedError()) + ", largest "
                + Markdown.real(c.largestError()) + ", Brier score " + Markdown.real(c.brier()) + ".");
        List<List<String>> rows = new ArrayList<>();
        for (Calibration.Bin b : c.bins()) {
            if (b.rows() > 0) {
                rows.add(List.of(
                        Markdown.real(b.upTo()),
                        Integer.toString(b.rows()),
                        Markdown.real(b.confidence()),
                        Markdown.real(b.right())));
            }
        }
        m.table(List.of("confidence up to", "rows", "mean confidence", "right"), rows);
        if (!c.surest().isEmpty()) {
            List<List<String>> surest = new ArrayList<>();
            for (Calibration.Wrong x : c.surest()) {
                surest.add(List.of(
                        Integer.toString(x.row()),
                        Integer.toString(x.truth()),
                        Integer.toString(x.answer()),
                        Markdown.real(x.confidence())));
            }
            m.table(List.of("wrong row", "is", "answered", "confidence"), surest);
        }
    }
}
