package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import loom.graph.Extent;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.MatMul} as WGSL where few elements have a long k, as {@link MatMulWgsl} says. Every block of 128 is summed by an
 * invocation of its own, into the scratch slot; a second dispatch adds the block sums of each element in order.
 */
final class MatMulBlocksWgsl {
    private static final int SIZE = 64;

    /** Values that are read before the first is used: one after the other, each would be waited for. */
    private static final int TOGETHER = 16;

    private final Program program;
    private final Kernel.MatMul kernel;
    private final Sums sums;
    private final Extent elements;
    private final Word.Tiles blocks;
    private final Optional<CopiedOperand> operand;

    /** @param operand the right one, if it is to be read where it was to be copied from */
    MatMulBlocksWgsl(Program program, Kernel.MatMul kernel, Optional<CopiedOperand> operand, Product product) {
        this.program = program;
        this.operand = operand;
        this.kernel = kernel;
        this.sums = new Sums(kernel.factors(), product, false);
        this.elements = kernel.elements();
        this.blocks = new Word.Tiles(kernel.k(), MatMulWgsl.BLOCK);
    }

    Way way() {
        Stage totals = MatMulTotalsWgsl.generate(program, kernel, sums, blocks::count, blocks::count);
        return new Way(List.of(parts(), totals), this::invocations);
    }

    /** As many as words of the scratch slot. */
    private int invocations(int batch) {
        return Math.multiplyExact(elements.at(batch), blocks.count(batch));
    }

    private Stage parts() {
        ShaderBuilder shader =
                new ShaderBuilder(program, sums.named(operand.isPresent() ? "windows blocks" : "blocks"));
        shader.word("m", new Word.Size(kernel.m()));
        shader.word("n", new Word.Size(kernel.n()));
        shader.word("k", new Word.Size(kernel.k()));
        shader.word("elements", new Word.Size(elements));
        shader.word("count", new Word.Count(this::invocations));
        sums.declareFactors(shader);
        shader.out(ShaderBuilder.SCRATCH);
        ShaderBuilder.Read x = shader.read(kernel.a(), "f32");
        String startA = (kernel.sharedA() ? "" : "g * u.m * u.k + ") + (kernel.transposeA() ? "row" : "row * u.k");
        String a = x.at("a + K" + (kernel.transposeA() ? " * u.m" : ""));
        Right right = operand.map(o -> copied(shader, o)).orElseGet(() -> dense(shader));
        shader.body.append("""
                    let p = group * SIZEu + local.x;
                    if (p >= u.count) {
                        return;
                    }
                    let block = p / u.elements;
                    let element = p - block * u.elements;
                    let line = element / u.n;
                    let column = element - line * u.n;
                    let g = line / u.m;
                    let row = line - g * u.m;
                    let a = STARTA;
                STARTB
                    var k = block * 128u;
                    let end = min(k + 128u, u.k);
                    var sum = ZERO;
                    for (; k + TOGETHERu <= end; k += TOGETHERu) {
                READ
                ADD
                    }
                    for (; k < end; k += 1u) {
                LAST
                        sum = sum + PRODUCT;
                    }
                    result[p] = bitcast<u32>(sum);
                """.replace("SIZE", Integer.toString(SIZE))
                .replace("STARTA", startA)
                .replace("STARTB", right.start())
                .replace("ZERO", sums.start(1))
                .replace("TOGETHER", Integer.toString(TOGETHER))
                .replace(
                        "READ",
                        MatMulTotalsWgsl.each(
                                TOGETHER,
                                i -> "let a" + i + " = " + sums.factor(a.replace("K", "(k + " + i + "u)")) + ";\n"
                                        + right.read().apply("b" + i, "(k + " + i + "u)")))
                .replace(
                        "ADD",
                        MatMulTotalsWgsl.each(TOGETHER, i -> "sum = sum + " + sums.ofNumbers("a" + i, "b" + i) + ";"))
                .replace("LAST", right.read().apply("last", "k"))
                .replace("PRODUCT", sums.ofNumbers(sums.factor(a.replace("K", "k")), "last")));
        return shader.stage(Integer.toString(SIZE), new Word.Count(batch -> (invocations(batch) + SIZE - 1) / SIZE));
    }

    /**
     * Text of the right operand.
     *
     * @param start statements before the sum
     * @param read a statement that names the factor of some k
     */
    private record Right(String start, BinaryOperator<String> read) {}

    private Right dense(ShaderBuilder shader) {
        ShaderBuilder.Read y = shader.read(kernel.b(), "f32");
        String start = (kernel.sharedB() ? "" : "g * u.n * u.k + ") + (kernel.transposeB() ? "column * u.k" : "column");
        String b = y.at("b + K" + (kernel.transposeB() ? "" : " * u.n"));
        return new Right(
                "    let b = " + start + ";",
                (name, k) -> "        let " + name + " = " + sums.factor(b.replace("K", k)) + ";");
    }

    private Right copied(ShaderBuilder shader, CopiedOperand of) {
        CopiedWgsl from = new CopiedWgsl(shader, of);
        List<String> start = new ArrayList<>();
        from.column(s -> start.add("    " + s), "c", "g", "column");
        return new Right(String.join("\n", start), (name, k) -> {
            List<String> lines = new ArrayList<>();
            from.k(s -> lines.add("        " + s), name, k);
            String value = from.value(s -> lines.add("        " + s), name + "v", "c", name, "");
            lines.add("        let " + name + " = " + sums.factor(value) + ";");
            return String.join("\n", lines);
        });
    }
}
