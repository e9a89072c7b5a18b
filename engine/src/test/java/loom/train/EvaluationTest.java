package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Deviations against the Go engine's record, calibration against numbers counted by hand. */
class EvaluationTest {
    private static final Offset<Float> CLOSE = within(1e-5f);

    private static Answers answers(int width, float[] outputs, float... targets) {
        return new Answers(outputs, width, true, targets, Optional.empty());
    }

    /**
     * The Go engine on (expected, answer) = (1, 1.05), (2, 2.3), (0, 0.4), (3, 1), (−1, 1), (5, 5): score 62.22222222222223, mean
     * 54.444444444444436, buckets 2 1 0 1 0 1 1, and one of six equal.
     */
    @Test
    void deviationsAsTheGoEngineRecordedThem() {
        Answers a = answers(1, new float[] {1.05f, 2.3f, 0.4f, 1, 1, 5}, 1, 2, 0, 3, -1, 5);
        Deviations d = Deviations.of(a, 2);
        assertThat(d.counts()).containsExactly(2, 1, 0, 1, 0, 1, 1);
        assertThat(d.score()).isCloseTo(62.22222222222223f, CLOSE);
        assertThat(d.mean()).isCloseTo(54.444444444444436f, CLOSE);
        assertThat(d.exact()).isEqualTo(1);
        assertThat(d.worst()).extracting(Deviations.Far::row).containsExactly(4, 3);
        assertThat(d.worst().get(0)).isEqualTo(new Deviations.Far(4, 0, -1, 1, 200));
        assertThat(Deviations.label(0)).isEqualTo("0-10%");
        assertThat(Deviations.label(6)).isEqualTo("100%+");
    }

    @Test
    void theWorstAreTheFirstOfEquals() {
        Deviations d = Deviations.of(answers(2, new float[] {2, 1, 4, 3, 2, 8}, 1, 1, 2, 1, 1, 1), 3);
        assertThat(d.worst()).extracting(f -> f.row() * 2 + f.output()).containsExactly(5, 3, 0);
    }

    /** Two bins of probability: 0.6 twice, right once; 0.9 twice, right both times. */
    @Test
    void calibrationOfClasses() {
        float[] p = {0.6f, 0.4f, 0.4f, 0.6f, 0.9f, 0.1f, 0.1f, 0.9f};
        Answers a = new Answers(p, 2, false, new float[] {0, 0, 0, 1}, Optional.empty());
        Calibration c = Calibration.classes(a, true, 5);
        assertThat(c.expectedError()).isCloseTo((2 * 0.1f + 2 * 0.1f) / 4, CLOSE);
        assertThat(c.largestError()).isCloseTo(0.1f, CLOSE);
        assertThat(c.brier()).isCloseTo((2 * 0.16f + 2 * 0.36f + 4 * 0.01f) / 4, CLOSE);
        assertThat(c.surest()).containsExactly(new Calibration.Wrong(1, 0, 1, 0.6f));
        assertThat(c.bins()).hasSize(15);
        // 0.6 is the end of bin 8, (8/15, 9/15].
        assertThat(c.bins().get(8)).isEqualTo(new Calibration.Bin(0.6f, 2, 0.6f, 0.5f));
        assertThat(c.bins().get(13).rows()).isEqualTo(2);
    }

    @Test
    void logitsBecomeProbabilities() {
        float log9 = 2.1972246f;
        Answers logits = answers(2, new float[] {log9, 0, 100 + log9, 100}, 0, 1);
        Calibration c = Calibration.classes(logits, true, 5);
        assertThat(c.surest()).hasSize(1);
        assertThat(c.surest().get(0).confidence()).isCloseTo(0.9f, CLOSE);
        assertThat(c.expectedError()).isCloseTo(0.4f, CLOSE);
        Answers rows = answers(2, logits.outputs(), 1, 0, 0, 1);
        assertThat(Calibration.classes(rows, false, 5)).isEqualTo(c);
    }

    @Test
    void calibrationOfQuestions() {
        Answers a = new Answers(new float[] {0.8f, 0.2f, 0.7f}, 1, false, new float[] {1, 1, 0}, Optional.empty());
        Calibration c = Calibration.questions(a, 1);
        assertThat(c.expectedError()).isCloseTo((0.2f + 0.8f + 0.7f) / 3, CLOSE);
        assertThat(c.brier()).isCloseTo((0.04f + 0.64f + 0.49f) / 3, CLOSE);
        assertThat(c.surest()).hasSize(1);
        assertThat(c.surest().get(0).row()).isEqualTo(1);
    }

    @Test
    void rowsOfNoWeightAreLeftOut() {
        Answers a = new Answers(new float[] {1, 5}, 1, true, new float[] {1, 1}, Optional.of(new float[] {1, 0}));
        assertThat(Deviations.of(a, 9).counts()).containsExactly(1, 0, 0, 0, 0, 0, 0);
        Answers none = new Answers(new float[] {1, 5}, 2, true, new float[] {1, 1}, Optional.of(new float[] {0}));
        assertThat(Deviations.of(none, 9).score()).isZero();
        assertThat(Calibration.classes(none, false, 9).expectedError()).isZero();
    }

    private static Evaluator.Result classified(float loss, float... outputs) {
        Answers a = answers(2, outputs, 0, 1);
        return new Evaluator.Result(loss, a, Classification.of(a, true));
    }

    @Test
    void trialsBesideEachOther() {
        Evaluator.Result first = classified(0.5f, 1, 0, 0, 1);
        Evaluator.Result second = classified(0.25f, 1, 0, 3, 1);
        List<Trial> trials = List.of(Trial.of("a", "d", first, first), Trial.of("b|c", "e", second, first));
        assertThat(trials.get(0).agreement()).isEqualTo(1);
        assertThat(trials.get(1).agreement()).isEqualTo(0.5f);
        assertThat(trials.get(1).largestDifference()).isEqualTo(3);
        assertThat(Trial.best(trials)).isEqualTo(1);
        assertThat(Trial.json("t.csv", trials))
                .contains("\"best\": \"b|c\"", "\"agreement\": 0.5", "\"expected_error\"", "\"surest_wrong\"");
        assertThat(Trial.markdown("t.csv", trials))
                .startsWith("# Evaluation on t.csv\n\n| model | loss | result |")
                .contains(
                        "| b\\|c | 0.25 | 50 % right | 50 % | 3 |",
                        "The least loss has b|c.", "## a\n", "### Calibration");
        assertThatThrownBy(() -> Trial.of("x", "d", classified(1, 1, 0), first))
                .hasMessage("x gives 2 outputs, the first model 4");
    }

    @Test
    void numbersInReports() {
        Answers a = answers(1, new float[] {1.05f, 2}, 1, 2);
        Evaluator.Result r = new Evaluator.Result(0.00125f, a, Regression.of(a));
        assertThat(Trial.markdown("t", List.of(Trial.of("m", "d", r, r))))
                .contains(
                        "| loss | 0.0012 |",
                        "### Deviation",
                        "Score 97.5, mean deviation 2.5 %, 1 exact.",
                        "| 0-10% | 2 |")
                .contains("| 0 | 0 | 1 | 1.05 | 5 |");
        assertThat(MetricsJson.write(r)).contains("\"buckets\": {\"0-10%\": 2, \"10-20%\": 0");
    }
}
