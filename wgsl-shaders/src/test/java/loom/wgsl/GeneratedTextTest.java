package loom.wgsl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op.ReduceKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;
import loom.program.Compiler;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;
import org.junit.jupiter.api.Test;

/** One shader of each kind against the approved text in {@code src/test/resources}; the actual text is left in target/approval. */
class GeneratedTextTest {
    private static final Variants SHORT = new Variants(Product.ADD_U, Variants.Tiling.NONE, false);
    private static final MatMulTile TILE = new MatMulTile(8, 8, 16, 4, 4);

    private final GraphBuilder b = new GraphBuilder();

    @Test
    void pointwise() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(5, 7)));
        Node y = b.parameter("y", Shape.of(7));
        b.output("o", b.divide(b.plus(b.times(x, y), b.constant(0.5f)), b.scalar("s", loom.graph.ElementType.F32)));
        approve("pointwise");
    }

    @Test
    void reduce() throws IOException {
        b.output("o", b.sum(b.input("x", TensorType.f32(Shape.batched(3))), 0));
        approve("reduce");
    }

    @Test
    void max() throws IOException {
        b.output("o", b.reduce(ReduceKind.MAX, b.input("x", TensorType.f32(Shape.batched(3))), 1));
        approve("max");
    }

    @Test
    void copy() throws IOException {
        b.output("o", b.pad(b.input("x", TensorType.f32(Shape.batched(3, 4))), 2, 1, 2));
        approve("copy");
    }

    @Test
    void gather() throws IOException {
        Node indices = b.input("i", TensorType.i32(Shape.batched(3)));
        b.output("o", b.gather(b.parameter("table", Shape.of(7, 5)), indices));
        approve("gather");
    }

    @Test
    void scatterAddOfFew() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(2)));
        b.output("o", b.scatterAdd(x, b.input("i", TensorType.i32(Shape.batched(2))), 1, Extent.of(9)));
        approve("scatter-add-few");
    }

    @Test
    void scatterAddOfMany() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(3, 5)));
        b.output("o", b.scatterAdd(x, b.input("i", TensorType.i32(Shape.batched(3))), 0, Extent.of(7)));
        Program program = Compiler.compile(b.build());
        List<Stage> stages = SHORT.choose(program, only(program)).at(1).stages();
        assertEquals(3, stages.size());
        approve("scatter-add-links", stages.get(0));
        approve("scatter-add-zeros", stages.get(1));
        approve("scatter-add-sums", stages.get(2));
    }

    @Test
    void matmul() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(3)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(3, 4))));
        approve("matmul");
    }

    @Test
    void matmulInTiles() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(3)));
        b.output("o", b.matMul(x, false, b.parameter("y", Shape.of(4, 3)), true));
        Program program = Compiler.compile(b.build());
        approve("matmul-tiled", tiles(program, Factors.F32, false));
    }

    @Test
    void matmulOfInt8() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(3)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(3, 4)), Factors.INT8));
        approve("matmul-int8");
        Program program = Compiler.compile(b.build());
        approve("matmul-int8-tiled", tiles(program, Factors.INT8, false));
    }

    @Test
    void matmulOfPackedInt8() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(5)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(5, 7)), Factors.INT8));
        Program program = Compiler.compile(b.build());
        List<Stage> stages = new Variants(Product.ADD_U, Variants.Tiling.NONE, true)
                .choose(program, only(program))
                .at(1)
                .stages();
        assertEquals(2, stages.size());
        approve("pack-int8", stages.get(0));
        approve("matmul-int8-packed", stages.get(1));
        approve("matmul-int8-packed-tiled", tiles(program, Factors.INT8, true));
    }

    @Test
    void matmulOfPackedBf16() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(5)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(5, 7)), Factors.BF16));
        Program program = Compiler.compile(b.build());
        approve("pack-bf16", new Packing((Kernel.MatMul) only(program)).pack(program, Optional.empty()));
        approve("matmul-bf16-packed-tiled", tiles(program, Factors.BF16, true));
    }

    @Test
    void matmulInBlocks() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(290)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(290, 7))));
        Program program = Compiler.compile(b.build());
        List<Stage> stages = new MatMulBlocksWgsl(
                        program, (Kernel.MatMul) only(program), Optional.empty(), Product.FMA_NZ)
                .way()
                .stages();
        approve("matmul-blocks", stages.get(0));
        approve("matmul-totals", stages.get(1));
    }

    @Test
    void matmulInRanges() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(5)));
        b.output("o", b.matMul(x, true, b.input("y", TensorType.f32(Shape.batched(8))), false));
        Program program = Compiler.compile(b.build());
        Kernel.MatMul product = (Kernel.MatMul) only(program);
        approve(
                "matmul-ranges-tiled",
                MatMulTilesWgsl.inRanges(program, product, Optional.empty(), Product.FMA_NZ, TILE, KRanges.Limits.USUAL)
                        .stages()
                        .get(0));
    }

    /** A convolution with gaps in its input, so that both ways of finding a coordinate are there. */
    private Program convolution() {
        Node x = b.input("x", TensorType.f32(Shape.batched(3, 5, 7)));
        WindowGeometry geometry = new WindowGeometry(
                Words.of(2, 3), Words.of(2, 1), Words.of(1, 2), Words.of(1, 0), Words.of(1, 1), Words.of(1, 2));
        b.output("o", b.conv(x, b.parameter("y", Shape.of(4, 3, 2, 3)), geometry, 1));
        return Compiler.compile(b.build());
    }

    @Test
    void windows() throws IOException {
        Program program = convolution();
        CopiedOperand operand = CopiedOperand.all(program).get(0);
        approve("matmul-windows", SHORT.choose(program, operand).at(1).stages().get(0));
        Optional<CopiedOperand> windows = Optional.of(operand);
        Sums sums = new Sums(Factors.F32, Product.FMA_NZ, false);
        approve("matmul-windows-tiled", MatMulTilesWgsl.generate(program, operand.product(), windows, sums, TILE));
        approve(
                "matmul-windows-ranges-tiled",
                MatMulTilesWgsl.inRanges(
                                program, operand.product(), windows, Product.FMA_NZ, TILE, KRanges.Limits.USUAL)
                        .stages()
                        .get(0));
        approve(
                "matmul-windows-blocks",
                new MatMulBlocksWgsl(program, operand.product(), windows, Product.FMA_NZ)
                        .way()
                        .stages()
                        .get(0));
        approve("pack-windows", new Packing(operand.product().with(Factors.INT8)).pack(program, windows));
    }

    private static Stage tiles(Program program, Factors factors, boolean packed) {
        Sums sums = new Sums(factors, Product.FMA_NZ, packed);
        return MatMulTilesWgsl.generate(program, (Kernel.MatMul) only(program), Optional.empty(), sums, TILE);
    }

    @Test
    void matmulOfRoundedFloats() throws IOException {
        Node x = b.input("x", TensorType.f32(Shape.batched(3)));
        b.output("o", b.matMul(x, b.parameter("y", Shape.of(3, 4)), Factors.F16));
        approve("matmul-f16");
    }

    private static Kernel only(Program program) {
        assertEquals(1, program.kernels().size());
        return program.kernels().get(0);
    }

    private void approve(String name) throws IOException {
        Program program = Compiler.compile(b.build());
        Variants lanes = new Variants(Product.ADD_U, Variants.Tiling.BY_SHAPE, false);
        approve(name, SHORT.choose(program, only(program)).at(1).stages().get(0));
        if (only(program) instanceof Kernel.Reduce) {
            approve(
                    name + "-lanes",
                    lanes.choose(program, only(program)).at(1).stages().get(0));
        }
    }

    private void approve(String name, Stage stage) throws IOException {
        String text = stage.shader().text();
        String actual = text.substring(text.indexOf('\n') + 1);
        Path target = Path.of("target", "approval", name + ".wgsl");
        Files.createDirectories(target.getParent());
        Files.writeString(target, actual);
        try (InputStream in = getClass().getResourceAsStream(name + ".wgsl")) {
            String approved = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(approved, actual, () -> "compare src/test/resources with " + target);
        }
    }
}
