package loom.machine.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import loom.graph.ElementType;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.NumericTrap;
import loom.numeric.F32;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

class ParallelMachineTest {
    private static final int ONE = Float.floatToRawIntBits(1f);

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

    private final Program program = program();
    /** All kernels are shared out. */
    private final Execution run = new ParallelMachine(new Crew(2, 1, Crew.pool(2)), Loops.best())
            .prepare(program)
            .get();

    private int source(String name) {
        return program.source(name);
    }

    private float[] read(int buffer) {
        return run.readFloats(buffer).get();
    }

    @Test
    void hasAThreadForEveryProcessor() {
        assertThat(new ParallelMachine().threads())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(new ParallelMachine(3).threads()).isEqualTo(3);
    }

    @Test
    void updatesReachTheNextRun() {
        run.write(source("w"), new float[] {1, 0, 0, 0, 1, 0});
        run.write(source("x"), new float[] {1, 1});
        run.write(source("count"), new float[] {1});
        run.run(ONE);
        // The second product uses w + 1, although w was packed for the first.
        run.run(ONE);
        run.finish().get();
        assertThat(run.runs()).isEqualTo(2);
        assertThat(read(program.output("y"))).containsExactly(F32.log(5), F32.log(5), F32.log(4));
        run.write(source("w"), new float[] {7, 7, 7, 7, 7, 7});
        run.run(ONE);
        run.finish().get();
        assertThat(read(program.output("y"))).containsOnly(F32.log(17));
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
        assertThat(y).hasSize(60_000).containsOnly(F32.log(7));
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
        assertThat(run.runs()).isZero();
        assertThat(read(source("w"))).containsExactly(1, 1, -1, 1, 1, -1);
        assertThat(read(source("count"))).containsExactly(0);
        run.write(source("count"), new float[] {4});
        run.run(ONE);
        run.finish().get();
        assertThat(read(source("count"))).containsExactly(5);
    }

    @Test
    void anInterruptedRunChangesNothing() {
        run.write(source("w"), new float[] {1, 1, 1, 1, 1, 1});
        run.write(source("x"), new float[] {1, 1});
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run.run(ONE))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(read(source("w"))).containsOnly(1);
        run.run(ONE);
        run.finish().get();
        assertThat(run.runs()).isOne();
        assertThat(read(program.output("y"))).containsOnly(F32.log(2));
    }

    @Test
    void refusesWhatDoesNotFit() {
        run.batch(2);
        assertThatThrownBy(() -> run.write(source("x"), new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("x takes 4 values f32[N,2] for batch 2, not 3");
        assertThatThrownBy(() -> run.write(source("x"), new int[4])).hasMessage("x is f32[N,2]");
        assertThatThrownBy(() -> run.batch(0)).hasMessage("batch 0 is below 1");
        assertThatThrownBy(run::run).isInstanceOf(IllegalArgumentException.class);
        run.close();
        run.close();
        assertThat(run.memoryBytes()).isZero();
        assertThatThrownBy(() -> run.readFloats(source("x"))).hasMessage("the execution is closed");
    }
}
