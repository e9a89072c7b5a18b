package loom.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

class ResidualTest {
    private static final Dense TWICE = new Dense(1, Activation.Simple.LINEAR, false, new Initialiser.Constant(2));

    private static float[] answer(Layer layer, float... x) {
        return ModelRunner.open(new ReferenceMachine(), Model.initialise(Network.of("", Shape.of(1), layer), 1))
                .get()
                .run(x, x.length)
                .get();
    }

    @Test
    void addsItsInputToWhatItsLayersGive() {
        assertArrayEquals(new float[] {15, -5}, answer(new Residual(List.of(TWICE, TWICE)), 3, -1));
        assertArrayEquals(new float[] {6}, answer(new Residual(List.of()), 3));
        assertArrayEquals(new float[] {21}, answer(new Residual(List.of(new Residual(List.of(TWICE)), TWICE)), 3));
    }

    @Test
    void parametersAreNamedByPlace() {
        assertEquals(
                List.of("0.0.0.0.kernel", "0.0.0.1.0.kernel"),
                List.copyOf(Network.of("", Shape.of(1), new Residual(List.of(TWICE, new Residual(List.of(TWICE)))))
                        .parameters()
                        .keySet()));
    }

    @Test
    void shapesMustBeEqual() {
        assertThatThrownBy(() ->
                        Network.of("", Shape.of(4), new Residual(List.of(new Dense(3, Activation.Simple.LINEAR)))))
                .hasMessage(
                        "cell 0,0 layer 0 residual: residual adds [4] and [3], which its layers give; shapes must be"
                                + " equal");
    }

    @Test
    void checked() {
        LayerCheck.of(Network.of(
                        "",
                        Shape.of(3, 4),
                        new Residual(List.of(
                                new RmsNorm(),
                                new Dense(8, Activation.Simple.GELU),
                                new Dropout(0.2f),
                                new Dense(4, Activation.Simple.LINEAR)))))
                .run();
    }
}
