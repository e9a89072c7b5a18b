package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import loom.conformance.LayerCases;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.Footprint;
import loom.program.Compiler;
import loom.program.Disassembler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

class WebGpuFootprintTest {
    @Test
    void isWhatAnExecutionHolds() {
        for (int seed = 0; seed < LayerCases.SIZE; seed += 7) {
            Program program = LayerCases.of(seed).program();
            Variants variants = new Variants(Product.ADD_U, Variants.Tiling.BY_SHAPE, true);
            WebGpuMachine machine = WebGpuMachine.unprobed(new FakeHost(), variants);
            Execution e = machine.prepare(program).get();
            e.batch(9);
            Footprint foretold = WebGpuFootprint.of(program, 9);
            assertEquals(e.memoryBytes(), foretold.bytes(), LayerCases.of(seed).name());
            assertTrue(foretold.remarks().contains(machine.pipelines() + " shaders"), foretold.toString());
        }
    }

    /** The gradient of a layer's weights: 36 × 50 elements, of 700 blocks and of 3,072. */
    @Test
    void knowsTheScratchMemoryOfRanges() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(128, 36)));
        Node d = b.input("d", TensorType.f32(Shape.batched(128, 50)));
        Shape rows = Shape.of(List.of(new Extent(128, true), Extent.of(36)));
        Shape columns = Shape.of(List.of(new Extent(128, true), Extent.of(50)));
        b.output("dw", b.matMul(b.reshape(x, rows), true, b.reshape(d, columns), false));
        Program p = Compiler.compile(b.build());
        long operands = 4L * 128 * (36 + 50);
        long product = 4L * 36 * 50;
        Execution e = WebGpuMachine.unprobed(
                        new FakeHost(128 << 20), new Variants(Product.ADD_U, Variants.Tiling.BY_SHAPE, true))
                .prepare(p)
                .get();
        for (int batch : new int[] {700, 3_072}) {
            int turns = batch == 700 ? 1 : 2;
            Footprint f = WebGpuFootprint.of(p, batch);
            e.batch(batch);
            assertEquals(e.memoryBytes(), f.bytes());
            long known = batch * operands + product + batch / turns * product;
            assertThat(f.bytes()).isBetween(known, known + 10_000);
            assertEquals(List.of(2 * turns + " dispatches a run", "3 shaders"), f.remarks());
        }
    }

    private static Program convolution() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(64, 56, 56)));
        WindowGeometry same = new WindowGeometry(
                Words.of(3, 3), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1));
        Node y = b.conv(x, b.parameter("w", Shape.of(64, 64, 3, 3)), same, 1);
        b.output("y", b.conv(y, b.parameter("v", Shape.of(64, 64, 3, 3)), same, 1));
        return Compiler.compile(b.build());
    }

    @Test
    void patchesTakeNoMemory() {
        Program p = convolution();
        long picture = 4L * 64 * 56 * 56;
        long weights = 2 * 4L * 64 * 64 * 9;
        Footprint f = WebGpuFootprint.of(p, 32);
        // What goes in, what is between, what comes out, and no patches, which would be nine times as much and more
        // than every device binds.
        assertThat(f.bytes()).isBetween(3 * 32 * picture + weights, 3 * 32 * picture + weights + 10_000);
        assertEquals(List.of("2 dispatches a run", "2 shaders"), f.remarks());
        Variants made = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true, Variants.Windows.COPIED);
        long with = 0;
        for (int elements : Layout.of(p, made).slotElements(32)) {
            with += 4L * elements;
        }
        assertThat(with).isGreaterThan(f.bytes() + 9 * 32 * picture - 2 * 32 * picture);
    }

    @Test
    void onlyWhatIsThereHasToFit() {
        // 231 MB of patches for a batch of 32; a picture has 26 MB.
        Execution e = WebGpuMachine.unprobed(
                        new FakeHost(30_000_000), new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true))
                .prepare(convolution())
                .get();
        e.batch(32);
        // Receipts have the digest of the program, with the slots that every machine gives it.
        assertThat(e.program().slots()).isEqualTo(convolution().slots());
        assertThat(Disassembler.digest(e.program())).isEqualTo(Disassembler.digest(convolution()));
        assertThat(assertThrows(DeviceException.class, () -> e.batch(40)).getMessage())
                .startsWith("a tensor f32[N,64,56,56] takes 32112640 bytes");
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
