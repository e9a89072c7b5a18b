package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Model;
import loom.model.Network;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Metrics against numbers counted by hand. */
class MetricsTest {
    private static final Offset<Float> CLOSE = within(1e-6f);

    /** Truths 0 0 0 1 1 2 2 2 2 beside answers 0 0 1 1 2 2 2 0 2. */
    private static final int[] TRUTHS = {0, 0, 0, 1, 1, 2, 2, 2, 2};

    private static final int[] ANSWERS = {0, 0, 1, 1, 2, 2, 2, 0, 2};

    /** Scores whose largest is the answer, and whose second is the truth. */
    private static float[] scores(int classes) {
        float[] scores = new float[classes * TRUTHS.length];
        for (int i = 0; i < TRUTHS.length; i++) {
            scores[classes * i + TRUTHS[i]] = 1;
            scores[classes * i + ANSWERS[i]] = 2;
        }
        return scores;
    }

    private static float[] labels() {
        float[] labels = new float[TRUTHS.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = TRUTHS[i];
        }
        return labels;
    }

    private static Classification classes(int classes, Optional<float[]> weights) {
        return Classification.of(new Answers(scores(classes), classes, true, labels(), weights), true);
    }

    @Test
    void confusionPrecisionRecallAndF1() {
        Classification c = classes(3, Optional.empty());
        assertThat(c.confusion()).containsExactly(List.of(2, 1, 0), List.of(0, 1, 1), List.of(1, 0, 3));
        assertThat(c.correct()).isEqualTo(6);
        assertThat(c.accuracy()).isCloseTo(6 / 9f, CLOSE);
        assertThat(c.counts()).containsExactly(new Counts(2, 1, 1), new Counts(1, 1, 1), new Counts(3, 1, 1));
        assertThat(c.counts()).extracting(Counts::support).containsExactly(3, 2, 4);
        assertThat(c.macroPrecision()).isCloseTo((2 / 3f + 1 / 2f + 3 / 4f) / 3, CLOSE);
        assertThat(c.macroRecall()).isCloseTo((2 / 3f + 1 / 2f + 3 / 4f) / 3, CLOSE);
        assertThat(new Counts(3, 1, 5).precision()).isCloseTo(0.75f, CLOSE);
        assertThat(new Counts(3, 1, 5).recall()).isCloseTo(0.375f, CLOSE);
        assertThat(new Counts(3, 1, 5).f1()).isCloseTo(0.5f, CLOSE);
        assertThat(new Counts(0, 0, 0).f1()).isZero();
    }

    /** A class that neither is nor is answered does not pull the means down; one that is never right does. */
    @Test
    void macroMeansAreOfTheClassesThatOccur() {
        assertThat(classes(5, Optional.empty()).macroF1())
                .isEqualTo(classes(3, Optional.empty()).macroF1())
                .isCloseTo((2 / 3f + 1 / 2f + 3 / 4f) / 3, CLOSE);
        float[] outputs = {1, 0, 1, 0};
        Classification never =
                Classification.of(new Answers(outputs, 2, true, new float[] {0, 1}, Optional.empty()), true);
        assertThat(never.macroF1()).isCloseTo((2 / 3f) / 2, CLOSE);
        assertThat(never.macroRecall()).isEqualTo(0.5f);
    }

    @Test
    void topKCountsTheFirstOfEquals() {
        Classification c = classes(4, Optional.empty());
        assertThat(c.topK(1)).isCloseTo(6 / 9f, CLOSE);
        assertThat(c.topK(2)).isEqualTo(1);
        assertThat(c.topK(9)).isEqualTo(1);
        float[] equal = {0.5f, 0.5f, 0.5f};
        for (int truth = 0; truth < 3; truth++) {
            Classification one =
                    Classification.of(new Answers(equal, 3, true, new float[] {truth}, Optional.empty()), true);
            assertThat(one.places().get(truth)).isEqualTo(1);
        }
    }

    @Test
    void targetsMayBeDistributionsAndRowsOfNoWeightAreLeftOut() {
        float[] targets = new float[27];
        for (int i = 0; i < TRUTHS.length; i++) {
            targets[3 * i + TRUTHS[i]] = 0.75f;
            targets[3 * i + (TRUTHS[i] + 1) % 3] = 0.25f;
        }
        assertThat(Classification.of(new Answers(scores(3), 3, true, targets, Optional.empty()), false))
                .isEqualTo(classes(3, Optional.empty()));
        Classification some = classes(3, Optional.of(new float[] {1, 1, 0, 1, 0, 1, 1, 0, 0.5f}));
        assertThat(some.rows()).isEqualTo(6);
        assertThat(some.accuracy()).isEqualTo(1);
    }

    @Test
    void questionsAreDecidedAtOneHalf() {
        float[] logits = {3, -1, 0, -2, 0.5f, 1};
        float[] truths = {1, 1, 0, 0, 1, 0};
        Multilabel m = Multilabel.of(new Answers(logits, 2, true, truths, Optional.empty()));
        assertThat(m.counts()).containsExactly(new Counts(2, 1, 0), new Counts(0, 1, 1));
        assertThat(m.correct()).isEqualTo(3);
        assertThat(m.accuracy()).isEqualTo(0.5f);
        float[] probabilities = {0.9f, 0.2f, 0.5f, 0.1f, 0.6f, 0.7f};
        assertThat(Multilabel.of(new Answers(probabilities, 2, false, truths, Optional.empty())))
                .isEqualTo(m);
    }

