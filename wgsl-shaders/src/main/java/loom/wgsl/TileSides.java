package loom.wgsl;

import java.util.function.Consumer;
import loom.graph.Extent;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Makes the two operands of a tile, and declares what they read.
 *
 * @param text takes statements
 */
record TileSides(Kernel.MatMul kernel, MatMulTile tile, Sums sums, ShaderBuilder shader, Consumer<String> text) {
    record Both(TileSide left, TileSide right) {}

    Both packed() {
        Packing packing = new Packing(kernel);
        ShaderBuilder.Read words = shader.read(ShaderBuilder.SCRATCH, sums.read());
        TileSide left = dense("left", tile.rows(), packed(words, packing.left(shader)));
        return new Both(left, dense("right", tile.columns(), packed(words, packing.right(shader))));
    }

    Both dense(Program program) {
        boolean rightVectors = canBeVectors(!kernel.transposeB(), kernel.n());
        boolean one = program.slot(kernel.a()) == program.slot(kernel.b()) && !(leftVectors() && rightVectors);
        TileSide left = left(!one);
        DenseSide.Matrix right =
                matrix(kernel.b(), "u.n", kernel.sharedB(), !kernel.transposeB(), rightVectors && !one);
        return new Both(left, dense("right", tile.columns(), right));
    }

    /** The right one is read where it was to be copied from. */
    Both copied(Program program, CopiedOperand operand, boolean merged) {
        TileSide left = left(program.slot(kernel.a()) != program.slot(operand.in()));
        CopiedWgsl copied = new CopiedWgsl(shader, operand);
        return new Both(left, new CopiedSide(operand, tile, sums, copied, merged, text));
    }

    private TileSide left(boolean vectors) {
        return dense(
                "left",
                tile.rows(),
                matrix(kernel.a(), "u.m", kernel.sharedA(), kernel.transposeA(), leftVectors() && vectors));
    }

    private boolean leftVectors() {
        return canBeVectors(kernel.transposeA(), kernel.m());
    }

    private TileSide dense(String memory, int width, DenseSide.Matrix matrix) {
        return new DenseSide(kernel, tile, sums, memory, width, matrix, text);
    }

    private static DenseSide.Matrix packed(ShaderBuilder.Read words, Packing.Operand operand) {
        return new DenseSide.Matrix(operand.lines(), true, true, words, operand.start());
    }

    private DenseSide.Matrix matrix(int buffer, String lines, boolean shared, boolean contiguous, boolean inVectors) {
        ShaderBuilder.Read from = shader.read(buffer, inVectors ? "vec4<f32>" : "f32");
        String start = from.start() + (shared ? "" : "g * " + lines + " * u.k + ");
        return new DenseSide.Matrix(lines, contiguous, inVectors, from, start);
    }

    /** Whether an operand can be read four at a time: then all its lines begin at a multiple of four, in slices of loops, too. */
    private boolean canBeVectors(boolean contiguous, Extent line) {
        return contiguous && line.coefficient() % 4 == 0 && kernel.k().coefficient() > 0;
    }
}
