package loom.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Softmax;
import loom.model.Tensor;
import loom.numeric.Philox;
import loom.numeric.Sha256;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final Network SMALL = Network.of(
            "small",
            Shape.of(2),
            new Dense(16, Activation.Simple.TANH),
            new Dense(2, Activation.Simple.LINEAR),
            new Softmax());

    /** Points in a square; class 1 inside the circle of radius 0.8 around the middle. */
    private static Dataset circle(int n) {
        float[] x = new float[2 * n];
        float[] t = new float[2 * n];
        for (int i = 0; i < n; i++) {
            x[2 * i] = Philox.uniform(5, 2 * i, 0, 0, 0) * 2 - 1;
            x[2 * i + 1] = Philox.uniform(5, 2 * i + 1, 0, 0, 0) * 2 - 1;
            boolean inside = x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1] < 0.64f;
            t[2 * i + (inside ? 1 : 0)] = 1;
        }
        return new Dataset(Shape.of(2), x, Shape.of(2), t);
    }

    private static Model train(Loss loss, float rate, int epochs, List<Float> losses) {
        Training training = Training.of(loss, new Sgd(), rate, 16).with(Training.EPOCHS, epochs);
        Fit fit = Fit.start(Model.initialise(SMALL, 11), training, circle(200), new ReferenceMachine())
                .get();
        while (!fit.done()) {
            fit.next().get().end().ifPresent(end -> losses.add(end.loss()));
        }
        return fit.model().get();
    }

    private static String digest(Model m) {
        StringBuilder b = new StringBuilder();
        for (Tensor t : m.parameters().values()) {
            for (float v : t.values()) {
                b.append(Integer.toHexString(Float.floatToRawIntBits(v))).append(' ');
            }
        }
        return Sha256.hexOf(b.toString().getBytes(StandardCharsets.US_ASCII)).substring(0, 16);
    }

    @Test
    void learnsAndAlwaysTheSame() {
        List<Float> losses = new ArrayList<>();
        Model first = train(new CrossEntropy(), 0.5f, 60, losses);
        assertThat(losses.get(59)).isLessThan(0.25f).isLessThan(losses.get(0) / 3);
        // The trajectory is a golden value: every change of arithmetic, order or random numbers shows here.
        assertThat(digest(first)).isEqualTo("76c8121c7699363f");
        assertThat(digest(train(new MeanSquaredError(), 0.5f, 5, new ArrayList<>())))
                .isEqualTo("2123d4e9cccb25f8");
    }

    @Test
    void anExplodingStepTrapsAndChangesNothing() {
        Trainer t = Trainer.prepare(
                        Model.initialise(SMALL, 11),
                        Training.of(new CrossEntropy(), new Sgd(), 0x1p20f, 4),
                        new ReferenceMachine())
                .get();
        float[] x = {1, -1, 1, 1, 2, 3, 4, 5};
        float[] y = {0x1p40f, 0, 0, 1, 1, 0, 0, 1};
        Dataset batch = new Dataset(Shape.of(2), x, Shape.of(2), y);
        String before = digest(t.model().get());
        assertThatThrownBy(() -> t.run(batch, true).get())
                .isInstanceOf(NumericTrap.class)
                .hasMessageContaining("optimizer");
        assertThat(digest(t.model().get())).isEqualTo(before);
    }

    @Test
    void everyEpochHasItsOwnOrderOfAllSamples() {
        int[] a = Shuffle.order(100, 1, 0);
        int[] b = Shuffle.order(100, 1, 1);
        assertThat(a).isNotEqualTo(b).isEqualTo(Shuffle.order(100, 1, 0));
        assertThat(a).containsExactlyInAnyOrder(Shuffle.order(100, 2, 0));
    }

    @Test
    void idxFilesAreChecked() {
        byte[] good = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 9, (byte) 255};
        assertThat(Idx.parse("f", good).scaled()).containsExactly(9 / 255f, 1f);
        assertThatThrownBy(() -> Idx.parse("f", java.util.Arrays.copyOf(good, 13)))
                .hasMessage("f: IDX header promises 2 bytes, the file has 1");
        good[2] = 9;
        assertThatThrownBy(() -> Idx.parse("f", good)).hasMessage("f: not an IDX file of unsigned bytes");
        assertThatThrownBy(() -> new Idx(Shape.of(1), new byte[] {10}).oneHot(10))
                .hasMessage("label 10 of sample 0 is not below 10");
    }
}
