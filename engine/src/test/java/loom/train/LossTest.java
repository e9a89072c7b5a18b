package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import loom.graph.Autodiff;
import loom.graph.DoubleInterpreter;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Model;
import loom.model.Network;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;

/** Losses against their formulas in double precision, and their gradients against differences. */
class LossTest {
    private static final int CLASSES = 3;
    private static final float[] Z = {0.3f, -1.2f, 2, 0.1f, 0.2f, -0.4f, 5, -3, 0.5f, -0.1f, 0.4f, 0.9f};
    private static final float[] T = {1, 0, 0, 0.25f, 0.5f, 0.25f, 0, 0, 1, 0, 1, 0};
    private static final float[] LABELS = {2, 0, 1, 1};

    private static double value(Loss loss, Training training, float[] z, float[] t, Optional<float[]> weights) {
        return new Run(loss, training, z, t, weights).value();
    }

    private static double value(Loss loss, float[] z, float[] t) {
        return value(loss, Training.of(loss, new Sgd(), 1, 1), z, t, Optional.empty());
    }

    /** A loss of outputs that are the input itself. */
    private static final class Run {
        final GraphBuilder g = new GraphBuilder();
        final Node z;
        final Node loss;
        final Map<String, double[]> values = new HashMap<>();
        final int rows;

        Run(Loss kind, Training training, float[] z, float[] t, Optional<float[]> weights) {
            Network network = Network.of("", Shape.of(CLASSES), new ActivationLayer(Activation.Simple.LINEAR));
            rows = z.length / CLASSES;
            this.z = g.input("z", TensorType.f32(Shape.batched(CLASSES)));
            loss = TrainingGraph.measured(g, Head.of(network, kind), training, Feed.BATCHES.inputs(g), this.z)
                    .loss();
            g.output("loss", loss);
            put("z", z);
            put(TrainingGraph.TARGET, t);
            weights.ifPresent(w -> put(TrainingGraph.WEIGHTS, w));
            gradientIsTheDerivative();
        }

        private void put(String name, float[] v) {
            double[] d = new double[v.length];
            for (int i = 0; i < d.length; i++) {
                d[i] = v[i];
            }
            values.put(name, d);
        }

        double value() {
            Execution e =
                    new ReferenceMachine().prepare(Compiler.compile(g.build())).get();
            e.batch(rows);
            values.forEach((name, v) -> {
                float[] f = new float[v.length];
                for (int i = 0; i < f.length; i++) {
                    f[i] = (float) v[i];
                }
                e.write(e.program().source(name), f);
            });
            e.run();
            return e.finish()
                    .then(x -> x.readFloats(x.program().output("loss")))
                    .get()[0];
        }

        private void gradientIsTheDerivative() {
            Node gradient = Autodiff.gradients(g, loss, List.of(z)).get(0);
            double[] found = new DoubleInterpreter(rows, values).value(gradient);
            double[] x = values.get("z");
            for (int i = 0; i < x.length; i++) {
                double keep = x[i];
                x[i] = keep + 1e-5;
                double up = new DoubleInterpreter(rows, values).value(loss)[0];
                x[i] = keep - 1e-5;
                double down = new DoubleInterpreter(rows, values).value(loss)[0];
                x[i] = keep;
                assertThat(found[i]).as("gradient " + i).isCloseTo((up - down) / 2e-5, within(1e-6));
            }
        }
    }

