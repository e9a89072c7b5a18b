package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import loom.graph.Autodiff;
import loom.graph.Extent;
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
                .at(batch)
                .stages();
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
        assertEquals(ranges(Factors.F32, MatMulTile.SMALL), names(Factors.F32, Shape.batched(12_544), 10, 128));
    }

    private static List<String> blocks(Factors f) {
        String guard = f == Factors.F32 ? " FMA_NZ" : "";
        return List.of(f.operation() + " blocks" + guard, f.operation() + " totals" + guard);
    }

    private static List<String> ranges(Factors f, MatMulTile tile) {
        String guard = f == Factors.F32 ? " FMA_NZ" : "";
        return List.of(f.operation() + " ranges " + tile + guard, f.operation() + " totals" + guard);
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
                .at(batch)
                .stages();
        if (stages.get(stages.size() - 1).shader().name().contains("totals")) {
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
                .choose(program, CopiedOperand.all(program).get(0)).at(batch).stages().stream()
                        .map(s -> s.shader().name())
                        .toList();
    }

    @Test
    void windowsAreReadWhereTheyLie() {
        String small = "matmul windows " + MatMulTile.SMALL + " FMA_NZ";
        String large = "matmul windows " + MatMulTile.LARGE + " FMA_NZ";
        // Samples share tiles: 32 of 49 positions are many.
        assertEquals(List.of(large), convolution(32, 512, 7, 512));
        assertEquals(List.of("matmul windows simple FMA_NZ"), convolution(1, 64, 200, 3));
        assertEquals(List.of(small), convolution(1, 64, 56, 64));
        List<String> blocks = List.of("matmul windows blocks FMA_NZ", "matmul totals FMA_NZ");
        assertEquals(blocks, convolution(1, 64, 4, 64));
        assertEquals(blocks, convolution(1, 64, 100, 3));
        // Few tiles and 18 blocks; of 8 pictures they are not few.
        List<String> ranges = List.of("matmul ranges windows " + MatMulTile.MEDIUM + " FMA_NZ", "matmul totals FMA_NZ");
        assertEquals(ranges, convolution(1, 64, 14, 64));
        assertEquals(ranges, convolution(1, 256, 14, 256));
        assertEquals(ranges, convolution(2, 256, 14, 256));
        assertEquals(ranges, convolution(1, 512, 7, 512));
        assertEquals(List.of(small), convolution(8, 256, 14, 256));
        assertEquals(List.of(large), convolution(64, 256, 14, 2048));
    }

    @Test
    void fewTilesWithManyBlocksHaveRanges() {
        for (Factors f : Factors.values()) {
            assertEquals(ranges(f, MatMulTile.SMALL), names(f, Shape.of(128, 4_096), 16, 1));
            assertEquals(ranges(f, MatMulTile.MEDIUM), names(f, Shape.of(128, 4_096), 33, 1));
        }
        // Of int8 these are packed: that is worth more.
        assertEquals(
                "pack INT8", names(Factors.INT8, Shape.of(512, 1_409), 320, 1).get(0));
        for (Factors f : List.of(Factors.F32, Factors.BF16, Factors.F16)) {
            // A block less, and a row of tiles more.
            assertEquals(ranges(f, MatMulTile.MEDIUM), names(f, Shape.of(512, 1_409), 320, 1));
            assertEquals(1, names(f, Shape.of(512, 1_408), 320, 1).size());
            assertEquals(1, names(f, Shape.of(513, 1_409), 320, 1).size());
        }
        // By the batch, but of one tile, as the smallest batch has it.
        assertEquals(1, names(Factors.F32, Shape.batched(4_096), 4_096, 7).size());
        assertEquals(ranges(Factors.F32, MatMulTile.SMALL), names(Factors.F32, Shape.batched(4_096), 4_096, 8));
        assertEquals(ranges(Factors.F32, MatMulTile.SMALL), names(Factors.F32, Shape.batched(4_096), 1_000, 64));
        assertEquals(1, names(Factors.F32, Shape.batched(4_096), 4_096, 64).size());
    }

    /** Of the weights of a layer that a sample uses {@code rows} times. */
    private static Choice dense(int rows) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(Shape.of(List.of(new Extent(rows, true), Extent.of(128)))));
        Node d = b.input("d", TensorType.f32(Shape.of(List.of(new Extent(rows, true), Extent.of(512)))));
        b.output("dw", b.matMul(x, true, d, false));
        Program program = Compiler.compile(b.build());
        return new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true)
                .choose(program, program.kernels().get(0));
    }

    @Test
    void gradientsOfWeightsHaveRangesWhereSamplesHaveManyRows() {
        assertEquals(1, dense(64).at(8).stages().size());
        assertEquals(
                ranges(Factors.F32, MatMulTile.MEDIUM),
                dense(64).at(32).stages().stream().map(s -> s.shader().name()).toList());
        // 8,192 of a row each would have as many blocks, but no shader is compiled for them.
        assertEquals(1, dense(1).ways().size());
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
        // 16,128 elements of 6,272 blocks would be 100 million; 251 of these fit in 4 million and are 25 turns' share.
        assertThat(weightGradient(14, 128, 1_024)).containsExactly(9 * 14 * 128 * 251, 3);
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
