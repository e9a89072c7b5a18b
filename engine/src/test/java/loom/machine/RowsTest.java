package loom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import loom.graph.Extent;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.TensorType;
import loom.graph.Words;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gather and scatter-add: which rows, in which order they are added, and what an index outside does. */
class RowsTest {
    private final GraphBuilder b = new GraphBuilder();

    static Stream<Machine> machines() {
        return Stream.of(new ReferenceMachine(), new WasmMachine(GraalWasmHost.shared()));
    }

    private Node indices(Shape shape, int... values) {
        return b.table(TensorType.i32(shape), Words.of(values));
    }

    private Node values(Shape shape, float... values) {
        return b.table(TensorType.f32(shape), Words.bits(values));
    }

    private static Execution run(Machine machine, Graph graph, Consumer<Execution> feed) {
        Execution e = machine.prepare(Compiler.compile(graph)).get();
        feed.accept(e);
        e.run();
        return e;
    }

    private float[] result(Machine machine, Node n) {
        b.output("y", n);
        Execution e = run(machine, b.build(), x -> {});
        e.finish().get();
        return e.readFloats(e.program().output("y")).get();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void rowsByIndex(Machine machine) {
        Node table = values(Shape.of(3, 5), 0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24);
        assertThat(result(machine, b.gather(table, indices(Shape.of(2, 1), 2, 0))))
                .containsExactly(20, 21, 22, 23, 24, 0, 1, 2, 3, 4);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void elementsOfEachGroup(Machine machine) {
        Node table = values(Shape.of(2, 3), 0, 1, 2, 10, 11, 12);
        assertThat(result(machine, b.gather(table, indices(Shape.of(2, 2), 2, 0, 1, 1), 1)))
                .containsExactly(2, 0, 11, 11);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void sumsOfEachGroup(Machine machine) {
        Node x = values(Shape.of(2, 3), 1, 2, 4, 8, 16, 32);
        assertThat(result(machine, b.scatterAdd(x, indices(Shape.of(2, 3), 2, 0, 2, 1, 1, 1), 1, Extent.of(3))))
                .containsExactly(2, 0, 5, 0, 56, 0);
    }

    /** In f32 2^24 + 1 is 2^24, so the order shows. */
    @ParameterizedTest
    @MethodSource("machines")
    void addsInAscendingPosition(Machine machine) {
        float big = 0x1p24f;
        Node x = values(Shape.of(8), big, 1, 1, 1, -big, 1, big, -big);
        Node i = indices(Shape.of(8), 1, 0, 1, 0, 1, 1, 0, 0);
        // Row 0: ((1 + 1) + 2^24) − 2^24; row 1: ((2^24 + 1) − 2^24) + 1.
        assertThat(result(machine, b.scatterAdd(x, i, 0, Extent.of(2)))).containsExactly(2, 1);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void everySumIsTested(Machine machine) {
        float end = 0x1p50f;
        Node x = values(Shape.of(6, 1), end, end, -end, end, -end, end);
        b.layer("sums");
        b.output("ok", b.scatterAdd(x, indices(Shape.of(6), 0, 1, 0, 2, 1, 0), 0, Extent.of(3)));
        run(machine, b.build(), e -> {}).finish().get();
        b.output("y", b.scatterAdd(x, indices(Shape.of(6), 0, 0, 0, 1, 1, 1), 0, Extent.of(3)));
        assertThatThrownBy(run(machine, b.build(), e -> {}).finish()::get)
                .isInstanceOf(NumericTrap.class)
                .hasMessage("numeric trap in sums, scatter-add %4: a result is above 2^50 in magnitude or undefined;"
                        + " nothing was changed");
    }

    /** table′ = table + 1 after rows were read and added by the same indices. */
    private Graph step() {
        Node table = b.parameter("table", Shape.of(50, 3));
        Node i = b.input("i", TensorType.i32(Shape.of(4)));
        b.layer("words");
        Node rows = b.gather(table, i);
        b.layer("back");
        b.output("sums", b.scatterAdd(rows, i, 0, Extent.of(50)));
        b.update(table, b.plus(table, b.constant(1f)));
        return b.build();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void anIndexOutsideTrapsAndChangesNothing(Machine machine) {
        Graph step = step();
        for (int bad : new int[] {99, 50, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            Execution e = run(machine, step, x -> x.write(x.program().source("i"), new int[] {49, 0, bad, 77}));
            assertThatThrownBy(e.finish()::get)
                    .isInstanceOf(NumericTrap.class)
                    .hasMessage(
                            "index trap in words, gather %2: index " + bad + " is outside 0..49; nothing was changed");
            int table = e.program().source("table");
            assertThat(e.readFloats(table).get()).containsOnly(0);
            e.write(e.program().source("i"), new int[] {49, 0, 0, 49});
            e.run();
            e.finish().get();
            assertThat(e.readFloats(table).get()).containsOnly(1);
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aSumWithAnIndexOutsideNamesItself(Machine machine) {
        Node x = b.input("x", TensorType.f32(Shape.batched(2, 3)));
        Node i = b.input("i", TensorType.i32(Shape.batched(2)));
        b.output("y", b.scatterAdd(x, i, 1, Extent.of(4)));
        Execution e = run(machine, b.build(), r -> {
            r.batch(2);
            r.write(r.program().source("i"), new int[] {0, 3, 4, 5});
        });
        assertThatThrownBy(e.finish()::get)
                .hasMessage("index trap in scatter-add %2: index 4 is outside 0..3; nothing was changed");
    }

    /** The first trip that traps is reported, whatever later ones do. */
    @ParameterizedTest
    @MethodSource("machines")
    void anIndexInsideALoop(Machine machine) {
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.of(2)));
        Node i = body.input("i", TensorType.i32(Shape.SCALAR));
        Node t = body.input("t", TensorType.f32(Shape.of(3, 2)));
        body.layer("cell").output("h", body.plus(h, body.gather(t, i)));
        Node start = b.input("start", TensorType.f32(Shape.of(2)));
        Node ids = b.input("ids", TensorType.i32(Shape.of(4)));
        Node table = values(Shape.of(3, 2), 1, 2, 10, 20, 100, 200);
        b.output(
                "y",
                b.loop(body.build(), 4, true, List.of(start), List.of(ids), List.of(table))
                        .get(0));
        Graph graph = b.build();
        Execution e = run(machine, graph, x -> x.write(x.program().source("ids"), new int[] {2, 0, 2, 1}));
        e.finish().get();
        assertThat(e.readFloats(e.program().output("y")).get()).containsExactly(211, 422);
        e.write(e.program().source("ids"), new int[] {8, 0, 7, 1});
        e.run();
        assertThatThrownBy(e.finish()::get)
                .hasMessage("index trap in cell, gather %3: index 7 is outside 0..2; nothing was changed");
    }

    @Test
    void listing() {
        Program p = Compiler.compile(step());
        assertThat(Disassembler.listing(p))
                .contains("[1,4,3] = gather!0 b0[1,50,3] by b1\n")
                .contains("[1,50,3] = scatter-add!1 b2[1,4,3] by b1\n");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Node x = b.input("x", TensorType.f32(Shape.batched(4, 3)));
        Node i = b.input("i", TensorType.i32(Shape.batched(2)));
        assertThatThrownBy(() -> b.gather(x, x))
                .isInstanceOf(ShapeException.class)
                .hasMessage("gather from f32[N,4,3] by f32[N,4,3]");
        assertThatThrownBy(() -> b.gather(x, i, 2))
                .hasMessage("gather from f32[N,4,3] by i32[N,2]: 2 leading axes differ");
        assertThatThrownBy(() -> b.gather(x, i, 3)).hasMessage("gather from f32[N,4,3] by i32[N,2]");
        Node columns = b.permute(x, 1, 0, 2);
        assertThatThrownBy(() -> b.gather(columns, i)).hasMessageContaining("two batched axes");
        assertThatThrownBy(() -> b.scatterAdd(x, i, 1, Extent.of(5)))
                .hasMessage("scatter-add of f32[N,4,3] by i32[N,2]: one index a row expected");
        assertThatThrownBy(() -> b.scatterAdd(i, i, 1, Extent.of(5))).hasMessage("scatter-add of i32[N,2]");
        assertThatThrownBy(() -> b.add(new Op.Gather(0), x)).hasMessage("a gather takes table and indices");
        assertThatThrownBy(() -> b.add(new Op.ScatterAdd(0, Extent.ONE), x))
                .hasMessage("a scatter-add takes values and indices");
    }
}
