package loom.wgsl;

import java.util.Optional;
import loom.graph.Extent;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.MatMul} as WGSL in tiles, as {@link MatMulWgsl} says; operands are staged in workgroup memory, the next part of k
 * on its way to registers while one is multiplied.
 */
final class MatMulTilesWgsl {
    private final Kernel.MatMul kernel;
    private final Sums sums;
    private final MatMulTile t;
    private final ShaderBuilder shader;
    private final String out;
    private final TileSide left;
    private final TileSide right;

    /** Whether the right operand is read where it was to be copied from. */
    private final boolean copied;

    /** Whether columns are those of all groups, one after the other: groups that share the left operand fill tiles together. */
    private final boolean merged;

    private MatMulTilesWgsl(
            Program program, Kernel.MatMul kernel, Optional<CopiedOperand> operand, Sums sums, MatMulTile tile) {
        this.kernel = kernel;
        this.sums = sums;
        this.t = tile;
        this.copied = operand.isPresent() && !sums.packed();
        this.merged = copied
                && kernel.sharedA()
                && !kernel.sharedB()
                && !(kernel.groups().batched() && kernel.n().batched());
        this.shader = MatMulWgsl.builder(program, kernel, sums, (copied ? "windows " : "") + tile);
        this.out = shader.out(kernel.out());
        if (sums.packed()) {
            Packing packing = new Packing(kernel);
            ShaderBuilder.Read words = shader.read(ShaderBuilder.SCRATCH, sums.read());
            this.left = dense("left", tile.rows(), packed(words, packing.left(shader)));
            this.right = dense("right", tile.columns(), packed(words, packing.right(shader)));
            return;
        }
        boolean leftVectors = canBeVectors(kernel.transposeA(), kernel.m());
        boolean rightVectors = !copied && canBeVectors(!kernel.transposeB(), kernel.n());
        int rightBuffer = operand.map(CopiedOperand::in).orElse(kernel.b());
        boolean one = program.slot(kernel.a()) == program.slot(rightBuffer) && !(leftVectors && rightVectors);
        this.left = dense(
                "left",
                tile.rows(),
                matrix(kernel.a(), "u.m", kernel.sharedA(), kernel.transposeA(), leftVectors && !one));
        this.right = copied
                ? new CopiedSide(operand.get(), tile, sums, new CopiedWgsl(shader, operand.get()), merged, this::line)
                : dense(
                        "right",
                        tile.columns(),
                        matrix(kernel.b(), "u.n", kernel.sharedB(), !kernel.transposeB(), rightVectors && !one));
    }

    /** @param operand the right one, if it is to be read where it was to be copied from, or packed from there */
    static Stage generate(
            Program program, Kernel.MatMul kernel, Optional<CopiedOperand> operand, Sums sums, MatMulTile tile) {
        return new MatMulTilesWgsl(program, kernel, operand, sums, tile).stage();
    }

