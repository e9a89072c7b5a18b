package loom.wgsl;

import java.util.List;
import java.util.function.IntFunction;
import loom.graph.Extent;
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

    MatMulBlocksWgsl(Program program, Kernel.MatMul kernel, Product product) {
        this.program = program;
        this.kernel = kernel;
        this.sums = new Sums(kernel.factors(), product, false);
        this.elements = kernel.groups().times(kernel.m()).times(kernel.n());
        this.blocks = new Word.Tiles(kernel.k(), MatMulWgsl.BLOCK);
    }

    /** Words of the scratch slot. */
    static long words(Kernel.MatMul kernel, int batch) {
        long elements = (long) kernel.groups().at(batch)
                * kernel.m().at(batch)
                * kernel.n().at(batch);
        return elements * new Word.Tiles(kernel.k(), MatMulWgsl.BLOCK).count(batch);
    }

    List<Stage> stages() {
        return List.of(parts(), totals());
    }

    private int invocations(int batch) {
        return Math.toIntExact(words(kernel, batch));
    }

    private Stage parts() {
        ShaderBuilder shader = new ShaderBuilder(program, sums.named("blocks"));
        shader.word("m", new Word.Size(kernel.m()));
        shader.word("n", new Word.Size(kernel.n()));
        shader.word("k", new Word.Size(kernel.k()));
        shader.word("elements", new Word.Size(elements));
        shader.word("count", new Word.Count(this::invocations));
        sums.declareFactors(shader);
        shader.out(ShaderBuilder.SCRATCH);
        ShaderBuilder.Read x = shader.read(kernel.a(), "f32");
        ShaderBuilder.Read y = shader.read(kernel.b(), "f32");
        String startA = (kernel.sharedA() ? "" : "g * u.m * u.k + ") + (kernel.transposeA() ? "row" : "row * u.k");
        String startB =
                (kernel.sharedB() ? "" : "g * u.n * u.k + ") + (kernel.transposeB() ? "column * u.k" : "column");
        String a = x.at("a + K" + (kernel.transposeA() ? " * u.m" : ""));
        String b = y.at("b + K" + (kernel.transposeB() ? "" : " * u.n"));
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
                    let b = STARTB;
                    var k = block * 128u;
                    let end = min(k + 128u, u.k);
                    var sum = ZERO;
                    for (; k + TOGETHERu <= end; k += TOGETHERu) {
                READ
                ADD
                    }
                    for (; k < end; k += 1u) {
                        sum = sum + PRODUCT;
                    }
                    result[p] = bitcast<u32>(sum);
                """.replace("SIZE", Integer.toString(SIZE))
                .replace("STARTA", startA)
                .replace("STARTB", startB)
                .replace("ZERO", sums.start(1))
                .replace("TOGETHER", Integer.toString(TOGETHER))
                .replace(
                        "READ",
                        each(i -> "let a" + i + " = " + sums.factor(a.replace("K", "(k + " + i + "u)")) + ";\n"
                                + "        let b" + i + " = " + sums.factor(b.replace("K", "(k + " + i + "u)")) + ";"))
                .replace("ADD", each(i -> "sum = sum + " + sums.ofNumbers("a" + i, "b" + i) + ";"))
                .replace(
                        "PRODUCT", sums.ofNumbers(sums.factor(a.replace("K", "k")), sums.factor(b.replace("K", "k")))));
        return shader.stage(Integer.toString(SIZE), new Word.Count(batch -> (invocations(batch) + SIZE - 1) / SIZE));
    }

    private Stage totals() {
        ShaderBuilder shader = new ShaderBuilder(program, sums.named("totals"));
        shader.word("blocks", blocks);
        sums.declareTotals(shader);
        String out = shader.out(kernel.out());
        ShaderBuilder.Read parts = shader.read(ShaderBuilder.SCRATCH, "f32");
        shader.each(SIZE, elements);
        String part = parts.at("(block + IDXu) * u.count + p");
        shader.body.append("""
                    var total = ZERO;
                    var trapped = 0u;
                    var block = 0u;
                    for (; block + TOGETHERu <= u.blocks; block += TOGETHERu) {
                READ
                ADD
                    }
                    for (; block < u.blocks; block += 1u) {
                        total = LAST;
                    }
                    let sum = total;
                """.replace("ZERO", sums.zero(1))
                .replace("TOGETHER", Integer.toString(TOGETHER))
                .replace("READ", each(i -> "let s" + i + " = " + part.replace("IDX", Integer.toString(i)) + ";"))
                .replace("ADD", each(i -> "total = " + sums.added("total", "s" + i, 1) + ";"))
                .replace("LAST", sums.added("total", part.replace("IDX", "0"), 1)));
        shader.body.append(sums.store("    ", "result[" + out + "p]"));
        shader.body.append(sums.report(shader, "    "));
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(elements, SIZE));
    }

    private static String each(IntFunction<String> line) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < TOGETHER; i++) {
            lines.append(i == 0 ? "        " : "\n        ").append(line.apply(i));
        }
        return lines.toString();
    }
}
