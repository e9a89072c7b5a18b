package loom.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import loom.conformance.LayerCases;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Combine;
import loom.model.Concat;
import loom.model.Dense;
import loom.model.Earlier;
import loom.model.Flatten;
import loom.model.Layer;
import loom.model.LayerException;
import loom.model.LayerOptions;
import loom.model.Model;
import loom.model.Network;
import loom.model.Precision;
import loom.model.Recall;
import loom.model.Reshape;
import loom.model.Sequential;
import loom.run.ModelRunner;
import loom.train.Dataset;
import loom.train.Fit;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Training;
import org.junit.jupiter.api.Test;

class RecombineTest {
    private static final float[] X = {0.5f, -1, 2};

    private static Model model(long seed, Shape input, Layer... layers) {
        return Model.initialise(Network.of("m" + seed, input, layers), seed);
    }

    private static Model mlp(long seed, int out) {
        return model(
                seed,
                Shape.of(3),
                LayerOptions.NONE.named("first").on(new Dense(4, Activation.Simple.TANH)),
                new Sequential(List.of(new Dense(5, Activation.Simple.RELU))),
                new Dense(out, Activation.Simple.LINEAR));
    }

    static float[] run(Model m, float... x) {
        ModelRunner r = ModelRunner.open(new ReferenceMachine(), m).get();
        float[] y = r.run(x, x.length / m.network().input().elements(1)).get();
        r.close();
        return y;
    }

