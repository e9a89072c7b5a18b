package loom.wgsl;

import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.MatMul} as WGSL where one operand has few rows or columns, as {@link MatMulWgsl} says. The other one is read once,
 * side by side, by invocations that each sum a block of 128 of k; one of them adds the block sums in order.
 */
final class MatVecWgsl {
    /** Blocks of k that a workgroup sums at a time, at most. */
    private static final int MOST_PARTS = 32;

    /** Few vectors that an invocation works on where it can; fewer are not faster. */
    private static final int OWN = 4;

    /** Values of k that are read before the first is used. */
    private static final int TOGETHER = 8;

    private static final int FEWEST_INVOCATIONS = 128;

    /** With fewer workgroups than this, smaller ones keep more of a GPU's units busy, down to what a unit takes at a time. */
    private static final int FEW_WORKGROUPS = 32;

    private static final int FEWEST_OF_FEW = 32;
    private static final int MOST_INVOCATIONS = 256;

    /** Values in a cache line. */
    private static final int LINE = 32;

    private final Kernel.MatMul kernel;
    private final Sums totals;
    private final ShaderBuilder shader;
    private final String out;

    /** Whether the few are rows of the left operand, or columns of the right one. */
    private final boolean rows;

    private final int own;

    /** Elements of the many that an invocation works on, side by side in memory. */
    private final int width;

    private final int parts;
    private final int lanes;
    private final Operand few;
    private final Operand many;

    /**
     * @param rows the number of rows or columns
     * @param alongK whether neighbours along k are neighbours in memory
     * @param vectors whether four neighbours can be read at a time
     */
    private record Operand(String rows, boolean alongK, boolean vectors, ShaderBuilder.Read from, boolean shared) {
        /** Where row or column {@code at} begins, and k 0. */
        String start(String at) {
            return from.start() + (shared ? "" : "g * " + rows + " * u.k + ") + at + (alongK ? " * u.k" : "");
        }
    }

    private MatVecWgsl(Program program, Kernel.MatMul kernel, Product product, boolean rows) {
        this.kernel = kernel;
        this.totals = new Sums(kernel.factors(), product, false);
        this.rows = rows;
        this.shader = MatMulWgsl.builder(program, kernel, totals, rows ? "rows" : "columns");
        this.out = shader.out(kernel.out());
        boolean one = program.slot(kernel.a()) == program.slot(kernel.b());
        Operand a = operand(kernel.a(), "u.m", !kernel.transposeA(), kernel.sharedA(), !one, !rows);
        Operand b = operand(kernel.b(), "u.n", kernel.transposeB(), kernel.sharedB(), !one, rows);
        this.few = rows ? a : b;
        this.many = rows ? b : a;
        this.width = many.vectors() && !many.alongK() ? 4 : 1;
        int side = many.alongK() ? 1 : LINE / width;
        // Invocations along k read the few from different lines: several at once would be no faster there.
        this.own = many.alongK() ? 1 : OWN;
        this.parts = parts(kernel.k(), MOST_INVOCATIONS / side);
        this.lanes = lanes(rows ? kernel.n() : kernel.m(), side);
    }

    /** A power of two. */
    private int lanes(Extent manyCount, int least) {
        int most = Math.max(least, FEWEST_INVOCATIONS / parts);
        while (!manyCount.batched()
                && most > Math.max(least, FEWEST_OF_FEW / parts)
                && new Word.Tiles(manyCount, most * width).count(1) < FEW_WORKGROUPS) {
            most /= 2;
        }
        return most;
    }

    private Operand operand(
            int buffer, String rows, boolean alongK, boolean shared, boolean mayBeVectors, boolean isMany) {
        Extent side = rows.equals("u.m") ? kernel.m() : kernel.n();
        boolean vectors = mayBeVectors
                && (alongK || isMany)
                && kernel.k().coefficient() > 0
                && (alongK ? kernel.k() : side).coefficient() % 4 == 0;
        return new Operand(rows, alongK, vectors, shader.read(buffer, vectors ? "vec4<f32>" : "f32"), shared);
    }

    /** A power of two. */
    private static int parts(Extent k, int most) {
        int p = 1;
        while (p < Math.min(most, MOST_PARTS) && (k.batched() || p * MatMulWgsl.BLOCK < k.coefficient())) {
            p *= 2;
        }
        return p;
    }

    /** @param rows whether the left operand's rows are the few; otherwise the right one's columns are */
    static Stage generate(Program program, Kernel.MatMul kernel, Product product, boolean rows) {
        return new MatVecWgsl(program, kernel, product, rows).stage();
    }

