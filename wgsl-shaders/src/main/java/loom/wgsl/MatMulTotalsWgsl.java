package loom.wgsl;

import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.Program;

/** The second of two dispatches of a product: it adds the block sums of each element, which the first one left in the scratch slot, in order. */
final class MatMulTotalsWgsl {
    private static final int SIZE = 64;

    /** Sums that are read before the first is used: one after the other, each would be waited for. */
    private static final int TOGETHER = 16;

    private MatMulTotalsWgsl() {}

    /**
     * @param blocks of all of k
     * @param aTurn blocks that are in the scratch slot at a time, but for the last turn's: until then totals are kept where the product will be
     */
    static Stage generate(
            Program program, Kernel.MatMul kernel, Sums sums, IntUnaryOperator blocks, IntUnaryOperator aTurn) {
        ShaderBuilder shader = new ShaderBuilder(program, sums.named("totals"));
        shader.word(
                "blocks",
                new Word.Turned((batch, turn) ->
                        Math.min(aTurn.applyAsInt(batch), blocks.applyAsInt(batch) - turn * aTurn.applyAsInt(batch))));
        shader.word("turn", new Word.Turned((batch, turn) -> turn));
        shader.word(
                "rest",
                new Word.Turned(
                        (batch, turn) -> Math.max(0, blocks.applyAsInt(batch) - (turn + 1) * aTurn.applyAsInt(batch))));
        sums.declareTotals(shader);
        String out = shader.out(kernel.out());
        ShaderBuilder.Read parts = shader.read(ShaderBuilder.SCRATCH, "f32");
        Extent elements = kernel.elements();
        shader.each(SIZE, elements);
        String part = parts.at("(block + IDXu) * u.count + p");
        shader.body.append("""
                    var total = ZERO;
                    if (u.turn > 0u) {
                        total = bitcast<TYPE>(result[OUTp]);
                    }
                    var trapped = 0u;
                    var block = 0u;
                    for (; block + TOGETHERu <= u.blocks; block += TOGETHERu) {
                READ
                ADD
                    }
                    for (; block < u.blocks; block += 1u) {
                        total = LAST;
                    }
                    if (u.rest > 0u) {
                        result[OUTp] = bitcast<u32>(total);
                        return;
                    }
                    let sum = total;
                """.replace("ZERO", sums.zero(1))
                .replace("TYPE", sums.type(1))
                .replace("OUT", out)
                .replace("TOGETHER", Integer.toString(TOGETHER))
                .replace(
                        "READ",
                        each(TOGETHER, i -> "let s" + i + " = " + part.replace("IDX", Integer.toString(i)) + ";"))
                .replace("ADD", each(TOGETHER, i -> "total = " + sums.added("total", "s" + i, 1) + ";"))
                .replace("LAST", sums.added("total", part.replace("IDX", "0"), 1)));
        shader.body.append(sums.store("    ", "result[" + out + "p]"));
        shader.body.append(sums.report(shader, "    "));
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(elements, SIZE));
    }

    /** Lines for 0 to {@code count}. */
    static String each(int count, IntFunction<String> line) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(i == 0 ? "        " : "\n        ").append(line.apply(i));
        }
        return lines.toString();
    }
}
