package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.KMeans.Distance;
import loom.model.KMeans.Output;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class KMeansTest {
    private static final float[] CENTERS = {1, 0, 0, 2, -1, -1};
    private static final float[] X = {0.5f, 0.25f, -2, 1, 0, 0, 3, -0.125f};

    private static KMeans plain(Distance distance, float temperature, Output output) {
        return new KMeans(3, List.of(), distance, temperature, output);
    }

    static Stream<Arguments> layers() {
        Layer dense = new Dense(3, Activation.Simple.TANH);
        return Stream.of(
                Arguments.of(
                        Shape.of(4), new KMeans(5, List.of(dense), Distance.EUCLIDEAN, 0.5f, Output.PROBABILITIES)),
                Arguments.of(Shape.of(4), new KMeans(2, List.of(dense), Distance.MANHATTAN, 2, Output.PROBABILITIES)),
                Arguments.of(Shape.of(1), new KMeans(1, List.of(), Distance.COSINE, 1, Output.PROBABILITIES)),
                Arguments.of(
                        Shape.of(2, 4), new KMeans(3, List.of(dense, dense), Distance.COSINE, 0.5f, Output.FEATURES)),
                Arguments.of(Shape.of(33), new KMeans(4, List.of(), Distance.EUCLIDEAN, 4, Output.FEATURES)),
                Arguments.of(
                        Shape.of(2, 3, 4),
                        new KMeans(3, List.of(new Flatten(), dense), Distance.MANHATTAN, 1, Output.FEATURES)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void checked(Shape input, KMeans layer) {
        LayerCheck.of(Network.of("", input, layer)).run();
    }

    @ParameterizedTest
    @EnumSource(Distance.class)
    void checkedStraightThrough(Distance distance) {
        LayerCheck.of(Network.of("", Shape.of(3, 2), plain(distance, 0.5f, Output.RECONSTRUCTION)))
                .withoutDifferences()
                .run();
    }

    private static float[] answer(KMeans layer) {
        Model model = Model.initialise(Network.of("", Shape.of(2), layer), 1);
        LinkedHashMap<String, Tensor> parameters = model.parameters();
        parameters.put("0.0.0.centers", new Tensor(Shape.of(3, 2), CENTERS));
        return ModelRunner.open(new ReferenceMachine(), model.withParameters(parameters))
                .get()
                .run(X, 4)
                .get();
    }

    private static double energy(Distance distance, double t, double a, double b, double c, double d) {
        return switch (distance) {
            case EUCLIDEAN -> ((a - c) * (a - c) + (b - d) * (b - d)) / (2 * t * t);
            case MANHATTAN -> (Math.abs(a - c) + Math.abs(b - d)) / t;
            case COSINE -> {
                double lengths = Math.hypot(a, b) * Math.hypot(c, d);
                yield (1 - (lengths == 0 ? 0 : (a * c + b * d) / lengths)) / t;
            }
        };
    }

    private static double[] probabilities(Distance distance, double t, int sample) {
        double[] p = new double[3];
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            p[k] = Math.exp(-energy(distance, t, X[2 * sample], X[2 * sample + 1], CENTERS[2 * k], CENTERS[2 * k + 1]));
            sum += p[k];
        }
        for (int k = 0; k < 3; k++) {
            p[k] /= sum;
        }
        return p;
    }

    @ParameterizedTest
    @EnumSource(Distance.class)
    void probabilitiesAndExpectedCentres(Distance distance) {
        float[] p = answer(plain(distance, 0.75f, Output.PROBABILITIES));
        float[] f = answer(plain(distance, 0.75f, Output.FEATURES));
        for (int s = 0; s < 4; s++) {
            double[] expected = probabilities(distance, 0.75, s);
            for (int k = 0; k < 3; k++) {
                assertThat((double) p[3 * s + k]).isCloseTo(expected[k], within(1e-6));
            }
            for (int i = 0; i < 2; i++) {
                double mean = 0;
                for (int k = 0; k < 3; k++) {
                    mean += expected[k] * CENTERS[2 * k + i];
                }
                assertThat((double) f[2 * s + i]).isCloseTo(mean, within(2e-6));
            }
        }
    }

    @Test
    void reconstructionIsTheNearestCentre() {
        assertArrayEquals(
                new float[] {1, 0, 0, 2, 1, 0, 1, 0}, answer(plain(Distance.EUCLIDEAN, 1, Output.RECONSTRUCTION)));
        // (0, 0) has no direction: all angles are alike, and the first centre wins.
        assertArrayEquals(
                new float[] {1, 0, 0, 2, 1, 0, 1, 0}, answer(plain(Distance.COSINE, 1, Output.RECONSTRUCTION)));
    }

    /** Far from all centres and at any temperature the nearest one wins, without a trap. */
    @ParameterizedTest
    @EnumSource(Distance.class)
    void farFeatures(Distance distance) {
        Layer away = new Dense(2, Activation.Simple.LINEAR, false, new Initialiser.Constant(0x1p20f));
        Layer layer = new KMeans(3, List.of(away), distance, 0x1p-9f, Output.PROBABILITIES);
        Model model = Model.initialise(Network.of("", Shape.of(2), layer), 1);
        LinkedHashMap<String, Tensor> parameters = model.parameters();
        parameters.put("0.0.0.centers", new Tensor(Shape.of(3, 2), CENTERS));
        float[] y = ModelRunner.open(new ReferenceMachine(), model.withParameters(parameters))
                .get()
                .run(new float[] {1, 1}, 1)
                .get();
        assertEquals(1f, y[0] + y[1] + y[2]);
    }

    @Test
    void errors() {
        assertThatThrownBy(() -> plain(Distance.EUCLIDEAN, 0, Output.FEATURES)).isInstanceOf(FieldException.class);
        assertThatThrownBy(() -> new KMeans(0, List.of(), Distance.EUCLIDEAN, 1, Output.FEATURES))
                .isInstanceOf(FieldException.class);
    }
}