    private Stage stage() {
        Extent fewCount = rows ? kernel.m() : kernel.n();
        Extent manyCount = rows ? kernel.n() : kernel.m();
        Word.Tiles across = new Word.Tiles(manyCount, lanes * width);
        Word.Tiles down = new Word.Tiles(fewCount, own);
        shader.word("across", across);
        shader.word("down", down);
        shader.word("groups", new Word.Size(kernel.groups()));
        String type = width == 4 ? "vec4<f32>" : "f32";
        shader.global(
                "var<workgroup> sums: array<array<array<" + type + ", " + lanes + ">, " + parts + ">, " + own + ">;");
        shader.global("var<private> trapped: u32;");
        String place = "result[" + out + (rows ? "(g * u.m + few) * u.n + many" : "(g * u.m + many) * u.n + few") + "]";
        shader.global("""
                fn put(g: u32, few: u32, many: u32, sum: NUMBER) {
                    if (few < FEW && many < MANY) {
                STORE    }
                }""".replace("FEW", few.rows())
                .replace("MANY", many.rows())
                .replace("NUMBER", totals.type(1))
                .replace("STORE", totals.store("        ", place)));
        if (width == 4) {
            line("let z4 = vec4<u32>(z);");
            line("let nz4 = vec4<f32>(u.nz);");
        }
        line("let zero = " + type + "(bitcast<f32>(z));");
        line("let strips = group / u.across;");
        line("let g = strips / u.down;");
        line("if (g >= u.groups) {");
        line("    return;");
        line("}");
        // Along k, neighbours have parts of one row; otherwise, columns of one part.
        String fast = many.alongK() ? "part" : "lane";
        String slow = many.alongK() ? "lane" : "part";
        int fastCount = many.alongK() ? parts : lanes;
        line("let " + fast + " = local.x % " + fastCount + "u;");
        line("let " + slow + " = local.x / " + fastCount + "u;");
        line("let few0 = (strips - g * u.down) * " + own + "u;");
        line("let many0 = ((group % u.across) * " + lanes + "u + lane) * " + width + "u;");
        for (int f = 0; f < own; f++) {
            line("let few_start" + f + " = " + few.start("min(few0 + " + f + "u, " + few.rows() + " - 1u)") + ";");
            line("var t" + f + " = " + totals.zero(width) + ";");
        }
        line("let many_start = " + many.start("many0") + ";");
        line("for (var first = 0u; first < u.k; first += " + parts * MatMulWgsl.BLOCK + "u) {");
        line("var k = min(first + part * " + MatMulWgsl.BLOCK + "u, u.k);");
        line("let end = min(k + " + MatMulWgsl.BLOCK + "u, u.k);");
        for (int f = 0; f < own; f++) {
            line("var s" + f + " = zero;");
        }
        products(TOGETHER);
        if (kernel.k().coefficient() % MatMulWgsl.BLOCK != 0) {
            products(few.alongK() && few.vectors() || many.alongK() && many.vectors() ? 4 : 1);
        }
        for (int f = 0; f < own; f++) {
            line("sums[" + f + "][part][lane] = s" + f + ";");
        }
        line("workgroupBarrier();");
        line("if (part == 0u) {");
        line("for (var p = 0u; p < " + parts + "u; p += 1u) {");
        for (int f = 0; f < own; f++) {
            line("t" + f + " = " + totals.added("t" + f, "sums[" + f + "][p][lane]", width) + ";");
        }
        line("}");
        line("}");
        line("workgroupBarrier();");
        line("}");
        line("if (part == 0u) {");
        for (int f = 0; f < own; f++) {
            for (int c = 0; c < width; c++) {
                String value = "t" + f + (width == 4 ? "." + "xyzw".charAt(c) : "");
                line("put(g, few0 + " + f + "u, many0 + " + c + "u, " + value + ");");
            }
        }
        shader.body.append(totals.report(shader, "    "));
        line("}");
        return shader.stage(Integer.toString(parts * lanes), across, down, new Word.Tiles(kernel.groups(), 1));
    }

    /** Products of {@code together} values of k at a time, while there are as many; all are read before the first is used. */
    private void products(int together) {
        line("for (; k + " + together + "u <= end; k += " + together + "u) {");
        String[] factors = values(many, "w", "many_start", "many0", together);
        for (int f = 0; f < own; f++) {
            String[] own = values(few, "x" + f + "_", "few_start" + f, "", together);
            for (int i = 0; i < together; i++) {
                String product =
                        width == 4 ? totals.ofVectors(own[i], factors[i]) : totals.ofNumbers(own[i], factors[i]);
                line("s" + f + " = s" + f + " + " + product + ";");
            }
        }
        line("}");
    }

    /** Reads an operand from k on; the texts of its values, one for each k. */
    private String[] values(Operand o, String name, String start, String offset, int count) {
        String[] texts = new String[count];
        boolean four = o.vectors() && o.alongK();
        for (int i = 0; i < count; i++) {
            if (four) {
                texts[i] = name + i / 4 + "." + "xyzw".charAt(i % 4);
                if (i % 4 == 0) {
                    String read = o.from().name() + "[(" + start + " + k) / 4u + " + i / 4 + "u]";
                    line("let " + name + i / 4 + " = " + totals.factors(read) + ";");
                }
            } else {
                texts[i] = name + i;
                String k = "(k + " + i + "u)";
                String at = o.alongK() ? start + " + " + k : start + " + " + k + " * " + o.rows();
                String read = o.from().name() + "[" + (o.vectors() ? "(" + at + ") / 4u" : at) + "]";
                line("let " + name + i + " = " + (o.vectors() ? totals.factors(read) : totals.factor(read)) + ";");
            }
        }
        return texts;
    }

    private void line(String text) {
        shader.body.append("    ").append(text).append('\n');
    }
}
