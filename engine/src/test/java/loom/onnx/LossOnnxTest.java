package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Model;
import loom.model.Network;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Evaluator;
import loom.train.Sgd;
import loom.train.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cross-entropy of logits with class numbers: class weights, and rows to leave out as weights of 0. The published cases of
 * {@code NegativeLogLikelihoodLoss} are not compared: what they take for logarithms of probabilities are random numbers.
 */
class LossOnnxTest {
    static Stream<OnnxCase> cases() {
        return OnnxCase.of("SoftmaxCrossEntropyLoss").stream();
    }

    /** Rows of logits with their labels and weights, from tensors {@code [N, C, d1, …]} and {@code [N, d1, …]}. */
    private record Rows(int classes, float[] logits, float[] labels, float[] weights) {
        static Rows of(OnnxCase c) {
            OnnxTensor x = c.operand(0);
            int classes = x.dims()[1];
            double[] labels = c.operand(1).values();
            int inner = labels.length / x.dims()[0];
            Rows r = new Rows(
                    classes, new float[labels.length * classes], new float[labels.length], new float[labels.length]);
            for (int row = 0; row < labels.length; row++) {
                for (int k = 0; k < classes; k++) {
                    int from = (row / inner * classes + k) * inner + row % inner;
                    r.logits[row * classes + k] = (float) x.values()[from];
                }
                boolean ignored =
                        c.node().has("ignore_index") && labels[row] == c.node().whole("ignore_index", 0);
                r.labels[row] = ignored ? 0 : (float) labels[row];
                r.weights[row] = ignored ? 0 : 1;
            }
            return r;
        }

        Dataset part(int from, int to) {
            Dataset all = new Dataset(Shape.of(classes), logits, Shape.of(1), labels, Optional.of(weights));
            return all.part(from, to);
        }

        /** What row {@code i} counts in a mean. */
        double weight(int i, Optional<List<Float>> ofClasses) {
            return weights[i]
                    * ofClasses.map(w -> (double) w.get((int) labels[i])).orElse(1.0);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void crossEntropy(OnnxCase c) {
        c.node().onlyHas(Set.of("reduction", "ignore_index"));
        Rows rows = Rows.of(c);
        Optional<List<Float>> classWeights = c.optional(2).map(w -> {
            List<Float> list = new ArrayList<>();
            for (double v : w.values()) {
                list.add((float) v);
            }
            return Collections.unmodifiableList(list);
        });
        double total = 0;
        for (int i = 0; i < rows.labels.length; i++) {
            total += rows.weight(i, classWeights);
        }
        int all = rows.labels.length;
        switch (c.node().text("reduction", "mean")) {
            case "mean" ->
                assertClose(loss(rows, 0, all, classWeights), c.output().values()[0]);
            case "sum" ->
                assertClose(loss(rows, 0, all, classWeights) * total, c.output().values()[0]);
            case "none" -> {
                for (int i = 0; i < all; i++) {
                    double one = loss(rows, i, i + 1, classWeights) * rows.weight(i, classWeights);
                    assertClose(one, c.output().values()[i]);
                }
            }
            default -> throw new IllegalArgumentException(c.name());
        }
    }

    private static double loss(Rows rows, int from, int to, Optional<List<Float>> classWeights) {
        Training training = Training.of(new CrossEntropy(true, 0, classWeights), new Sgd(), 1, to - from)
                .with(Training.WEIGHTED, true);
        Network identity = Network.of("", Shape.of(rows.classes), new ActivationLayer(Activation.Simple.LINEAR));
        Model model = Model.initialise(identity, 1);
        Evaluator evaluator =
                Evaluator.prepare(model, training, new ReferenceMachine()).get();
        return evaluator.evaluate(model, rows.part(from, to)).get().loss();
    }

    private static void assertClose(double found, double expected) {
        assertThat(found).isCloseTo(expected, within(OnnxCheck.TOLERANCE * Math.max(1, Math.abs(expected))));
    }

    @Test
    void someCasesAreCompared() {
        assertThat(cases().count()).isGreaterThan(5);
    }
}
