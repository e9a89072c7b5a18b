package loom.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.Cursor;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Residual;
import loom.model.Softmax;
import loom.model.Tensor;
import loom.train.CrossEntropy;
import loom.train.Dataset;
import loom.train.Evaluator;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Training;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final Training SQUARES = Training.of(new MeanSquaredError(), new Sgd(), 0.1f, 8);

    /** One dense layer of two units on two inputs. */
    private static Model dense(Activation.Simple activation, float... kernel) {
        Network n = Network.of("m", Shape.of(2), new Dense(2, activation, false));
        LinkedHashMap<String, Tensor> p = new LinkedHashMap<>();
        p.put("0.0.0.kernel", new Tensor(Shape.of(2, 2), kernel));
        return Model.initialise(n, 1).withParameters(p);
    }

    private static Telemetry forward(Model m) {
        return Telemetry.open(new ReferenceMachine(), m.network(), new Ticks()::next)
                .get();
    }

    /** A clock that goes 1,000 nanoseconds a look at it. */
    private static final class Ticks {
        private long now;

        long next() {
            now += 1000;
            return now;
        }
    }

    /** Unit 0 is x₀ − x₁, at most 0 here, unit 1 is x₀ + x₁. */
    @Test
    void deadUnits() {
        Model m = dense(Activation.Simple.RELU, 1, 1, -1, 1);
        Observation o = forward(m).look(m, 1, 2, 3, 4).get();
        Observation.LayerView l = o.layers().get(0);
        assertThat(l.label()).isEqualTo("cell 0,0 layer 0 dense");
        assertThat(l.units()).isEqualTo(2);
        assertThat(l.dead()).isEqualTo(1);
        assertThat(l.saturated()).isZero();
        assertThat(l.output()).isEqualTo(Stats.of(0, 3, 0, 7));
        assertThat(l.gradient()).isEmpty();
        assertThat(o.samples()).isEqualTo(2);
        assertThat(o.nanoseconds()).isEqualTo(1000);
        assertThat(o.text())
                .contains("look 0, 2 samples, 1 µs", "1 of 2 units dead")
                .doesNotContain("loss");
    }

    @Test
    void saturatedElements() {
        Model tanh = dense(Activation.Simple.TANH, 1, -1, 0, 0);
        assertThat(forward(tanh).look(tanh, 5, 0, 0.1f, 0).get().layers().get(0).saturated())
                .isEqualTo(2);
        Model sigmoid = dense(Activation.Simple.SIGMOID, 1, -1, 0, 0);
        assertThat(forward(sigmoid).look(sigmoid, 3, 0).get().layers().get(0).saturated())
                .isZero();
        assertThat(forward(sigmoid).look(sigmoid, 5, 0).get().layers().get(0).saturated())
                .isEqualTo(2);
    }

    @Test
    void numbersAboutNumbers() {
        Stats s = Stats.of(1, 0, -2, 5);
        assertThat(s.mean()).isEqualTo(1);
        assertThat(s.deviation()).isCloseTo(Math.sqrt(26 / 4.0), within(1e-15));
        assertThat(s.norm()).isCloseTo(Math.sqrt(30), within(1e-15));
        assertThat(s.least()).isEqualTo(-2);
        assertThat(s.largest()).isEqualTo(5);
        assertThat(s.zeros()).isEqualTo(1);
        assertThat(Stats.of()).isEqualTo(new Stats(0, 0, 0, 0, 0, 0, 0));
    }

    /** {@code y = x·W}, loss mean (y − t)²: by y it is (y − t) for two outputs of one sample, by W the outer product with x. */
    @Test
    void gradientsByHand() {
        Model m = dense(Activation.Simple.LINEAR, 1, 0, 0, 1);
        Telemetry t = Telemetry.open(new ReferenceMachine(), m.network(), SQUARES, () -> 0)
                .get();
        Dataset one = new Dataset(Shape.of(2), new float[] {3, 4}, Shape.of(2), new float[] {0, 1});
        Observation o = t.look(m, one).get();
        assertThat(o.loss().orElseThrow()).isEqualTo((9 + 9) / 2f);
        assertThat(o.layers().get(0).gradient()).contains(Stats.of(3, 3));
        assertThat(o.parameters()).hasSize(1);
        assertThat(o.parameters().get(0).gradient()).isEqualTo(Stats.of(9, 9, 12, 12));
        assertThat(o.parameters().get(0).value()).isEqualTo(Stats.of(1, 0, 0, 1));
    }

    /** What looks see is what the evaluator computes, nested layers are seen too, and a second look at the same gives the same. */
    @Test
    void aLookChangesNothing() {
        Network n = Network.of(
                "m",
                Shape.of(3),
                new Residual(List.of(new Dense(3, Activation.Simple.TANH))),
                new Dense(2, Activation.Simple.LINEAR),
                new Softmax());
        Model m = Model.initialise(n, 3);
        Training training = Training.of(new CrossEntropy(), new Sgd(), 0.1f, 8);
        Dataset data = new Dataset(Shape.of(3), new float[] {1, 2, 3, -1, 0, 1}, Shape.of(2), new float[] {1, 0, 0, 1});
        Observer.Recording recording = new Observer.Recording();
        List<String> lines = new ArrayList<>();
        List<String> console = new ArrayList<>();
        Telemetry t = Telemetry.open(new ReferenceMachine(), n, training, () -> 0)
                .get()
                .add(recording)
                .add(Observer.stream(lines::add))
                .add(Observer.console(console::add));
        Observation first = t.look(m, data).get();
        Observation second = t.look(m, data).get();
        assertThat(second.layers()).isEqualTo(first.layers());
        assertThat(second.number()).isEqualTo(1);
        assertThat(recording.all()).containsExactly(first, second);
        assertThat(first.layers())
                .extracting(Observation.LayerView::label)
                .containsExactly(
                        "cell 0,0 layer 0 residual, layer 0 dense",
                        "cell 0,0 layer 0 residual",
                        "cell 0,0 layer 1 dense",
                        "cell 0,0 layer 2 activation");
        assertThat(first.loss().orElseThrow())
                .isEqualTo(Evaluator.prepare(m, training, new ReferenceMachine())
                        .get()
                        .evaluate(m, data)
                        .get()
                        .loss());
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).indexOf('\n')).isEqualTo(lines.get(0).length() - 1);
        Cursor json = Cursor.parse("o.json", lines.get(1));
        assertThat(json.member("look").whole(0, 9)).isEqualTo(1);
        assertThat(json.member("parameters").elements()).hasSize(4);
        assertThat(console.get(0)).contains("look 0, 2 samples", ", loss ", "0.0.1.kernel: norm ");
        t.close();
    }

    @Test
    void saysWhatIsWrong() {
        Model m = dense(Activation.Simple.TANH, 1, 2, 3, 4);
        assertThatThrownBy(() -> forward(m).look(m, 1, 2, 3))
                .isInstanceOf(ShapeException.class)
                .hasMessage("input: 3 numbers are no samples of [2]");
        Dataset data = new Dataset(Shape.of(2), new float[2], Shape.of(3), new float[3]);
        Telemetry back = Telemetry.open(new ReferenceMachine(), m.network(), SQUARES, () -> 0)
                .get();
        assertThatThrownBy(() -> back.look(m, data)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> back.look(m, 1, 2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> forward(m).look(m, data)).isInstanceOf(IllegalStateException.class);
    }
}
