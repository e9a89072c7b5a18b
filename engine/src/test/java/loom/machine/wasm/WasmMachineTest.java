package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import loom.format.Door;
import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.NumericTrap;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WasmMachineTest {
    private static GraalWasmHost host;

    @BeforeAll
    static void open() {
        host = new GraalWasmHost();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    /** y = log(x·w + count); count′ = count + rate, w′ = w + 1. */
    private static Program program() {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(2)));
        Node w = g.parameter("w", Shape.of(2, 3));
        Node count = g.state("count", TensorType.f32(Shape.of(1)));
        g.layer("head").output("y", g.unary(UnaryKind.LOG, g.plus(g.matMul(x, w), count)));
        g.update(count, g.plus(count, g.scalar("rate", ElementType.F32)));
        g.update(w, g.plus(w, g.constant(1f)));
        return Compiler.compile(g.build());
    }

    private static final int ONE = Float.floatToRawIntBits(1f);

    private final Program program = program();
    private final Execution run = new WasmMachine(host).prepare(program).get();

    private int source(String name) {
        return program.source(name);
    }

    private float[] read(int buffer) {
        return run.readFloats(buffer).get();
    }

    @Test
    void theDoorInLinearMemoryIsTheDoor() {
        WasmExecution e = (WasmExecution) run;
        float[] values = {1, -0f, 0x1p-61f, 0x3p-61f, -0x1p-62f, 0x1p50f, 3e-12f, -2.5f, 0x1.8p-60f, 7};
        float[] expected = values.clone();
        Door.round(expected, "x");
        e.batch(5);
        e.memory().write(e.address(source("x")), values);
        assertThat(e.admit(source("x"))).isTrue();
        float[] admitted = read(source("x"));
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToRawIntBits(admitted[i])).isEqualTo(Float.floatToRawIntBits(expected[i]));
        }
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 0x1.000002p50f}) {
            values[9] = bad;
            e.memory().write(e.address(source("x")), values);
            assertThat(e.admit(source("x"))).isFalse();
        }
        e.batch(1);
        e.memory().write(e.address(source("x")), new float[] {1, 2});
        assertThat(e.admit(source("x")))
                .as("values behind the batch do not count")
                .isTrue();
        assertThatThrownBy(() -> e.admit(source("w"))).hasMessageContaining("is not an f32 input");
    }

    @Test
    void updatesReachTheNextRun() {
        run.write(source("w"), new float[] {1, 0, 0, 0, 1, 0});
        run.write(source("x"), new float[] {1, 1});
        run.write(source("count"), new float[] {1});
        run.run(ONE);
        // The second product uses w + 1, although panels of w were packed for the first.
        run.run(ONE);
        run.finish().get();
        assertThat(read(program.output("y"))).containsExactly(log(5 + 2 - 2), log(5), log(4));
        assertThat(read(source("w"))).containsExactly(3, 2, 2, 2, 3, 2);
        assertThat(read(source("count"))).containsExactly(3);
    }

    private static float log(float x) {
        return loom.numeric.F32.log(x);
    }

    @Test
    void parametersAndStateSurviveALargerBatch() {
        run.write(source("w"), new float[] {1, 2, 3, 4, 5, 6});
        run.write(source("count"), new float[] {7});
        long before = run.memoryBytes();
        run.batch(20_000);
        assertThat(run.memoryBytes()).isGreaterThan(before);
        run.write(source("x"), new float[40_000]);
        run.run(ONE);
        run.finish().get();
        float[] y = read(program.output("y"));
        assertThat(y).hasSize(60_000);
        assertThat(y[59_999]).isEqualTo(log(7));
        run.batch(1);
        assertThat(read(source("w"))).containsExactly(2, 3, 4, 5, 6, 7);
        assertThat(read(program.output("y"))).hasSize(3);
    }

    @Test
    void aTrapNamesTheOperationAndChangesNothing() {
        run.write(source("w"), new float[] {1, 1, -1, 1, 1, -1});
        run.write(source("x"), new float[] {1, 1});
        run.run(ONE);
        run.run(ONE); // has no effect before the trap was reported
        Completion<Execution> end = run.finish();
        assertThatThrownBy(end::get)
                .isInstanceOf(NumericTrap.class)
                .hasMessageContaining("head")
                .hasMessageContaining("log");
        assertThat(read(source("w"))).containsExactly(1, 1, -1, 1, 1, -1);
        assertThat(read(source("count"))).containsExactly(0);
        run.write(source("count"), new float[] {4});
        run.run(ONE);
        run.finish().get();
        assertThat(read(source("count"))).containsExactly(5);
    }

    @Test
    void refusesWhatDoesNotFit() {
        run.batch(2);
        assertThatThrownBy(() -> run.write(source("x"), new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("x takes 4 values f32[N,2] for batch 2, not 3");
        assertThatThrownBy(() -> run.write(source("x"), new int[4])).hasMessage("x is f32[N,2]");
        assertThatThrownBy(() -> run.write(program.output("y"), new float[6]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> run.batch(0)).hasMessage("batch 0 is below 1");
        assertThatThrownBy(run::run).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> run.batch(500_000_000))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("more than the 2147418112 bytes");
        assertThatThrownBy(() -> run.batch(Integer.MAX_VALUE))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("a batch of 2147483647");
        // A refused batch leaves everything as it was.
        run.write(source("x"), new float[] {1, 1, 1, 1});
        run.write(source("w"), new float[] {1, 1, 1, 1, 1, 1});
        run.run(ONE);
        run.finish().get();
        assertThat(read(program.output("y"))).containsOnly(log(2));
    }

    @Test
    void aKeptMemoryStartsCleared() {
        WasmMachine machine = new WasmMachine(host);
        Execution first = machine.prepare(program).get();
        first.write(source("count"), new float[] {5});
        first.write(source("w"), new float[] {1, 2, 3, 4, 5, 6});
        first.close();
        first.close();
        assertThatThrownBy(() -> first.readFloats(source("count")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the execution is closed");
        Execution second = machine.prepare(program).get();
        Execution third = machine.prepare(program).get();
        assertThat(second.readFloats(source("count")).get()).containsExactly(0);
        second.write(source("count"), new float[] {5});
        assertThat(third.readFloats(source("count")).get()).containsExactly(0);
    }

    /** Stripes are parts of the batch, but what a kernel asks about the batch is about all of it. */
    @Test
    void theBatchInAStripeIsTheWholeBatch() {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(2)));
        Node sums = g.reduce(ReduceKind.SUM, x, 1);
        g.output("y", g.plus(g.cast(sums, ElementType.I32), g.batch()));
        Execution e =
                new WasmMachine(host, 0).prepare(Compiler.compile(g.build())).get();
        e.batch(3);
        e.write(e.program().source("x"), new float[] {1, 2, 3, 4, 5, 6});
        e.run();
        assertThat(e.finish().get().readInts(e.program().output("y")).get()).containsExactly(6, 10, 14);
    }

    @Test
    void samplesAreChosenAmongAllOfTheBatch() {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(2)));
        Node choice = g.input("choice", TensorType.i32(Shape.batched()));
        Node sums = g.reduce(ReduceKind.SUM, x, 1);
        g.output("y", g.gather(sums, choice));
        Execution e =
                new WasmMachine(host, 0).prepare(Compiler.compile(g.build())).get();
        e.batch(3);
        e.write(e.program().source("x"), new float[] {1, 2, 3, 4, 5, 6});
        e.write(e.program().source("choice"), new int[] {2, 0, 1});
        e.run();
        assertThat(e.finish().get().readFloats(e.program().output("y")).get()).containsExactly(11, 3, 7);
    }

    @Test
    void equalKernelsAreEmittedOnce() {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.of(5)));
        Node y = x;
        for (int i = 0; i < 3; i++) {
            y = g.exp(y);
            g.output("y" + i, y);
        }
        byte[] three = bytes(g);
        GraphBuilder h = new GraphBuilder();
        h.output("y", h.exp(h.input("x", TensorType.f32(Shape.of(5)))));
        // A kernel is some hundreds of bytes, a call of it some tens.
        assertThat(three.length - bytes(h).length).isBetween(20, 100);
    }

    private static byte[] bytes(GraphBuilder g) {
        Program p = Compiler.compile(g.build());
        return ProgramWasm.of(p, new Layout(p, Stripes.CACHE, 1)).encode();
    }
}
