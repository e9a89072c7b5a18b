package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.format.JsonWriter;

/**
 * A model measured beside others on the same data: other checkpoints of it, say, or the same one stored with fewer bits.
 *
 * @param name for people
 * @param digest of the model
 * @param agreement share of the rows whose answer is the first model's; of numbers, of the outputs that have its bits
 * @param largestDifference of an output to the first model's
 */
public record Trial(String name, String digest, Evaluator.Result result, float agreement, float largestDifference) {
    /** {@code first}: what to compare with; the model itself for the first of all. */
    public static Trial of(String name, String digest, Evaluator.Result result, Evaluator.Result first) {
        Answers a = result.answers();
        Answers b = first.answers();
        if (a.outputs().length != b.outputs().length) {
            throw new IllegalArgumentException(
                    name + " gives " + a.outputs().length + " outputs, the first model " + b.outputs().length);
        }
        double largest = 0;
        int equal = 0;
        for (int i = 0; i < a.outputs().length; i++) {
            largest = Math.max(largest, Math.abs((double) a.outputs()[i] - b.outputs()[i]));
            equal += a.outputs()[i] == b.outputs()[i] ? 1 : 0;
        }
        float agreement = switch (result.metrics()) {
            case Classification c -> same(a, b);
            case Multilabel m -> sameSides(a, b);
            case Regression r -> Counts.share(equal, a.outputs().length);
        };
        return new Trial(name, digest, result, agreement, (float) largest);
    }

    private static float same(Answers a, Answers b) {
        int same = 0;
        for (int row = 0; row < a.rows(); row++) {
            same += a.largestOutput(row) == b.largestOutput(row) ? 1 : 0;
        }
        return Counts.share(same, a.rows());
    }

    private static float sameSides(Answers a, Answers b) {
        int same = 0;
        for (int i = 0; i < a.outputs().length; i++) {
            same += a.isYes(a.outputs()[i]) == b.isYes(b.outputs()[i]) ? 1 : 0;
        }
        return Counts.share(same, a.outputs().length);
    }

    /** Number of the trial with the least loss; of equals the first. */
    public static int best(List<Trial> trials) {
        int best = 0;
        for (int i = 1; i < trials.size(); i++) {
            best = trials.get(i).result.loss() < trials.get(best).result.loss() ? i : best;
        }
        return best;
    }

    // ---- reports ----

    public static String json(String data, List<Trial> trials) {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("data").text(data);
        w.key("best").text(trials.get(best(trials)).name);
        w.key("models").beginList();
        for (Trial t : trials) {
            w.beginObject();
            w.key("name").text(t.name);
            w.key("digest").text(t.digest);
            w.key("agreement").real(t.agreement);
            w.key("largest_difference").real(t.largestDifference);
            w.key("evaluation").json(MetricsJson.write(t.result));
            w.endObject();
        }
        return w.endList().endObject().finish();
    }

    /** For people: a table of all, then each by itself. */
    public static String markdown(String data, List<Trial> trials) {
        Markdown m = new Markdown().heading(1, "Evaluation on " + data);
        if (trials.size() > 1) {
            List<List<String>> rows = new ArrayList<>();
            for (Trial t : trials) {
                rows.add(List.of(
                        t.name,
                        Markdown.real(t.result.loss()),
                        headline(t.result.metrics()),
                        Markdown.percent(t.agreement),
                        Markdown.real(t.largestDifference)));
            }
            m.table(List.of("model", "loss", "result", "agrees with the first", "largest difference"), rows);
            m.line("The least loss has " + trials.get(best(trials)).name + ".");
        }
        for (Trial t : trials) {
            m.heading(2, t.name);
            m.line("Digest `" + t.digest + "`.");
            new EvaluationMarkdown(m).write(t.result);
        }
        return m.text();
    }

    private static String headline(Metrics metrics) {
        return switch (metrics) {
            case Classification c -> Markdown.percent(c.accuracy()) + " right";
            case Multilabel q -> Markdown.percent(q.accuracy()) + " right";
            case Regression r -> "R² " + Markdown.real(r.meanR2());
        };
    }
}
