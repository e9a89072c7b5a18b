package loom.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import loom.format.ModelException;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Initialiser;
import loom.model.Model;
import loom.model.Network;
import loom.model.Softmax;
import loom.model.Tensor;
import org.junit.jupiter.api.Test;

class ModelRunnerTest {
    private static final Model MODEL = Model.initialise(
            Network.of("m", Shape.of(2, 3), new Flatten(), new Dense(4, Activation.Simple.TANH), new Softmax()), 7);

    private static ModelRunner runner(Model model) {
        return ModelRunner.open(new ReferenceMachine(), model).get();
    }

    private static float[] ramp(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i % 7 - 3) / 8f;
        }
        return x;
    }

    @Test
    void aBatchGivesTheBitsOfItsSamples() {
        ModelRunner r = runner(MODEL);
        float[] x = ramp(18);
        float[] y = r.run(x, 3).get();
        assertEquals(12, y.length);
        for (int i = 0; i < 3; i++) {
            float[] one = r.run(Arrays.copyOfRange(x, 6 * i, 6 * i + 6), 1).get();
            assertArrayEquals(Arrays.copyOfRange(y, 4 * i, 4 * i + 4), one);
        }
        assertEquals(
                Shape.of(4), r.run(new Tensor(Shape.of(2, 3), ramp(6))).get().shape());
        assertEquals(
                Shape.of(3, 4), r.run(new Tensor(Shape.of(3, 2, 3), x)).get().shape());
        r.close();
    }

    @Test
    void inputsAreCheckedAndRoundedInACopy() {
        ModelRunner r = runner(MODEL);
        assertThat(assertThrows(ShapeException.class, () -> r.run(ramp(5), 1).get()))
                .hasMessage("input: expected 6 numbers for 1 samples of [2,3], found 5");
        assertThat(assertThrows(
                        ShapeException.class,
                        () -> r.run(new Tensor(Shape.of(6), ramp(6))).get()))
                .hasMessage("input: expected shape [2,3] or [n,2,3], found [6]");
        float[] nan = ramp(6);
        nan[4] = Float.NaN;
        assertThat(assertThrows(ModelException.class, () -> r.run(nan, 1).get()))
                .hasMessage("input: element 4 is NaN (0x7fc00000), expected a magnitude up to 2^50");
        float[] tiny = ramp(6);
        tiny[0] = Float.MIN_VALUE;
        float[] zero = ramp(6);
        zero[0] = 0;
        assertArrayEquals(r.run(zero, 1).get(), r.run(tiny, 1).get());
        assertEquals(Float.MIN_VALUE, tiny[0]);
        // A refused call leaves the model usable.
        assertEquals(4, r.run(ramp(6), 1).get().length);
    }

    @Test
    void trapsNameTheLayer() {
        ModelRunner r = runner(Model.initialise(
                Network.of(
                        "t",
                        Shape.of(1),
                        new Dense(1, Activation.Simple.LINEAR, false, new Initialiser.Constant(0x1p40f)),
                        new Dense(1, Activation.Simple.LINEAR, false, new Initialiser.Constant(0x1p40f))),
                1));
        assertEquals(
                "cell 0,0 layer 1 dense",
                assertThrows(NumericTrap.class, () -> r.run(new float[] {1}, 1).get())
                        .layer());
        assertArrayEquals(new float[] {0}, r.run(new float[] {0}, 1).get());
    }

    @Test
    void aClosedModelSaysSo() {
        ModelRunner r = runner(MODEL);
        r.close();
        r.close();
        assertThat(assertThrows(
                        IllegalStateException.class, () -> r.run(ramp(6), 1).get()))
                .hasMessage("the model is closed");
    }
}
