package loom.wgsl;

import java.util.Optional;
import java.util.function.Consumer;
import loom.graph.Extent;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.MatMul} as WGSL. Every output element has its own chain over k: blocks of 128 from +0, block sums added in
 * order; so it changes nothing which elements a workgroup computes. Here one invocation has one element: short to compile, for
 * software adapters; {@link MatMulTilesWgsl} shares operands.
 */
final class MatMulWgsl {
    static final int BLOCK = 128;
    private static final int SIZE = 64;

    private MatMulWgsl() {}

    /** A shader with the words and functions that all matmuls need. */
    static ShaderBuilder builder(Program program, Kernel.MatMul kernel, Sums sums, String name) {
        ShaderBuilder shader = words(program, kernel, sums, name);
        sums.declare(shader);
        return shader;
    }

    /** One with the words only. */
    static ShaderBuilder words(Program program, Kernel.MatMul kernel, Sums sums, String name) {
        ShaderBuilder shader = new ShaderBuilder(program, sums.named(name));
        shader.word("m", new Word.Size(kernel.m()));
        shader.word("n", new Word.Size(kernel.n()));
        shader.word("k", new Word.Tiles(kernel.k(), sums.depth()));
        return shader;
    }

    /** @param operand the right one, if it is to be read where it was to be copied from, or packed from there */
    static Stage simple(Program program, Kernel.MatMul kernel, Optional<CopiedOperand> operand, Sums sums) {
        boolean copied = operand.isPresent() && !sums.packed();
        ShaderBuilder shader = builder(program, kernel, sums, copied ? "windows simple" : "simple");
        String out = shader.out(kernel.out());
        StringBuilder before = new StringBuilder();
        StringBuilder each = new StringBuilder();
        String a;
        String b;
        if (sums.packed()) {
            Packing packing = new Packing(kernel);
            ShaderBuilder.Read words = shader.read(ShaderBuilder.SCRATCH, "u32");
            Packing.Operand left = packing.left(shader);
            Packing.Operand right = packing.right(shader);
            a = words.at(left.start() + "k * " + left.lines() + " + row");
            b = words.at(right.start() + "k * " + right.lines() + " + column");
        } else {
            ShaderBuilder.Read x = shader.read(kernel.a(), "f32");
            a = x.at((kernel.sharedA() ? "" : "g * u.m * u.k + ")
                    + (kernel.transposeA() ? "k * u.m + row" : "row * u.k + k"));
            if (copied) {
                CopiedWgsl from = new CopiedWgsl(shader, operand.get());
                Consumer<String> line =
                        s -> each.append("            ").append(s).append('\n');
                from.column(s -> before.append("    ").append(s).append('\n'), "c", "g", "column");
                from.k(line, "k", "k");
                b = from.value(line, "v", "c", "k", "");
            } else {
                b = shader.read(kernel.b(), "f32")
                        .at((kernel.sharedB() ? "" : "g * u.n * u.k + ")
                                + (kernel.transposeB() ? "column * u.k + k" : "k * u.n + column"));
            }
        }
        Extent count = kernel.elements();
        shader.word("count", new Word.Size(count));
        shader.body.append("""
                    let p = group * SIZEu + local.x;
                    if (p >= u.count) {
                        return;
                    }
                    let line = p / u.n;
                    let column = p - line * u.n;
                    let g = line / u.m;
                    let row = line - g * u.m;
                BEFORE    var total = ZERO;
                    var trapped = 0u;
                    for (var first = 0u; first < u.k; first += BLOCK) {
                        let end = min(first + BLOCK, u.k);
                        var sum = START;
                        for (var k = first; k < end; k += 1u) {
                EACH            sum = sum + PRODUCT;
                        }
                        total = ADDED;
                    }
                    let sum = total;
                """.replace("SIZE", Integer.toString(SIZE))
                .replace("BEFORE", before)
                .replace("EACH", each)
                .replace("BLOCK", sums.block())
                .replace("START", sums.start(1))
                .replace("PRODUCT", sums.ofNumbers(sums.factor(a), sums.factor(b)))
                .replace("ZERO", sums.zero(1))
                .replace("ADDED", sums.added("total", "sum", 1)));
        shader.body.append(sums.store("    ", "result[" + out + "p]"));
        shader.body.append(sums.report(shader, "    "));
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(count, SIZE));
    }
}