    /** Mean over all elements. */
    private static double mean(float[] z, float[] t, ToDoubleBiFunction<Double, Double> f) {
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            sum += f.applyAsDouble((double) z[i], (double) t[i]);
        }
        return sum / z.length;
    }

    private static double minusLogSoftmax(float[] z, int row, int c) {
        double sum = 0;
        for (int i = 0; i < CLASSES; i++) {
            sum += Math.exp(z[CLASSES * row + i]);
        }
        return Math.log(sum) - z[CLASSES * row + c];
    }

    @Test
    void errorsOfNumbers() {
        assertThat(value(new MeanSquaredError(), Z, T))
                .isCloseTo(mean(Z, T, (y, t) -> (y - t) * (y - t)), within(1e-6));
        assertThat(value(new MeanAbsoluteError(), Z, T)).isCloseTo(mean(Z, T, (y, t) -> Math.abs(y - t)), within(1e-6));
        assertThat(value(new Huber(0.75f), Z, T))
                .isCloseTo(
                        mean(Z, T, (y, t) -> {
                            double e = Math.abs(y - t);
                            return e <= 0.75 ? e * e / 2 : 0.75 * (e - 0.375);
                        }),
                        within(1e-6));
    }

    @Test
    void crossEntropyOfDistributionsAndLabels() {
        double expected = 0;
        for (int row = 0; row < 4; row++) {
            for (int c = 0; c < CLASSES; c++) {
                expected += T[CLASSES * row + c] * minusLogSoftmax(Z, row, c) / 4;
            }
        }
        assertThat(value(new CrossEntropy(), Z, T)).isCloseTo(expected, within(1e-6));
        double labelled = 0;
        for (int row = 0; row < 4; row++) {
            labelled += minusLogSoftmax(Z, row, (int) LABELS[row]) / 4;
        }
        assertThat(value(new CrossEntropy(true, 0, Optional.empty()), Z, LABELS))
                .isCloseTo(labelled, within(1e-6));
    }

    @Test
    void smoothingAndClassWeights() {
        float[] w = {0.5f, 2, 1};
        double sum = 0;
        double weights = 0;
        for (int row = 0; row < 4; row++) {
            for (int c = 0; c < CLASSES; c++) {
                double t = (LABELS[row] == c ? 0.7 : 0) + 0.3 / CLASSES;
                sum += w[c] * t * minusLogSoftmax(Z, row, c);
                weights += w[c] * t;
            }
        }
        Loss loss = new CrossEntropy(true, 0.3f, Optional.of(List.of(0.5f, 2f, 1f)));
        assertThat(value(loss, Z, LABELS)).isCloseTo(sum / weights, within(1e-6));
        assertThatThrownBy(() -> value(new CrossEntropy(true, 0, Optional.of(List.of(1f))), Z, LABELS))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("class_weights: expected 3 numbers, one a class, found 1");
    }

    @Test
    void binaryCrossEntropyOfEveryOutput() {
        double expected = mean(Z, T, (z, t) -> {
            double p = 1 / (1 + Math.exp(-z));
            return -2 * t * Math.log(p) - (1 - t) * Math.log(1 - p);
        });
        assertThat(value(new BinaryCrossEntropy(2), Z, T)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void weightsMaskRows() {
        Loss loss = new CrossEntropy(true, 0, Optional.empty());
        Training weighted = Training.of(loss, new Sgd(), 1, 1).with(Training.WEIGHTED, true);
        double expected = (minusLogSoftmax(Z, 0, 2) + 3 * minusLogSoftmax(Z, 2, 1)) / 4;
        assertThat(value(loss, weighted, Z, LABELS, Optional.of(new float[] {1, 0, 3, 0})))
                .isCloseTo(expected, within(1e-6));
        assertThat(value(loss, weighted, Z, LABELS, Optional.of(new float[4]))).isEqualTo(0);
    }

    private static Head head(Loss loss, Layer... layers) {
        return Head.of(Network.of("", Shape.of(CLASSES), layers), loss);
    }

    @Test
    void theFunctionInTheLossIsTakenOffTheNetwork() {
        Dense dense = new Dense(CLASSES, Activation.Simple.LINEAR);
        Layer off = LayerOptions.NONE.asDisabled().on(new Softmax());
        Head plain = head(new CrossEntropy(), dense);
        assertThat(plain.isLogits()).isTrue();
        for (Layer[] layers : new Layer[][] {
            {dense, new Softmax()},
            {dense, LayerOptions.NONE.named("p").on(new Softmax()), off},
            {dense, new Sequential(List.of(new Softmax(), new Sequential(List.of())))}
        }) {
            Head h = head(new CrossEntropy(), layers);
            assertThat(h.isLogits()).isTrue();
            Model m = Model.initialise(h.network(), 1);
            assertThat(m.parameters())
                    .isEqualTo(Model.initialise(plain.network(), 1).parameters());
            assertThat(h.network().allPlaces())
                    .filteredOn(p -> p.layer() instanceof Softmax)
                    .allMatch(p -> p.options().disabled());
        }
        assertThat(head(new CrossEntropy(), dense, new Softmax(new SoftmaxKind.Temperature(2)))
                        .isLogits())
                .isFalse();
        assertThat(head(new CrossEntropy(), dense, new Softmax(new SoftmaxKind.Temperature(2), true))
                        .isLogits())
                .isTrue();
        assertThat(head(new BinaryCrossEntropy(), new Dense(2, Activation.Simple.SIGMOID))
                        .network()
                        .places()
                        .get(0)
                        .layer())
                .isEqualTo(new Dense(2, Activation.Simple.LINEAR));
    }
}
