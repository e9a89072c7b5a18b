package loom.train;

import java.util.List;
import loom.format.JsonWriter;

/** Metrics as JSON. */
public final class MetricsJson {
    private MetricsJson() {}

    public static String write(Evaluator.Result result) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("loss").real(result.loss());
        w.key("rows").whole(result.metrics().rows());
        switch (result.metrics()) {
            case Classification c -> {
                w.key("accuracy").real(c.accuracy());
                w.key("top_k").beginRow();
                for (int k = 1; k <= c.classes(); k++) {
                    w.real(c.topK(k));
                }
                w.endList();
                decisions(w, c);
                w.key("confusion").beginList();
                c.confusion().forEach(line -> wholes(w, line));
                w.endList();
            }
            case Multilabel m -> {
                w.key("accuracy").real(m.accuracy());
                decisions(w, m);
            }
            case Regression r -> {
                w.key("mean_absolute_error").real(r.meanAbsoluteError());
                w.key("mean_squared_error").real(r.meanSquaredError());
                w.key("mean_r2").real(r.meanR2());
                w.key("r2").beginRow();
                r.r2().forEach(w::real);
                w.endList();
            }
        }
        Evaluation more = result.look(Evaluation.WORST);
        more.deviations().ifPresent(d -> deviations(w, d));
        more.calibration().ifPresent(c -> calibration(w, c));
        return w.endObject().finish();
    }

    private static void deviations(JsonWriter w, Deviations d) {
        w.key("deviation").beginObject();
        w.key("mean").real(d.mean());
        w.key("score").real(d.score());
        w.key("exact").whole(d.exact());
        w.key("buckets").beginLine();
        for (int i = 0; i < d.counts().size(); i++) {
            w.key(Deviations.label(i)).whole(d.counts().get(i));
        }
        w.endObject();
        w.key("worst").beginList();
        for (Deviations.Far f : d.worst()) {
            w.beginLine();
            w.key("row").whole(f.row()).key("output").whole(f.output());
            w.key("target").real(f.target()).key("answer").real(f.answer());
            w.key("percent").real(f.percent());
            w.endObject();
        }
        w.endList().endObject();
    }

    private static void calibration(JsonWriter w, Calibration c) {
        w.key("calibration").beginObject();
        w.key("expected_error").real(c.expectedError());
        w.key("largest_error").real(c.largestError());
        w.key("brier").real(c.brier());
        w.key("bins").beginList();
        for (Calibration.Bin b : c.bins()) {
            w.beginLine();
            w.key("up_to").real(b.upTo()).key("rows").whole(b.rows());
            w.key("confidence").real(b.confidence()).key("right").real(b.right());
            w.endObject();
        }
        w.endList();
        w.key("surest_wrong").beginList();
        for (Calibration.Wrong x : c.surest()) {
            w.beginLine();
            w.key("row").whole(x.row()).key("truth").whole(x.truth());
            w.key("answer").whole(x.answer()).key("confidence").real(x.confidence());
            w.endObject();
        }
        w.endList().endObject();
    }

    private static void decisions(JsonWriter w, Metrics.Decisions d) {
        w.key("macro").beginLine();
        w.key("precision").real(d.macroPrecision());
        w.key("recall").real(d.macroRecall());
        w.key("f1").real(d.macroF1());
        w.endObject();
        w.key("classes").beginList();
        for (Counts c : d.counts()) {
            w.beginLine();
            w.key("precision").real(c.precision());
            w.key("recall").real(c.recall());
            w.key("f1").real(c.f1());
            w.key("support").whole(c.support());
            w.endObject();
        }
        w.endList();
    }

    private static void wholes(JsonWriter w, List<Integer> values) {
        w.beginRow();
        values.forEach(w::whole);
        w.endList();
    }
}
