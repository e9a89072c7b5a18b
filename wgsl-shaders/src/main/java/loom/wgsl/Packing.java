package loom.wgsl;

import java.util.Optional;
import java.util.function.IntUnaryOperator;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * Operands of a product in the scratch slot, rounded: a word holds four neighbours along k of one line (row of the left operand, column of
 * the right one) as i8, or one as f32; words of neighbouring lines lie side by side, lines are filled up to a multiple of 4 and k with zeros to one
 * of 128. So a tile rounds nothing, looks at no border of k and need not know how the operands lay in memory. The left operand comes first, by
 * groups, then the right one.
 */
record Packing(Kernel.MatMul kernel) {
    /** Lines, and words of each, that a workgroup packs; the texts below have it as a number. */
    private static final int SIDE = 32;

    private int perWord() {
        return kernel.factors() == Factors.INT8 ? 4 : 1;
    }

    private int blockWords() {
        return MatMulWgsl.BLOCK / perWord();
    }

    private static int lines(Extent extent, int batch) {
        return Math.toIntExact((extent.at(batch) + 3L) / 4 * 4);
    }

    private Extent groups(boolean shared) {
        return shared ? Extent.ONE : kernel.groups();
    }

    /** Words of a line. */
    private int depth(int batch) {
        return new Word.Tiles(kernel.k(), MatMulWgsl.BLOCK).count(batch) * blockWords();
    }

    private int leftWords(int batch) {
        return Math.toIntExact(words(kernel.m(), kernel.sharedA(), batch));
    }

    /** Words of both operands. */
    long words(int batch) {
        return words(kernel.m(), kernel.sharedA(), batch) + words(kernel.n(), kernel.sharedB(), batch);
    }

    private long words(Extent lines, boolean shared, int batch) {
        return (long) lines(lines, batch) * depth(batch) * groups(shared).at(batch);
    }

    /** A packed operand, for who multiplies: text of where group {@code g} begins, and of the number of its lines. */
    record Operand(String start, String lines) {}

    Operand left(ShaderBuilder shader) {
        return operand(shader, "m", kernel.m(), kernel.sharedA(), "");
    }

    Operand right(ShaderBuilder shader) {
        String start = shader.word("right", new Word.Count(this::leftWords)) + " + ";
        return operand(shader, "n", kernel.n(), kernel.sharedB(), start);
    }

    private Operand operand(ShaderBuilder shader, String name, Extent extent, boolean shared, String start) {
        String lines = shader.word("lines_" + name, new Word.Count(batch -> lines(extent, batch)));
        String depth = shader.word("depth", new Word.Count(this::depth));
        return new Operand(start + (shared ? "" : "g * " + lines + " * " + depth + " + "), lines);
    }

    /**
     * One dispatch, first of all workgroups of the left operand, then of the right one.
     *
     * @param operand the right one, if it is packed from where it was to be copied from
     */
    Stage pack(Program program, Optional<CopiedOperand> operand) {
        Sums sums = new Sums(kernel.factors(), Product.FMA_NZ, false);
        ShaderBuilder shader =
                new ShaderBuilder(program, "pack " + (operand.isPresent() ? "windows " : "") + kernel.factors());
        shader.out(ShaderBuilder.SCRATCH);
        Word.Count lefts = new Word.Count(batch -> workgroups(kernel.m(), kernel.sharedA(), batch));
        Word.Count rights = new Word.Count(batch -> workgroups(kernel.n(), kernel.sharedB(), batch));
        shader.word("k", new Word.Size(kernel.k()));
        shader.word("depth", new Word.Count(this::depth));
        shader.word("lefts", lefts);
        shader.word("rights", rights);
        sums.declareFactors(shader);
        shader.global("var<workgroup> turned: array<array<u32, 33>, 32>;");
        String left = value(shader, kernel.a(), "u.left_count", !kernel.transposeA());
        shader.global(pack(shader, "left", sums.factor(left), !kernel.transposeA(), kernel.m(), batch -> 0));
        operand.ifPresent(o -> shader.global(new CopiedWgsl(shader, o).function()));
        String right = operand.isPresent()
                ? "copied(g, k, line)"
                : value(shader, kernel.b(), "u.right_count", kernel.transposeB());
        boolean alongK = operand.isEmpty() && kernel.transposeB();
        shader.global(pack(shader, "right", sums.factor(right), alongK, kernel.n(), this::leftWords));
        shader.body.append("""
                    if (group < u.lefts) {
                        left(group, local.x);
                    } else if (group - u.lefts < u.rights) {
                        right(group - u.lefts, local.x);
                    }
                """);
        return shader.stage("256", new Word.Count(batch -> Math.addExact(lefts.count(batch), rights.count(batch))));
    }

    private int workgroups(Extent lines, boolean shared, int batch) {
        long along = (long) depth(batch) / SIDE * groups(shared).at(batch);
        return Math.toIntExact(along * new Word.Tiles(lines, SIDE).count(batch));
    }

    private static String value(ShaderBuilder shader, int buffer, String count, boolean alongK) {
        return shader.read(buffer, "f32")
                .at("g * " + count + " * u.k + " + (alongK ? "line * u.k + k" : "k * " + count + " + line"));
    }

    /** @param alongK whether neighbours along k are neighbours in memory: they are read so, and turned round in workgroup memory */
    private String pack(
            ShaderBuilder shader, String side, String value, boolean alongK, Extent extent, IntUnaryOperator start) {
        return (FUNCTIONS + (alongK ? TURNED : STRAIGHT))
                .replace("SIDE", side)
                .replace("PER", Integer.toString(perWord()))
                .replace("BITS", perWord() == 4 ? "u32(i32(" + value + ")) & 0xffu" : "bitcast<u32>(" + value + ")")
                .replace("COUNT", shader.word(side + "_count", new Word.Size(extent)))
                .replace("LINES", shader.word(side + "_lines", new Word.Count(batch -> lines(extent, batch))))
                .replace("START", shader.word(side + "_start", new Word.Count(start)))
                .replace("ACROSS", shader.word(side + "_across", new Word.Tiles(extent, SIDE)));
    }

    private static final String FUNCTIONS = """
            fn word_SIDE(g: u32, line: u32, w: u32) -> u32 {
                var word = 0u;
                for (var i = 0u; i < PERu; i += 1u) {
                    let k = w * PERu + i;
                    word |= select(0u, BITS, line < COUNT && k < u.k) << (i * 8u);
                }
                return word;
            }
            fn put_SIDE(w: u32, line: u32, word: u32) {
                if (line < LINES) {
                    result[START + w * LINES + line] = word;
                }
            }
            fn SIDE(group: u32, local: u32) {
                let w0 = group / ACROSS * 32u;
                let line0 = group % ACROSS * 32u;
                let g = w0 / u.depth;
                let i = local % 32u;
            """;

    private static final String STRAIGHT = """
                for (var j = local / 32u; j < 32u; j += 8u) {
                    put_SIDE(w0 + j, line0 + i, word_SIDE(g, line0 + i, w0 + j - g * u.depth));
                }
            }""";

    private static final String TURNED = """
                for (var j = local / 32u; j < 32u; j += 8u) {
                    turned[i][j] = word_SIDE(g, line0 + j, w0 + i - g * u.depth);
                }
                workgroupBarrier();
                for (var j = local / 32u; j < 32u; j += 8u) {
                    put_SIDE(w0 + j, line0 + i, turned[j][i]);
                }
            }""";
}
