package loom.machine;

import static org.assertj.core.api.Assertions.assertThat;

import loom.conformance.LayerCases;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.conformance.Case;
import loom.machine.parallel.ParallelFootprint;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceFootprint;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmFootprint;
import loom.machine.wasm.WasmMachine;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

/** What is foretold is what an execution holds. */
class FootprintTest {
    /** Every so many cases: answers, trainings, steps and ticks of layers of all kinds. */
    private static final int STEP = 9;

    private static Execution run(Machine machine, Case c) {
        Execution e = machine.prepare(c.program()).get();
        c.run(e, 0);
        return e;
    }

    @Test
    void isWhatAnExecutionHolds() {
        for (int seed = 0; seed < LayerCases.SIZE; seed += STEP) {
            Case c = LayerCases.of(seed);
            int batch = c.steps().get(0).batch();
            same(ReferenceFootprint.of(c.program(), batch), run(new ReferenceMachine(), c), c);
            same(ParallelFootprint.of(c.program(), batch), run(new ParallelMachine(1), c), c);
            same(WasmFootprint.of(c.program(), batch), run(new WasmMachine(GraalWasmHost.shared()), c), c);
        }
    }

    private static void same(Footprint foretold, Execution held, Case c) {
        assertThat(foretold.obstacle()).isEmpty();
        assertThat(foretold.bytes()).as(foretold.machine() + ", " + c.name()).isEqualTo(held.memoryBytes());
        held.close();
    }

    @Test
    void saysWhyAProgramDoesNotRun() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(1 << 20)));
        b.output("y", b.plus(x, b.constant(1f)));
        Program p = Compiler.compile(b.build());
        assertThat(WasmFootprint.of(p, 1000).obstacle())
                .isEqualTo("the program needs more than the 2147418112 bytes that WebAssembly memory can have");
        String many = "a batch of 1000000 has tensors of more than 2^31-1 elements";
        assertThat(WasmFootprint.of(p, 1_000_000).obstacle()).isEqualTo(many);
        assertThat(ParallelFootprint.of(p, 1_000_000).obstacle()).isEqualTo(many);
        assertThat(ReferenceFootprint.of(p, 1_000_000).obstacle()).isEqualTo(many);
    }
}
