package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import loom.graph.Graph;
import loom.graph.Shape;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Compiler;
import org.junit.jupiter.api.Test;

class LayersTest {
    private static float[] run(Model model, float[] x) {
        Graph graph = NetworkLowering.inference(model.network());
        Execution e = new ReferenceMachine().prepare(Compiler.compile(graph)).get();
        e.batch(x.length / model.network().input().elements(1));
        e.write(e.program().source(NetworkLowering.INPUT), x);
        for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
            e.write(e.program().source(p.getKey()), p.getValue().values());
        }
        e.run();
        e.finish().get();
        return e.readFloats(e.program().output(NetworkLowering.OUTPUT)).get();
    }

    @Test
    void reluKeepsWhatIsPositive() {
        Model m = Model.initialise(Network.of("", Shape.of(3), new ActivationLayer(Activation.Simple.RELU)), 1);
        assertArrayEquals(new float[] {0, 0, 2}, run(m, new float[] {-1, 0, 2}));
    }

    @Test
    void leakyReluScalesWhatIsNegative() {
        Model m =
                Model.initialise(Network.of("", Shape.of(3), new ActivationLayer(new Activation.LeakyRelu(0.25f))), 1);
        assertArrayEquals(new float[] {-0.25f, 0, 2}, run(m, new float[] {-1, 0, 2}));
    }

    @Test
    void denseActsOnTheLastAxisOfAnyShape() {
        Model flat = Model.initialise(Network.of("", Shape.of(4), new Dense(3, Activation.Simple.TANH)), 9);
        Model deep = Model.initialise(Network.of("", Shape.of(2, 5, 4), new Dense(3, Activation.Simple.TANH)), 9);
        float[] x = new float[40];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i * 7 % 11 - 5) / 4f;
        }
        assertEquals(Shape.of(2, 5, 3), deep.network().output());
        assertArrayEquals(run(flat, x), run(deep, x));
    }

    @Test
    void softmaxOfTemperatureOneIsTheStandardOne() {
        float[] x = {1, 2, 3, -4, 0, 50};
        Model standard = Model.initialise(Network.of("", Shape.of(3), new Softmax()), 1);
        Model one = Model.initialise(Network.of("", Shape.of(3), new Softmax(new SoftmaxKind.Temperature(1))), 1);
        assertArrayEquals(run(standard, x), run(one, x));
        float[] y = run(standard, x);
        assertThat(y[0] + y[1] + y[2]).isBetween(0.999999f, 1.000001f);
        assertThat(y[5]).isEqualTo(1f);
    }

    @Test
    void cellsRunRowByRowAndEmptyOnesHandOn() {
        Layer twice = new Dense(1, Activation.Simple.LINEAR, false, new Initialiser.Constant(2));
        Layer relu = new ActivationLayer(Activation.Simple.RELU);
        Network n = new Network(
                "", Shape.of(1), new Grid(2, 2, List.of(Cell.of(twice), Cell.of(), Cell.of(twice, relu), Cell.of())));
        assertArrayEquals(new float[] {12, 0}, run(Model.initialise(n, 1), new float[] {3, -3}));
        assertEquals(
                List.of("cell 0,0 layer 0 dense", "cell 1,0 layer 0 dense", "cell 1,0 layer 1 activation"),
                List.copyOf(NetworkLowering.inference(n).names().keySet()));
        assertEquals(
                List.of("0.0.0.kernel", "1.0.0.kernel"),
                List.copyOf(n.parameters().keySet()));
    }

    @Test
    void nestedLayersHaveNamesOfTheirOwn() {
        Network n = Network.of(
                "", Shape.of(2), new Sequential(List.of(new Dense(3, Activation.Simple.RELU), new Softmax())));
        assertEquals(
                List.of("0.0.0.0.kernel", "0.0.0.0.bias"),
                List.copyOf(n.parameters().keySet()));
        assertEquals(
                List.of(
                        "cell 0,0 layer 0 sequential, layer 0 dense",
                        "cell 0,0 layer 0 sequential, layer 1 softmax",
                        "cell 0,0 layer 0 sequential"),
                List.copyOf(NetworkLowering.inference(n).names().keySet()));
    }

    @Test
    void shapesThatDoNotFitNameTheLayer() {
        LayerException e = assertThrows(
                LayerException.class, () -> Network.of("", Shape.of(6), new Softmax(), new Reshape(Shape.of(4))));
        assertEquals("cell 0,0 layer 1 reshape", e.layer());
    }

    @Test
    void initialisationDependsOnSeedAndPlaceAlone() {
        Network n = Network.of(
                "",
                Shape.of(50),
                new Dense(40, Activation.Simple.RELU),
                new Dense(50, Activation.Simple.RELU),
                new Dense(40, Activation.Simple.RELU, true, Initialiser.Scaled.HE_NORMAL));
        Model a = Model.initialise(n, 5);
        assertEquals(a, Model.initialise(n, 5));
        float[] first = a.parameters().get("0.0.0.kernel").values();
        assertThat(first)
                .isNotEqualTo(
                        Model.initialise(n, 6).parameters().get("0.0.0.kernel").values());
        double bound = Math.sqrt(6.0 / 90) * (1 + 1e-6);
        double sum = 0;
        for (float v : first) {
            assertThat(Math.abs(v)).isLessThanOrEqualTo((float) bound);
            sum += v * v;
        }
        assertThat(sum / first.length).isBetween(0.9 * 2 / 90, 1.1 * 2 / 90);
        double normal = 0;
        for (float v : a.parameters().get("0.0.2.kernel").values()) {
            normal += v * v;
        }
        assertThat(normal / 2000).isBetween(0.9 * 2 / 50, 1.1 * 2 / 50);
        assertThat(a.parameters().get("0.0.0.bias").values()).containsOnly(0f);
    }

    @Test
    void everyDeclaredThingIsDocumentedAndNamedOnce() {
        for (Registry<?> r : List.of(
                Layer.Types.ALL,
                Activation.Types.ALL,
                SoftmaxKind.Types.ALL,
                Initialiser.Types.ALL,
                Padding.Types.ALL,
                PadMode.Types.ALL,
                Interpolation.Types.ALL)) {
            assertThat(r.names()).doesNotHaveDuplicates();
            for (Declaration<?> d : r.declarations()) {
                assertThat(d.doc()).isNotEmpty();
                d.fields().forEach(f -> assertThat(f.doc()).isNotEmpty());
            }
        }
    }
}
