package loom.wgsl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;

/** Which matmul shader a shape gets. */
class VariantsTest {
    private static Stage stage(Shape left, Shape right, boolean transposed, int batch) {
        GraphBuilder b = new GraphBuilder();
        Node x = b.input("x", TensorType.f32(left));
        b.output("o", b.matMul(x, false, b.parameter("y", right), transposed));
        Program program = Compiler.compile(b.build());
        List<Variants.Choice> all = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE)
                .choose(program, program.kernels().get(0));
        assertEquals(1, all.size());
        return all.get(0).at(batch);
    }

    private static String shader(int m, int k, int n) {
        return stage(Shape.of(m, k), Shape.of(k, n), false, 1).shader().name();
    }

    @Test
    void shapeDecides() {
        assertEquals("matmul rows FMA_NZ", shader(1, 4096, 4096));
        assertEquals("matmul columns FMA_NZ", shader(4096, 4096, 1));
        assertEquals("matmul simple FMA_NZ", shader(1, 256, 4096));
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
