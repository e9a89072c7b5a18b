package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import loom.graph.Autodiff;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.program.Compiler;
import loom.program.CopiedOperand;
import loom.program.Program;
import org.junit.jupiter.api.Test;

/** Which matmul shader a shape gets. */
class VariantsTest {
    private static Stage stage(Shape left, Shape right, boolean transposed, int batch) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(left));
        b.output("o", b.matMul(x, false, b.parameter("y", right), transposed));
        Program program = Compiler.compile(b.build());
        List<Stage> all = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true)
                .choose(program, program.kernels().get(0))
                .at(batch);
        assertEquals(1, all.size());
        return all.get(0);
    }

    private static String shader(int m, int k, int n) {
        return stage(Shape.of(m, k), Shape.of(k, n), false, 1).shader().name();
    }

    @Test
    void shapeDecides() {
        assertEquals("matmul rows FMA_NZ", shader(1, 4096, 4096));
        assertEquals("matmul columns FMA_NZ", shader(4096, 4096, 1));
        assertEquals("matmul rows FMA_NZ", shader(1, 256, 4096));
        assertEquals("matmul simple FMA_NZ", shader(1, 128, 4096));
        assertEquals("matmul " + MatMulTile.SMALL + " FMA_NZ", shader(512, 512, 512));
        assertEquals("matmul " + MatMulTile.SMALL + " FMA_NZ", shader(32, 4096, 65_536));
        assertEquals("matmul " + MatMulTile.LARGE + " FMA_NZ", shader(1024, 1024, 1024));
    }

    @Test
    void batchDecides() {
        assertEquals(
                "matmul rows FMA_NZ",
                stage(Shape.batched(512), Shape.of(512, 4096), false, 7)
                        .shader()
                        .name());
        assertEquals(
                "matmul " + MatMulTile.SMALL + " FMA_NZ",
                stage(Shape.batched(512), Shape.of(512, 4096), false, 8)
                        .shader()
                        .name());
        assertEquals(
                "matmul " + MatMulTile.LARGE + " FMA_NZ",
                stage(Shape.batched(512), Shape.of(512, 4096), false, 512)
                        .shader()
                        .name());
    }

    @Test
    void blocksHaveInvocationsOfTheirOwnWhereElementsAreFew() {
        for (Factors f : Factors.values()) {
            assertEquals(blocks(f), names(f, Shape.of(32, 12_544), 10, 1));
            assertEquals(blocks(f), names(f, Shape.of(1, 12_544), 10, 1));
            assertEquals(blocks(f), names(f, Shape.of(64, 400), 16, 1));
            assertEquals(1, names(f, Shape.of(64, 384), 16, 1).size());
            assertEquals(1, names(f, Shape.of(1, 784), 512, 1).size());
        }
        assertEquals(blocks(Factors.F32), names(Factors.F32, Shape.batched(12_544), 10, 63));
        assertEquals(
                List.of("matmul " + MatMulTile.SMALL + " FMA_NZ"), names(Factors.F32, Shape.batched(12_544), 10, 128));
    }

    private static List<String> blocks(Factors f) {
        String guard = f == Factors.F32 ? " FMA_NZ" : "";
        return List.of(f.operation() + " blocks" + guard, f.operation() + " totals" + guard);
    }

    private static List<String> names(Factors factors, Shape left, int n, int batch) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(left));
        int k = left.dim(left.rank() - 1);
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(k, n)), factors));
        Program program = Compiler.compile(b.build());
        Layout layout = Layout.of(program, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true));
        List<Stage> stages = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true)
                .choose(program, program.kernels().get(0))
                .at(batch);
        if (stages.size() == 2) {
            int[] elements = layout.slotElements(batch);
            assertEquals((k + 127) / 128 * n * (left.isBatched() ? batch : left.dim(0)), elements[program.slots()]);
        }
        return stages.stream().map(s -> s.shader().name()).toList();
    }

    /** Names of the stages of a product. */
    private static List<String> stages(Factors factors, int m, int k, int n, boolean dots) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.of(m, k)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(k, n)), factors));
        Program program = Compiler.compile(b.build());
        Layout layout = Layout.of(program, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, dots));
        List<Stage> stages = layout.stages();
        // Scratch memory is there exactly for packed operands.
        int[] elements = layout.slotElements(1);
        assertEquals(program.slots() + stages.size() - 1, elements.length);
        if (stages.size() == 2) {
            int depth = (k + 127) / 128 * (factors == Factors.INT8 ? 32 : 128);
            assertEquals(depth * ((m + 3) / 4 * 4 + (n + 3) / 4 * 4), elements[elements.length - 1]);
        }
        return stages.stream().map(st -> st.shader().name()).toList();
    }

    @Test
    void operandsArePackedWhereThatPays() {
        List<String> large = List.of("pack INT8", "matmul_int8 packed " + MatMulTile.LARGE_INT8);
        List<String> small = List.of("pack INT8", "matmul_int8 packed " + MatMulTile.SMALL_INT8);
        assertEquals(large, stages(Factors.INT8, 2048, 2050, 2047, true));
        assertEquals(small, stages(Factors.INT8, 512, 512, 512, true));
        assertEquals(small, stages(Factors.INT8, 9, 4096, 4096, true));
        assertEquals(List.of("matmul_int8 " + MatMulTile.SMALL), stages(Factors.INT8, 256, 256, 256, true));
        assertEquals(List.of("matmul_int8 " + MatMulTile.LARGE), stages(Factors.INT8, 2048, 63, 2048, true));
        assertEquals(List.of("matmul_int8 " + MatMulTile.LARGE), stages(Factors.INT8, 2048, 2048, 2048, false));
        List<String> rounded = List.of("pack BF16", "matmul_bf16 packed " + MatMulTile.LARGE_ROUNDED);
        assertEquals(rounded, stages(Factors.BF16, 1024, 4096, 1024, false));
        assertEquals(List.of("matmul_bf16 " + MatMulTile.LARGE), stages(Factors.BF16, 1024, 1024, 1024, true));
        assertEquals(rounded, stages(Factors.BF16, 4096, 4096, 4096, false));
        assertEquals(List.of("matmul_bf16 " + MatMulTile.LARGE), stages(Factors.BF16, 1000, 4096, 4096, true));
        // More than every device can bind.
        assertEquals(List.of("matmul_bf16 " + MatMulTile.LARGE), stages(Factors.BF16, 4100, 4096, 4096, true));
        assertEquals(List.of("matmul " + MatMulTile.LARGE + " FMA_NZ"), stages(Factors.F32, 2048, 2048, 2048, true));
    }

    private static List<String> convolution(int batch, int channels, int size, int filters) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(channels, size, size)));
        WindowGeometry same = new WindowGeometry(
                Words.of(3, 3), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1));
        b.output("o", b.conv(x, b.parameter("w", Shape.of(filters, channels, 3, 3)), same, 1));
        Program program = Compiler.compile(b.build());
        return new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true)
                .choose(program, CopiedOperand.all(program).get(0)).at(batch).stream()
                        .map(s -> s.shader().name())
                        .toList();
    }

    @Test
    void windowsAreReadWhereTheyLie() {
        String small = "matmul windows " + MatMulTile.SMALL + " FMA_NZ";
        String large = "matmul windows " + MatMulTile.LARGE + " FMA_NZ";
        // Samples share tiles: 32 of 49 positions are many.
        assertEquals(List.of(large), convolution(32, 512, 7, 512));
        assertEquals(List.of(small), convolution(2, 512, 7, 512));
        assertEquals(List.of("matmul windows simple FMA_NZ"), convolution(1, 64, 200, 3));
        assertEquals(List.of(small), convolution(1, 64, 56, 64));
        assertEquals(List.of("matmul windows blocks FMA_NZ", "matmul totals FMA_NZ"), convolution(1, 512, 7, 512));
        assertEquals(List.of(large), convolution(64, 256, 14, 2048));
    }

    private static int[] weightGradient(int channels, int filters, int batch) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.batched(channels, 28, 28)));
        Node w = b.parameter("w", Shape.of(filters, channels, 3, 3));
        WindowGeometry same = new WindowGeometry(
                Words.of(3, 3), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1), Words.of(1, 1));
        Node y = b.conv(x, w, same, 1);
        Node all = b.reshape(b.times(y, y), Shape.of(List.of(y.shape().elements())));
        Node loss = b.reshape(b.mean(all, 0), Shape.SCALAR);
        b.output("dw", Autodiff.gradients(b, loss, List.of(w)).get(0));
        Program program = Compiler.compile(b.build());
        Layout layout = Layout.of(program, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true));
        int[] elements = layout.slotElements(batch);
        return new int[] {elements[layout.program().slots()], layout.leftOut().size()};
    }

    @Test
    void blockSumsOfAWeightGradientStayFew() {
        // 9 × 4 × 32 elements of 196 blocks, and nothing is copied: patches, windows, windows as rows.
        assertThat(weightGradient(4, 32, 32)).containsExactly(9 * 4 * 32 * 196, 3);
        // 16,128 elements of so many blocks would be 100 million; this is one of tiles.
        assertThat(weightGradient(14, 128, 1_024)).containsExactly(0, 3);
    }

    @Test
    void linesOfAMultipleOfFourAreReadInVectors() {
        for (MatMulTile tile : List.of(MatMulTile.SMALL, MatMulTile.LARGE)) {
            int m = tile == MatMulTile.SMALL ? 64 : 2048;
            assertTrue(text(m, 100).contains("x1: array<vec4<f32>>"));
            assertTrue(text(m, 1026).contains("x1: array<f32>"));
        }
        assertTrue(text(1, 300).contains("x1: array<vec4<f32>>"));
        assertTrue(text(1, 301).contains("x1: array<f32>"));
    }

    private static String text(int m, int n) {
        return stage(Shape.of(m, 512), Shape.of(512, n), false, 1).shader().text();
    }
}
