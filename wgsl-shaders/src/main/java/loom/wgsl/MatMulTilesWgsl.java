package loom.wgsl;

import loom.graph.Extent;
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
    private final Side left;
    private final Side right;

    private MatMulTilesWgsl(Program program, Kernel.MatMul kernel, Sums sums, MatMulTile tile) {
        this.kernel = kernel;
        this.sums = sums;
        this.t = tile;
        this.shader = MatMulWgsl.builder(program, kernel, sums, tile.toString());
        this.out = shader.out(kernel.out());
        if (sums.packed()) {
            Packing packing = new Packing(kernel);
            ShaderBuilder.Read words = shader.read(ShaderBuilder.SCRATCH, sums.read());
            Packing.Operand a = packing.left(shader);
            Packing.Operand b = packing.right(shader);
            this.left = new Side("left", a.lines(), tile.rows(), true, true, words, a.start());
            this.right = new Side("right", b.lines(), tile.columns(), true, true, words, b.start());
            return;
        }
        boolean leftVectors = canBeVectors(kernel.transposeA(), kernel.m());
        boolean rightVectors = canBeVectors(!kernel.transposeB(), kernel.n());
        boolean one = program.slot(kernel.a()) == program.slot(kernel.b()) && !(leftVectors && rightVectors);
        ShaderBuilder.Read a = shader.read(kernel.a(), leftVectors && !one ? "vec4<f32>" : "f32");
        ShaderBuilder.Read b = shader.read(kernel.b(), rightVectors && !one ? "vec4<f32>" : "f32");
        String startA = a.start() + (kernel.sharedA() ? "" : "g * u.m * u.k + ");
        String startB = b.start() + (kernel.sharedB() ? "" : "g * u.n * u.k + ");
        this.left = new Side("left", "u.m", tile.rows(), kernel.transposeA(), leftVectors && !one, a, startA);
        this.right = new Side("right", "u.n", tile.columns(), !kernel.transposeB(), rightVectors && !one, b, startB);
    }

    static Stage generate(Program program, Kernel.MatMul kernel, Sums sums, MatMulTile tile) {
        return new MatMulTilesWgsl(program, kernel, sums, tile).stage();
    }

    /** Whether an operand can be read four at a time: then all its lines begin at a multiple of four, in slices of loops, too. */
    private boolean canBeVectors(boolean contiguous, Extent line) {
        return contiguous && line.coefficient() % 4 == 0 && kernel.k().coefficient() > 0;
    }

    private Stage stage() {
        shader.word("across", new Word.Tiles(kernel.n(), t.columns()));
        shader.word("down", new Word.Tiles(kernel.m(), t.rows()));
        shader.word("groups", new Word.Size(kernel.groups()));
        shader.global(left.memory());
        shader.global(right.memory());
        shader.global("var<private> trapped: u32;");
        shader.global("""
                fn put(at: u32, sum: NUMBER) {
                STORE}
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
                }""".replace("STORE", sums.store("    ", "result[" + out + "at]"))
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
        for (int i = 0; i < t.ownRows(); i++) {
            String row = "row0 + (own_row + " + i / 4 * t.acrossRows() + "u) * 4u + " + i % 4 + "u";
            for (int j = 0; j < vectors; j++) {
                String column = "column0 + (own_column + " + j * t.acrossColumns() + "u) * 4u";
                line("put4(g, " + row + ", " + column + ", t" + i + "_" + j + ");");
            }
        }
        shader.body.append(sums.report(shader, "    "));
        return shader.stage(
                Integer.toString(t.invocations()),
                new Word.Tiles(kernel.n(), t.columns()),
                new Word.Tiles(kernel.m(), t.rows()),
                new Word.Tiles(kernel.groups(), 1));
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

    /**
     * One operand of a tile: its part of {@code width} rows or columns lies in workgroup memory as vectors of four of them, by k.
     *
     * @param contiguous whether neighbouring rows or columns are neighbours in memory; otherwise neighbouring k are
     */
    private final class Side {
        private final String memory;
        private final String register;
        private final String lines;
        private final int width;
        private final boolean contiguous;
        private final boolean inVectors;
        private final ShaderBuilder.Read from;
        private final String start;

        Side(
                String memory,
                String lines,
                int width,
                boolean contiguous,
                boolean inVectors,
                ShaderBuilder.Read from,
                String start) {
            this.memory = memory;
            this.register = memory.substring(0, 1);
            this.lines = lines;
            this.width = width;
            this.contiguous = contiguous;
            this.inVectors = inVectors;
            this.from = from;
            this.start = start;
        }

        /** One array: arrays of arrays cost a tenth of the speed. */
        String memory() {
            return "var<workgroup> " + memory + ": array<" + sums.read() + ", " + halves() * t.depth() * stride()
                    + ">;";
        }

        /** One vector of padding a line: invocations store lines of one column without bank conflicts. */
        int stride() {
            return width / 4 + (sums.packed() ? 0 : 1);
        }

        private int vectors() {
            return width * t.depth() / 4 / t.invocations();
        }

        /** Which vectors an invocation brings: neighbours bring what lies side by side in memory. Places behind the last row or
         * column hold what is there: their sums are not stored. */
        void places(String first) {
            for (int e = 0; e < vectors(); e++) {
                String own = "(local.x + " + e * t.invocations() + "u)";
                int by = contiguous ? width / 4 : t.depth();
                String k = register + "k" + e;
                String vector = register + "v" + e;
                line("let " + k + " = " + own + (contiguous ? " / " : " % ") + by + "u;");
                line("let " + vector + " = " + own + (contiguous ? " % " : " / ") + by + "u;");
                line("let " + register + "m" + e + " = " + k + " * " + stride() + "u + " + vector + ";");
                String at = start
                        + (contiguous
                                ? k + " * " + lines + " + " + first + " + " + vector + " * 4u"
                                : "(" + first + " + " + vector + " * 4u) * u.k + " + k);
                line("let " + register + "p" + e + " = " + (inVectors ? "(" + at + ") / 4u" : at) + ";");
                line("var " + register + e + ": " + sums.read() + ";");
            }
        }

        /** The vectors of the part from {@code k} on into registers. */
        void fetch(String k) {
            for (int e = 0; e < vectors(); e++) {
                String at = register + "p" + e + " + " + k;
                String read;
                if (inVectors) {
                    read = from.name() + "[" + at + " * (" + lines + " / 4u)]";
                } else {
                    String start = contiguous ? at + " * " + lines : at;
                    StringBuilder four = new StringBuilder("vec4<f32>(");
                    for (int c = 0; c < 4; c++) {
                        four.append(c == 0 ? "" : ", ")
                                .append(from.name())
                                .append("[")
                                .append(start);
                        if (c > 0) {
                            four.append(" + ").append(c).append(contiguous ? "u" : "u * u.k");
                        }
                        four.append("]");
                    }
                    read = four.append(")").toString();
                }
                String factors = sums.factors(read);
                line(register + e + " = "
                        + (guarded()
                                ? "select(vec4<f32>(), " + factors + ", " + register + "k" + e + " + " + k + " < u.k)"
                                : factors)
                        + ";");
            }
        }

        /** Whether the last part may reach beyond k. There both operands are 0, as packed ones are: products of +0 change no sum. */
        boolean guarded() {
            return !sums.packed() && kernel.k().coefficient() % t.depth() != 0;
        }

        /** Stores what was fetched as the part that begins with row {@code first} of workgroup memory. */
        void store(int first) {
            for (int e = 0; e < vectors(); e++) {
                String at = register + "m" + e + (first == 0 ? "" : " + " + first * stride() + "u");
                line(memory + "[" + at + "] = " + register + e + ";");
            }
        }
    }

    private void line(String text) {
        shader.body.append("    ").append(text).append('\n');
    }
}
