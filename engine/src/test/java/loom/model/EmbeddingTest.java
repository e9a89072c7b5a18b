package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import loom.conformance.LayerCases;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.program.Compiler;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingTest {
    private static final String TABLE = "0.0.0.embedding";
    private static final float[] ROWS = {1, 2, 10, 20, 100, 200};

    private static Model model(Embedding layer, int... shape) {
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put(TABLE, new Tensor(Shape.of(3, 2), ROWS));
        return Model.initialise(Network.of("ids", Shape.of(shape), layer), 1).withParameters(parameters);
    }

    static Stream<Machine> machines() {
        return Stream.of(new ReferenceMachine(), new WasmMachine(GraalWasmHost.shared()));
    }

    private static float[] run(Machine machine, Model model, int batch, float... ids) {
        return ModelRunner.open(machine, model).get().run(ids, batch).get();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void rowsByIdInAnyShape(Machine machine) {
        assertThat(run(machine, model(new Embedding(3, 2), 2), 2, 2, 0, 1, 1))
                .containsExactly(100, 200, 1, 2, 10, 20, 10, 20);
        Model images = model(new Embedding(3, 2), 1, 2);
        assertEquals(Shape.of(1, 2, 2), images.network().output());
        assertThat(run(machine, images, 1, 1, 2)).containsExactly(10, 20, 100, 200);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void paddingGivesZeros(Machine machine) {
        Embedding layer = new Embedding(3, 2).withPadding(1);
        assertThat(run(machine, model(layer, 3), 1, 2, 1, 0)).containsExactly(100, 200, 0, 0, 1, 2);
    }

    /** What is behind the point is cut off, as by the Go engine: −0.9 is 0. */
    @ParameterizedTest
    @MethodSource("machines")
    void fractionsAreCutOff(Machine machine) {
        assertThat(run(machine, model(new Embedding(3, 2), 3), 1, 1.99f, -0.9f, 2.5f))
                .containsExactly(10, 20, 1, 2, 100, 200);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void anIdThatIsNotThereIsATrap(Machine machine) {
        ModelRunner runner =
                ModelRunner.open(machine, model(new Embedding(3, 2), 2)).get();
        for (float id : new float[] {3, -1, 1e12f}) {
            int index = (int) id;
            assertThatThrownBy(() -> runner.run(new float[] {1, id}, 1).get())
                    .isInstanceOf(NumericTrap.class)
                    .hasMessage("index trap in cell 0,0 layer 0 embedding, gather %3: index " + index
                            + " is outside 0..2; nothing was changed");
        }
        assertThat(runner.run(new float[] {1, 2}, 1).get()).containsExactly(10, 20, 100, 200);
    }

    /** Ids 2, 0, 2, 1 with padding 1; the gradient of every output is its number from 1. */
    @ParameterizedTest
    @MethodSource("machines")
    void gradientAddsUpRowsAndLeavesPaddingAlone(Machine machine) {
        GraphBuilder g = new GraphBuilder();
        Network network = Network.of("", Shape.of(2), new Embedding(3, 2).withPadding(1));
        NetworkLowering.Lowered l = NetworkLowering.into(g, network, Mode.TRAINING);
        Node seed = g.input("seed", TensorType.f32(l.output().shape()));
        List<Node> gradients =
                Autodiff.gradients(g, l.output(), seed, List.of(l.parameters().get(TABLE), l.input()));
        g.output("table", gradients.get(0)).output("ids", gradients.get(1));
        Execution e = machine.prepare(Compiler.compile(g.build())).get();
        e.batch(2);
        e.write(e.program().source(NetworkLowering.INPUT), new float[] {2, 0, 2, 1});
        e.write(e.program().source("seed"), new float[] {1, 2, 3, 4, 5, 6, 7, 8});
        e.run();
        e.finish().get();
        assertThat(e.readFloats(e.program().output("table")).get()).containsExactly(3, 4, 0, 0, 1 + 5, 2 + 6);
        assertThat(e.readFloats(e.program().output("ids")).get()).containsOnly(0);
    }

    @Test
    void checked() {
        LayerCheck.of(new LayerCases.Entry(Network.of("", Shape.of(1), new Embedding(1, 1)), 1))
                .run();
        LayerCheck.of(new LayerCases.Entry(Network.of("", Shape.of(2, 3, 2), new Embedding(33, 4).withPadding(0)), 33))
                .run();
    }

    @Test
    void startsSmall() {
        float[] table = Model.initialise(Network.of("", Shape.of(2), new Embedding(100, 50)), 3)
                .parameters()
                .get(TABLE)
                .values();
        double square = 0;
        for (float x : table) {
            square += x * x;
        }
        assertThat(Math.sqrt(square / table.length)).isBetween(0.019, 0.021);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new Embedding(0, 2)).isInstanceOf(FieldException.class);
        assertThatThrownBy(() -> new Embedding((1 << 24) + 1, 2)).isInstanceOf(FieldException.class);
        assertThatThrownBy(() -> new Embedding(3, 2).withPadding(3))
                .isInstanceOf(FieldException.class)
                .hasMessageContaining("expected less than the vocabulary of 3");
        assertThatThrownBy(() -> new Embedding(3, 2).withPadding(-1)).isInstanceOf(FieldException.class);
        assertThatThrownBy(() -> new Embedding(3, 2).outputShape(Shape.SCALAR))
                .isInstanceOf(ShapeException.class)
                .hasMessage("embedding needs at least one axis, not a scalar");
        assertEquals(Optional.empty(), new Embedding(3, 2).paddingId());
    }
}
