package loom.wgsl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

/** How often the machine waits for the GPU, and for what. */
class ReadBackTest {
    private static final Variants VARIANTS = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true);

    private final FakeHost host = new FakeHost();
    private final Program program;
    private final WebGpuExecution execution;

    ReadBackTest() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(3)));
        b.output("y", b.plus(x, b.parameter("p", Shape.of(3))));
        program = Compiler.compile(b.build());
        execution = (WebGpuExecution)
                WebGpuMachine.unprobed(host, VARIANTS).prepare(program).get();
    }

    /** Words of each turn so far, which are forgotten. */
    private List<List<Integer>> turns() {
        List<List<Integer>> words = host.reads.stream()
                .map(places -> places.stream().map(GpuHost.Place::count).toList())
                .toList();
        host.reads.clear();
        return words;
    }

    private void run() {
        execution.run();
        execution.finish().get();
    }

    private float[] output() {
        return execution.readFloats(program.output("y")).get();
    }

    @Test
    void whatWasReadComesWithTheTrapWordOfTheNextRun() {
        run();
        assertEquals(3, output().length);
        assertEquals(List.of(List.of(1), List.of(3)), turns());
        run();
        assertEquals(3, output().length);
        assertEquals(List.of(List.of(1, 3)), turns());
        // It is there once.
        output();
        assertEquals(List.of(List.of(3)), turns());
    }

    @Test
    void whatNobodyReadDoesNotCome() {
        run();
        output();
        run();
        run();
        assertEquals(List.of(List.of(1), List.of(3), List.of(1, 3), List.of(1)), turns());
    }

    @Test
    void aChangeAfterTheRunsMakesItWorthless() {
        List<Runnable> changes = List.of(
                () -> execution.write(program.source("x"), new float[3]),
                execution::run,
                () -> execution.write(program.source("p"), new float[3]));
        for (Runnable change : changes) {
            run();
            output();
            run();
            turns();
            change.run();
            output();
            assertEquals(List.of(List.of(3)), turns());
            execution.finish().get();
        }
    }

    @Test
    void anotherBatchIsReadWithItsSize() {
        run();
        output();
        run();
        execution.batch(5);
        turns();
        assertEquals(15, output().length);
        run();
        assertEquals(List.of(List.of(15), List.of(1, 15)), turns());
    }

    @Test
    void theRunThatBeganMeanwhileCounts() {
        run();
        output();
        execution.run();
        host.later = true;
        var finished = execution.finish();
        execution.run();
        host.answer();
        finished.get();
        host.later = false;
        turns();
        output();
        assertEquals(List.of(List.of(3)), turns());
    }

    @Test
    void inputsMayComeInThePlatformsMemory() {
        execution.write(program.source("x"), new JavaData(new int[] {1, 2, 3}));
        assertArrayEquals(new int[] {1, 2, 3}, host.written.ints());
        JavaData four = new JavaData(new int[4]);
        assertThrows(IllegalArgumentException.class, () -> execution.write(program.source("x"), four));
        JavaData parameter = new JavaData(new int[3]);
        assertThrows(IllegalArgumentException.class, () -> execution.write(program.source("p"), parameter));
    }
}