    private TileSide dense(String memory, int width, DenseSide.Matrix matrix) {
        return new DenseSide(kernel, t, sums, memory, width, matrix, this::line);
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

    private Stage stage() {
        Extent columns = merged ? kernel.groups().times(kernel.n()) : kernel.n();
        Extent groups = merged ? Extent.ONE : kernel.groups();
        shader.word("across", new Word.Tiles(columns, t.columns()));
        shader.word("down", new Word.Tiles(kernel.m(), t.rows()));
        shader.word("groups", new Word.Size(groups));
        if (copied) {
            shader.word("columns", new Word.Size(columns));
        }
        shader.global(left.memory(halves()));
        shader.global(right.memory(halves()));
        shader.global("var<private> trapped: u32;");
        shader.global((PUT + (copied ? "" : PUT_FOUR))
                .replace("STORE", sums.store("    ", "result[" + out + "at]"))
                .replace("NUMBER", sums.type(1))
                .replace("FOUR", sums.type(4)));
        line("let z4 = vec4<u32>(z);");
        line("let nz4 = vec4<f32>(u.nz);");
        line("let zero = " + sums.start(4) + ";");
        line("let tiles = group / u.across;");
        line("let g = tiles / u.down;");
        line("if (g >= u.groups) {");
        line("    return;");
        line("}");
        line("let row0 = (tiles - g * u.down) * " + t.rows() + "u;");
        line("let column0 = (group % u.across) * " + t.columns() + "u;");
        line("let own_column = local.x % " + t.acrossColumns() + "u;");
        line("let own_row = local.x / " + t.acrossColumns() + "u;");
        left.places("row0");
        right.places("column0");
        int vectors = t.ownColumns() / 4;
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < vectors; j++) {
                line("var s" + i + "_" + j + " = zero;");
                line("var t" + i + "_" + j + " = " + sums.zero(4) + ";");
            }
        }
        left.fetch("0u");
        right.fetch("0u");
        line("for (var block = 0u; block < u.k; block += " + sums.block() + ") {");
        line("let end = min(block + " + sums.block() + ", u.k);");
        line("for (var k0 = block; k0 < end; k0 += " + halves() * t.depth() + "u) {");
        for (int half = 0; half < halves(); half++) {
            left.store(half * t.depth());
            right.store(half * t.depth());
            line("workgroupBarrier();");
            // Fetched while this part is worked on; after the last one, what comes is not used.
            String next = "next" + half;
            line("let " + next + " = "
                    + (left.guarded() || sums.packed()
                            ? "k0 + " + (half + 1) * t.depth() + "u"
                            : "min(k0 + D, u.k - D)".replace("D", t.depth() + "u"))
                    + ";");
            left.fetch(next);
            right.fetch(next);
            for (int k = 0; k < t.depth(); k++) {
                multiply(half * t.depth() + k);
            }
        }
        if (halves() == 1) {
            line("workgroupBarrier();");
        }
        line("}");
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < vectors; j++) {
                String place = i + "_" + j;
                line("t" + place + " = " + sums.added("t" + place, "s" + place, 4) + ";");
                line("s" + place + " = zero;");
            }
        }
        line("}");
        if (copied) {
            putFarApart();
        } else {
            put();
        }
        shader.body.append(sums.report(shader, "    "));
        return shader.stage(
                Integer.toString(t.invocations()),
                new Word.Tiles(columns, t.columns()),
                new Word.Tiles(kernel.m(), t.rows()),
                new Word.Tiles(groups, 1));
    }

    private static final String PUT = """
            fn put(at: u32, sum: NUMBER) {
            STORE}""";

    private static final String PUT_FOUR = """

            fn put4(g: u32, row: u32, column: u32, sums: FOUR) {
                let at = (g * u.m + row) * u.n + column;
                if (row < u.m && column < u.n) {
                    put(at, sums.x);
                    if (column + 1u < u.n) {
                        put(at + 1u, sums.y);
                    }
                    if (column + 2u < u.n) {
                        put(at + 2u, sums.z);
                    }
                    if (column + 3u < u.n) {
                        put(at + 3u, sums.w);
                    }
                }
            }""";

    private void put() {
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < t.ownColumns() / 4; j++) {
                String column = "column0 + (own_column + " + j * t.acrossColumns() + "u) * 4u";
                line("put4(g, " + ownRow(i) + ", " + column + ", t" + i + "_" + j + ");");
            }
        }
    }

    private String ownRow(int i) {
        return "row0 + (own_row + " + i / 4 * t.acrossRows() + "u) * 4u + " + i % 4 + "u";
    }

    /** As {@link #put}, where columns of a vector are as far apart as {@link CopiedSide} says. */
    private void putFarApart() {
        for (int j = 0; j < t.ownColumns() / 4; j++) {
            for (int c = 0; c < 4; c++) {
                int of = j * t.acrossColumns() + c * t.columns() / 4;
                String o = "o" + j + "_" + c;
                line("let " + o + " = column0 + own_column + " + of + "u;");
                String before = merged ? o + " / u.n * (u.m - 1u)" : "g * u.m";
                line("let p" + j + "_" + c + " = " + before + " * u.n + " + o + ";");
            }
        }
        for (int i = 0; i < t.ownRows(); i++) {
            line("let w" + i + " = " + ownRow(i) + ";");
            line("if (w" + i + " < u.m) {");
            for (int j = 0; j < t.ownColumns() / 4; j++) {
                for (int c = 0; c < 4; c++) {
                    String value = "t" + i + "_" + j + "." + "xyzw".charAt(c);
                    line("if (o" + j + "_" + c + " < u.columns) {");
                    line("    put(p" + j + "_" + c + " + w" + i + " * u.n, " + value + ");");
                    line("}");
                }
            }
            line("}");
        }
    }

    /**
     * Parts in workgroup memory. Of two, one is written while slower invocations still read the other: half as many barriers. It helps where a
     * step is short, and needs the room of the padding.
     */
    private int halves() {
        return sums.depth() > 1 ? 2 : 1;
    }

    /** All products of one k. Written out for every k of a part: a loop costs a fifth of the speed. */
    private void multiply(int k) {
        line("{");
        for (int i = 0; i < t.ownRows() / 4; i++) {
            line("let a" + i + " = left[" + (k * left.stride() + i * t.acrossRows()) + "u + own_row];");
        }
        for (int j = 0; j < t.ownColumns() / 4; j++) {
            line("let b" + j + " = right[" + (k * right.stride() + j * t.acrossColumns()) + "u + own_column];");
        }
        for (int i = 0; i < t.ownRows(); i++) {
            String factor = "a" + i / 4 + "." + "xyzw".charAt(i % 4);
            for (int j = 0; j < t.ownColumns() / 4; j++) {
                String s = "s" + i + "_" + j;
                line(s + " = " + s + " + " + sums.ofVectors(factor, "b" + j) + ";");
            }
        }
        line("}");
    }

    private void line(String text) {
        shader.body.append("    ").append(text).append('\n');
    }
}
