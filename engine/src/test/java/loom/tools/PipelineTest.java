package loom.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import loom.format.Cursor;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.observe.LayerOutputs;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private static final Model MODEL = Model.initialise(
            Network.of("m", Shape.of(3), new Dense(4, Activation.Simple.TANH), new Dense(2, Activation.Simple.LINEAR)),
            1);

    private static Pipeline open() {
        return Pipeline.open(ModelWriter.write(MODEL).getBytes(StandardCharsets.UTF_8), new ReferenceMachine())
                .get();
    }

    /** The data of each layer after a tick. */
    private static List<String> data(String answer) {
        return Cursor.parse("answer", answer).member("layers").elements().stream()
                .map(l -> l.member("data").string())
                .toList();
    }

    /** After as many ticks as layers, a chain gives what a run gives; before, its last layer has only seen zeros. */
    @Test
    void anInputReachesALayerAfterAsManyTicks() {
        List<String> run = data(
                LayerOutputs.of(new ReferenceMachine(), MODEL, 1, 2, 3).get().json());
        Pipeline p = open();
        List<String> first = data(p.tick(1, 2, 3).get());
        assertThat(first.get(0)).isEqualTo(run.get(0));
        assertThat(first.get(1)).isNotEqualTo(run.get(1));
        String second = p.tick(0, 0, 0).get();
        assertThat(data(second).get(0)).isNotEqualTo(run.get(0));
        assertThat(data(second).get(1)).isEqualTo(run.get(1));
        assertThat(Cursor.parse("answer", second).member("tick").whole(0, 9)).isEqualTo(2);
        p.reset().get();
        assertThat(data(p.tick(1, 2, 3).get())).isEqualTo(first);
        p.close();
    }

    @Test
    void refusesWhatIsNoSample() {
        Pipeline p = open();
        assertThatThrownBy(() -> p.tick(1, 2).get())
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected 3 numbers");
        assertThat(data(p.tick(1, 2, 3).get())).hasSize(2);
        p.close();
        assertThatThrownBy(() -> p.tick(1, 2, 3).get()).hasMessage("the pipeline is closed");
    }
}
