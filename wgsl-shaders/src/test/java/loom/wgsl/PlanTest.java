package loom.wgsl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.program.Compiler;
import loom.program.Kernel;
import loom.program.Program;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Variants VARIANTS = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true);

    private static Program loop() {
        GraphBuilder body = new GraphBuilder();
        Node h = body.input("h", TensorType.f32(Shape.batched(6)));
        Node x = body.input("x", TensorType.f32(Shape.batched(6)));
        body.output("h", body.plus(h, x));
        Graph trip = body.build();
        GraphBuilder b = new GraphBuilder();
        Node h0 = b.input("h", TensorType.f32(Shape.batched(6)));
        Node xs = b.input("x", TensorType.f32(Shape.of(new int[] {4, 1, 6}, 1)));
        b.output(
                "last",
                b.loop(trip, 4, true, List.of(h0), List.of(xs), List.of()).get(0));
        return Compiler.compile(b.build());
    }

    @Test
    void unrollsLoopsWithTheOffsetsOfTheirSlices() {
        Program program = loop();
        Layout layout = Layout.of(program, VARIANTS);
        Plan plan = Plan.of(layout, 3);
        int body = 0;
        for (Kernel k : program.kernels()) {
            body += k instanceof Kernel.Loop l ? l.body().size() : 0;
        }
        assertEquals(program.kernels().size() - 1 + 4 * body, plan.steps().size());
        TreeSet<Integer> offsets = new TreeSet<>();
        for (Plan.Step s : plan.steps()) {
            assertEquals(0, s.offset() % 256);
            List<Word> words = plan.stages().get(s.stage()).words();
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i) instanceof Word.Offset) {
                    offsets.add(plan.words()[s.offset() / 4 + i]);
                }
            }
        }
        assertEquals(new TreeSet<>(List.of(0, 18, 36, 54)), offsets);
    }

    @Test
    void equalKernelsShareOneShader() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(6)));
        Node y = b.input("y", TensorType.f32(Shape.batched(9)));
        b.output("a", b.plus(x, b.constant(1f)));
        b.output("b", b.plus(y, b.constant(1f)));
        TreeSet<String> texts = new TreeSet<>();
        for (Stage s : Layout.of(Compiler.compile(b.build()), VARIANTS).stages()) {
            texts.add(s.shader().text());
        }
        assertEquals(1, texts.size());
    }

    @Test
    void manyWorkgroupsSpreadOverTwoDimensions() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(64)));
        b.output("y", b.plus(x, b.constant(1f)));
        Plan plan = Plan.of(Layout.of(Compiler.compile(b.build()), VARIANTS), 200_000);
        Plan.Step s = plan.steps().get(0);
        assertTrue(s.x() <= Stage.MAX_ROW && s.y() <= Stage.MAX_ROW);
        assertTrue((long) s.x() * s.y() >= 200_000);
        assertEquals(s.x(), plan.words()[s.offset() / 4 + 2], "row");
    }

    @Test
    void noDispatchReadsTheSlotItWrites() {
        for (int seed = 0; seed < 60; seed++) {
            Program program = loom.machine.conformance.Cases.of(seed).program();
            for (Stage s : Layout.of(program, VARIANTS).stages()) {
                assertTrue(!s.reads().contains(s.out()));
                assertTrue(s.reads().size() <= Kernel.MAX_LOADED_BUFFERS);
                assertEquals(s.reads().size(), new TreeSet<>(s.reads()).size(), "a slot is bound once");
            }
        }
    }

    @Test
    void tensorsAboveTheDevicesLimitAreRefusedBeforeAllocation() {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(1000)));
        b.output("y", b.plus(x, b.constant(1f)));
        FakeHost host = new FakeHost();
        Execution e = WebGpuMachine.unprobed(host, VARIANTS)
                .prepare(Compiler.compile(b.build()))
                .get();
        int before = host.words;
        DeviceException failure = assertThrows(DeviceException.class, () -> e.batch(10_000));
        assertEquals(
                "a tensor f32[N,1000] takes 40000000 bytes for batch 10000; a buffer of this GPU holds 1000000",
                failure.getMessage());
        assertEquals(before, host.words);
    }

    @Test
    void closingGivesAllBuffersBack() {
        FakeHost host = new FakeHost();
        Execution e = WebGpuMachine.unprobed(host, VARIANTS).prepare(loop()).get();
        e.batch(5);
        e.batch(2);
        assertTrue(host.words > 0);
        e.close();
        assertEquals(0, host.words);
    }

    @Test
    void aLostDeviceIsAnError() {
        FakeHost host = new FakeHost();
        Execution e = WebGpuMachine.unprobed(host, VARIANTS).prepare(loop()).get();
        host.lose("unplugged");
        assertEquals(
                "the GPU device was lost: unplugged",
                assertThrows(DeviceException.class, () -> e.run()).getMessage());
    }
}