    /** The first output is the example in the documentation of scikit-learn's r2_score. */
    @Test
    void errorsOfNumbers() {
        float[] t = {3, 1, -0.5f, 1, 2, 1, 7, 1};
        float[] y = {2.5f, 1, 0, 1, 2, 1, 8, 2};
        Regression r = Regression.of(new Answers(y, 2, true, t, Optional.empty()));
        assertThat(r.meanAbsoluteError()).isCloseTo((0.5f + 0.5f + 1 + 1) / 8, CLOSE);
        assertThat(r.meanSquaredError()).isCloseTo((0.25f + 0.25f + 1 + 1) / 8, CLOSE);
        assertThat(r.r2().get(0)).isCloseTo(0.9486081f, CLOSE);
        assertThat(r.r2().get(1)).isZero();
        Regression met = Regression.of(new Answers(y, 2, true, t, Optional.of(new float[] {1, 1, 1, 0})));
        assertThat(met.r2().get(1)).isEqualTo(1);
        assertThat(met.meanR2()).isCloseTo((1 + met.r2().get(0)) / 2, CLOSE);
    }

    private static Evaluator.Result evaluate(Loss loss, float[] x, float[] t, int classes, Layer... layers) {
        Network network = Network.of("", Shape.of(classes), layers);
        Model model = Model.initialise(network, 3);
        Training training = Training.of(loss, new Sgd(), 1, 2);
        Evaluator e = Evaluator.prepare(model, training, new ReferenceMachine()).get();
        Dataset data = new Dataset(Shape.of(classes), x, loss.target(network.output()), t);
        return e.evaluate(model, data).get();
    }

    @Test
    void theLossChoosesTheMetrics() {
        Layer same = new ActivationLayer(Activation.Simple.LINEAR);
        Loss labels = new CrossEntropy(true, 0, Optional.empty());
        Evaluator.Result result = evaluate(labels, scores(3), labels(), 3, same);
        assertThat(result.metrics()).isEqualTo(classes(3, Optional.empty()));
        Cursor json = Cursor.parse("m.json", MetricsJson.write(result));
        assertThat(json.member("loss").real()).isEqualTo(result.loss());
        assertThat(json.member("top_k").reals()).containsExactly(new float[] {6 / 9f, 1, 1}, CLOSE);
        assertThat(json.member("confusion").elements().get(2).reals()).containsExactly(1, 0, 3);
        assertThat(json.member("classes").elements().get(0).member("f1").real()).isCloseTo(2 / 3f, CLOSE);
        // The sigmoid belongs to the loss: what comes out are logits, and −0.5 is a no.
        Layer sigmoid = new ActivationLayer(Activation.Simple.SIGMOID);
        Metrics m = evaluate(new BinaryCrossEntropy(), new float[] {-0.5f, 0.5f}, new float[] {0, 1}, 2, sigmoid)
                .metrics();
        assertThat(m).isEqualTo(new Multilabel(1, 2, List.of(new Counts(0, 0, 0), new Counts(1, 0, 0))));
        assertThat(MetricsJson.write(evaluate(new Huber(1), new float[] {1, 2}, new float[] {1, 4}, 2, same)))
                .contains("\"mean_absolute_error\": 1", "\"r2\": [1, 0]");
    }

    @Test
    void wrongDataAreRefused() {
        Layer same = new ActivationLayer(Activation.Simple.LINEAR);
        Loss labels = new CrossEntropy(true, 0, Optional.empty());
        assertThatThrownBy(() -> evaluate(labels, new float[3], new float[] {7}, 3, same))
                .hasMessage("data: label 7 of sample 0 is not a whole number from 0 to 2");
        Network network = Network.of("", Shape.of(4, 3), same);
        Model model = Model.initialise(network, 3);
        Training training = Training.of(labels, new Sgd(), 1, 2).with(Training.WEIGHTED, true);
        Dataset data =
                new Dataset(Shape.of(4, 3), new float[12], Shape.of(4, 1), new float[4], Optional.of(new float[2]));
        assertThatThrownBy(() -> Fit.start(model, training, data, new ReferenceMachine()))
                .isInstanceOf(ShapeException.class)
                .hasMessage("data: expected 4 weights a sample, found 2");
    }

    /** Evaluating other parameters after each other: what the machine holds must never be what was there before. */
    @Test
    void everyModelIsEvaluatedWithItsOwnParameters() {
        Network network = Network.of(
                "",
                Shape.of(3),
                LayerOptions.NONE.asFrozen().on(new Dense(4, Activation.Simple.TANH)),
                new Dense(2, Activation.Simple.LINEAR));
        Training training = Training.of(new MeanSquaredError(), new Sgd(), 0.1f, 2);
        Dataset data = new Dataset(Shape.of(3), new float[] {1, 2, 3, -1, 0, 1}, Shape.of(2), new float[4]);
        Model a = Model.initialise(network, 1);
        Model b = Model.initialise(network, 2);
        Fit fit = Fit.start(a, training, data, new ReferenceMachine()).get();
        fit.next().get();
        Model later = fit.model().get();
        assertThat(later.parameters().get("0.0.0.kernel"))
                .isSameAs(a.parameters().get("0.0.0.kernel"));
        Evaluator shared =
                Evaluator.prepare(a, training, new ReferenceMachine()).get();
        for (Model m : List.of(a, later, b, a, later)) {
            Evaluator own =
                    Evaluator.prepare(a, training, new ReferenceMachine()).get();
            assertThat(shared.evaluate(m, data).get().outputs())
                    .isEqualTo(own.evaluate(m, data).get().outputs());
        }
    }
}