    private static float[] together(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Test
    void aGraftGivesWhatItsModelsGive() {
        Model a = mlp(1, 2);
        Model b = mlp(2, 3);
        Model g = new Graft(0, new Concat(), 0, 7).of(List.of(a, b));
        assertThat(run(g, X)).containsExactly(together(run(a, X), run(b, X)));
        Model sum = new Graft(0, Combine.Elementwise.ADD, 0, 7).of(List.of(a, a));
        float[] y = run(a, X);
        assertThat(run(sum, X)).containsExactly(2 * y[0], 2 * y[1]);
        assertThat(ModelReader.load("g.json", ModelWriter.write(g)).model()).isEqualTo(g);
    }

    /** Without its last layer and under a head of its own; every branch learns. */
    @Test
    void aGraftTrains() {
        Model g = new Graft(1, new Concat(), 2, 7).of(List.of(mlp(1, 2), mlp(2, 9)));
        assertThat(g.network().output()).isEqualTo(Shape.of(2));
        assertThat(g.network().parameters()).containsKeys("0.0.0.0.0.kernel", "0.0.0.1.1.0.bias", "0.0.1.kernel");
        Dataset data = new Dataset(Shape.of(3), X, Shape.of(2), new float[] {1, -1});
        Training training =
                Training.of(new MeanSquaredError(), new Sgd(), 0.1f, 1).with(Training.EPOCHS, 3);
        Fit fit = Fit.start(g, training, data, new ReferenceMachine()).get();
        float first = fit.next().get().loss();
        fit.next().get();
        assertThat(fit.next().get().loss()).isLessThan(first);
        Model trained = fit.model().get();
        for (String name : List.of("0.0.0.0.0.kernel", "0.0.0.1.0.kernel", "0.0.1.kernel")) {
            assertThat(trained.parameters().get(name))
                    .isNotEqualTo(g.parameters().get(name));
        }
    }

    @Test
    void graftsThatCannotBe() {
        refused(() -> new Graft(0, new Concat(), 0, 1).of(List.of()), "a graft needs at least one model");
        Model two = model(1, Shape.of(2), new Dense(2, Activation.Simple.LINEAR));
        refused(
                () -> new Graft(0, new Concat(), 0, 1).of(List.of(mlp(1, 2), two)),
                "model 1 takes [2], model 0 takes [3]; branches of one layer take the same input");
        refused(
                () -> new Graft(1, new Concat(), 0, 1).of(List.of(mlp(1, 2), model(1, Shape.of(3), new Flatten()))),
                "model 1 has 1 layers, 1 cannot be left out at its end");
        assertThatThrownBy(() -> new Graft(0, Combine.Elementwise.ADD, 0, 1).of(List.of(mlp(1, 2), mlp(2, 3))))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("branch 0 gives [2], branch 1 gives [3]; add needs equal shapes");
    }

    @Test
    void cellsSpreadAndMerge() {
        Model a = mlp(1, 2);
        Model spread = Cells.spread(a, 2, 2);
        assertThat(spread.network().grid().cells())
                .extracting(c -> c.layers().size())
                .containsExactly(1, 1, 1, 0);
        assertThat(run(spread, X)).containsExactly(run(a, X));
        assertThat(Cells.merged(spread)).isEqualTo(a);
        assertThat(Cells.spread(a, 1, 2).network().grid().cells())
                .extracting(c -> c.layers().size())
                .containsExactly(2, 1);
    }

    @Test
    void aSplitModelIsTheModel() {
        Model a = Cells.spread(mlp(1, 2), 1, 2);
        for (int at = 1; at < 3; at++) {
            List<Model> parts = Cells.split(a, at);
            assertThat(run(parts.get(1), run(parts.get(0), X))).containsExactly(run(a, X));
            assertThat(Cells.join(parts.get(0), parts.get(1), 1)).isEqualTo(Cells.merged(a));
        }
        refused(() -> Cells.split(a, 0), "a model of 3 layers split at layer 0, expected 1 to 2");
        refused(() -> Cells.split(a, 3), "a model of 3 layers split at layer 3, expected 1 to 2");
    }

    @Test
    void partsKeepTheirNumbersOfInt8() {
        Network network = Network.of(
                "",
                Shape.of(3),
                LayerOptions.NONE.with(Precision.INT8).on(new Dense(4, Activation.Simple.TANH)),
                new Dense(5, Activation.Simple.RELU),
                LayerOptions.NONE.with(Precision.INT8).on(new Dense(2, Activation.Simple.LINEAR)));
        Model m = LayerCases.model(network);
        List<Model> parts = Cells.split(m, 1);
        assertThat(run(parts.get(1), run(parts.get(0), X))).containsExactly(run(m, X));
        assertThat(run(Cells.spread(m, 1, 2), X)).containsExactly(run(m, X));
    }

    @Test
    void stitchesBetweenWidths() {
        Model a = mlp(1, 2);
        Model b = model(5, Shape.of(4), new Dense(1, Activation.Simple.LINEAR));
        Model joined = Cells.join(a, b, 9);
        assertThat(joined.network().places())
                .extracting(p -> p.layer().typeName())
                .containsExactly("dense", "sequential", "dense", "dense", "dense");
        Model stitch = Cells.split(Cells.split(joined, 3).get(1), 1).get(0);
        assertThat(run(b, run(stitch, run(a, X)))).containsExactly(run(joined, X));
        // The stitch starts from the seed, what was there stays.
        Model other = Cells.join(a, b, 10);
        assertThat(other.parameters().get("0.0.3.kernel"))
                .isNotEqualTo(joined.parameters().get("0.0.3.kernel"));
        assertThat(other.parameters().get("0.0.4.kernel"))
                .isEqualTo(b.parameters().get("0.0.0.kernel"));
    }

    @Test
    void stitchesBetweenShapes() {
        assertThat(Cells.stitch(Shape.of(6), Shape.of(6))).isEmpty();
        assertThat(Cells.stitch(Shape.of(6), Shape.of(2, 3))).containsExactly(new Reshape(Shape.of(2, 3)));
        assertThat(Cells.stitch(Shape.of(2, 3), Shape.of(2, 4)))
                .containsExactly(new Flatten(), new Dense(8, Activation.Simple.LINEAR), new Reshape(Shape.of(2, 4)));
        Model a = model(1, Shape.of(3), new Dense(6, Activation.Simple.LINEAR), new Reshape(Shape.of(2, 3)));
        Model b = model(2, Shape.of(2, 4), new Dense(1, Activation.Simple.LINEAR));
        assertThat(Cells.join(a, b, 1).network().output()).isEqualTo(Shape.of(2, 1));
    }

    @Test
    void whatReadsTheNetworksInputStaysInFront() {
        Layer reads = new Sequential(List.of(new Recall(Earlier.INPUT)));
        Model m = model(1, Shape.of(3), new Dense(3, Activation.Simple.TANH), reads);
        refused(
                () -> Cells.split(m, 1),
                "the second part: a sequential layer reads the network's input by name, which would be another one");
        refused(
                () -> Cells.join(mlp(1, 3), m, 1),
                "the second model: a sequential layer reads the network's input by name, which would be another one");
        assertThat(run(new Graft(0, new Concat(), 0, 1).of(List.of(m)), X)).containsExactly(run(m, X));
    }

    static void refused(Runnable work, String message) {
        assertThatThrownBy(work::run).isInstanceOf(BuildException.class).hasMessage(message);
    }
}
