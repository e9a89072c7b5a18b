package loom.wgsl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import loom.conformance.LayerCases;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.Footprint;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

class WebGpuFootprintTest {
    @Test
    void isWhatAnExecutionHolds() {
        for (int seed = 0; seed < LayerCases.SIZE; seed += 7) {
            Program program = LayerCases.of(seed).program();
            Variants variants = new Variants(Product.ADD_U, Variants.Tiling.BY_SHAPE, true);
            WebGpuMachine machine = new WebGpuMachine(new FakeHost(), variants, UnaryOperator.identity());
            Execution e = machine.prepare(program).get();
            e.batch(9);
            Footprint foretold = WebGpuFootprint.of(program, 9);
            assertEquals(e.memoryBytes(), foretold.bytes(), LayerCases.of(seed).name());
            assertTrue(foretold.remarks().contains(machine.pipelines() + " shaders"), foretold.toString());
        }
    }

    @Test
    void saysWhatADeviceMustBind() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(1 << 20)));
        b.output("y", b.plus(x, b.constant(1f)));
        Program p = Compiler.compile(b.build());
        assertEquals(
                List.of("1 dispatches a run", "1 shaders"),
                WebGpuFootprint.of(p, 32).remarks());
        assertEquals(
                List.of(
                        "1 dispatches a run",
                        "1 shaders",
                        "a tensor of 138412032 bytes: only on devices that bind more than the 134217728 that all do"),
                WebGpuFootprint.of(p, 33).remarks());
        assertEquals(
                "a batch of 4096 has tensors of more than 2^31-1 elements",
                WebGpuFootprint.of(p, 4096).obstacle());
    }
}
