package loom.analysis;

import java.util.ArrayList;
import java.util.List;
import loom.format.JsonWriter;
import loom.numeric.FloatText;

/**
 * How a model that goes on learning gets over changes of its task. Steps are recorded one after the other, each with the score it reached
 * (1 right, 0 wrong, or anything between); what counts is the mean of the last {@code window} scores.
 */
public final class Adaptation {
    /** A model has recovered when the mean is this share of what it was before the change. */
    public static final float SHARE = 0.9f;

    private final int window;
    private final List<Float> scores = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();

    /** A task and the step it began at. */
    private record Task(String name, int from) {}

    /** {@code window}: scores that a mean is of. */
    public Adaptation(int window) {
        if (window < 1) {
            throw new AnalysisException("a window of " + window + " steps, expected at least 1");
        }
        this.window = window;
    }

    /** A row is a step: the number of its task, and its score. */
    public static Adaptation of(Table table, int window) {
        if (table.columns() != 2) {
            throw new AnalysisException("expected 2 columns, task and score, found " + table.columns());
        }
        Adaptation a = new Adaptation(window);
        for (int row = 0; row < table.rows(); row++) {
            if (row == 0 || table.at(row, 0) != table.at(row - 1, 0)) {
                a.task(FloatText.print(table.at(row, 0)));
            }
            a.record(table.at(row, 1));
        }
        return a;
    }

    /** The steps from here on belong to another task. */
    public void task(String name) {
        if (!tasks.isEmpty() && tasks.get(tasks.size() - 1).from() == scores.size()) {
            tasks.remove(tasks.size() - 1);
        }
        tasks.add(new Task(name, scores.size()));
    }

    public void record(float score) {
        if (!(score >= 0 && score <= 1)) {
            throw new AnalysisException("step " + scores.size() + ": expected a score from 0 to 1");
        }
        if (tasks.isEmpty()) {
            task("");
        }
        scores.add(score);
    }

    /**
     * A task's part of the record.
     *
     * @param from first step
     * @param to step after the last
     * @param mean score
     * @param before mean of the window before the task began; NaN for the first
     * @param after mean of its first window, or of all its steps if they are fewer
     * @param last mean of its last window, or of all its steps if they are fewer
     * @param recovery steps until the mean of a whole window of this task was {@link #SHARE} of {@code before}; −1 if it never was
     */
    public record Phase(
            String task, int from, int to, double mean, double before, double after, double last, int recovery) {}

    /** Means of windows that do not overlap, the last may be shorter, and the tasks. */
    public record Report(int window, List<Double> windows, List<Phase> phases) {
        public Report {
            windows = List.copyOf(windows);
            phases = List.copyOf(phases);
        }

        /** Mean steps to recover, over the changes that were recovered from; NaN if there are none. */
        public double meanRecovery() {
            double sum = 0;
            int n = 0;
            for (Phase p : phases) {
                sum += p.recovery() >= 0 ? p.recovery() : 0;
                n += p.recovery() >= 0 ? 1 : 0;
            }
            return n == 0 ? Double.NaN : sum / n;
        }

        public String json() {
            JsonWriter w = new JsonWriter().beginObject();
            w.key("window").whole(window);
            w.key("mean_recovery").rounded(meanRecovery());
            w.key("windows").beginRow();
            windows.forEach(w::rounded);
            w.endList();
            w.key("tasks").beginList();
            for (Phase p : phases) {
                w.beginLine();
                w.key("task").text(p.task());
                w.key("from").whole(p.from()).key("to").whole(p.to());
                w.key("mean").rounded(p.mean());
                w.key("before").rounded(p.before());
                w.key("after").rounded(p.after());
                w.key("last").rounded(p.last());
                w.key("recovery").whole(p.recovery());
                w.endObject();
            }
            return w.endList().endObject().finish();
        }
    }

    public Report report() {
        if (scores.isEmpty()) {
            throw new AnalysisException("nothing has been recorded");
        }
        List<Double> windows = new ArrayList<>();
        for (int from = 0; from < scores.size(); from += window) {
            windows.add(mean(from, Math.min(from + window, scores.size())));
        }
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            int from = tasks.get(i).from();
            int to = i + 1 < tasks.size() ? tasks.get(i + 1).from() : scores.size();
            if (from < to) {
                phases.add(phase(tasks.get(i).name(), from, to));
            }
        }
        return new Report(window, windows, phases);
    }

    private Phase phase(String task, int from, int to) {
        double before = from == 0 ? Double.NaN : mean(Math.max(0, from - window), from);
        double after = mean(from, Math.min(from + window, to));
        double last = mean(Math.max(from, to - window), to);
        return new Phase(task, from, to, mean(from, to), before, after, last, recovery(from, to, before));
    }

    private int recovery(int from, int to, double before) {
        if (from == 0) {
            return -1;
        }
        for (int end = from + window; end <= to; end++) {
            if (mean(end - window, end) >= SHARE * before) {
                return end - from;
            }
        }
        return -1;
    }

    private double mean(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += scores.get(i);
        }
        return sum / (to - from);
    }
}
