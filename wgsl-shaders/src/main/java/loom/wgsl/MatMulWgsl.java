package loom.wgsl;

import loom.graph.Extent;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.MatMul} as WGSL. Every output element has its own chain over k: blocks of 128 from +0, block sums added in
 * order; so the shape of tiles changes nothing. Places of a tile outside the matrices hold +0: their products change no sum.
 */
final class MatMulWgsl {
    private static final int BLOCK = 128;
    private static final int SIZE = 64;

    private final Kernel.MatMul kernel;
    private final Product product;
    private final ShaderBuilder shader;
    private final String a;
    private final String b;
    private final String out;

    private MatMulWgsl(Program program, Kernel.MatMul kernel, Product product, String name) {
        this.kernel = kernel;
        this.product = product;
        this.shader = new ShaderBuilder(program, "matmul " + name + " " + product);
        shader.word("m", new Word.Size(kernel.m()));
        shader.word("n", new Word.Size(kernel.n()));
        shader.word("k", new Word.Size(kernel.k()));
        shader.finish();
        this.out = shader.out(kernel.out());
        ShaderBuilder.Read x = shader.read(kernel.a(), "f32");
        ShaderBuilder.Read y = shader.read(kernel.b(), "f32");
        this.a = x.name() + "[" + x.start() + (kernel.sharedA() ? "" : "g * u.m * u.k + ")
                + (kernel.transposeA() ? "k * u.m + row]" : "row * u.k + k]");
        this.b = y.name() + "[" + y.start() + (kernel.sharedB() ? "" : "g * u.n * u.k + ")
                + (kernel.transposeB() ? "column * u.k + k]" : "k * u.n + column]");
    }

    /** One invocation an output: short to compile, for software adapters and small products. */
    static Stage simple(Program program, Kernel.MatMul kernel, Product product) {
        return new MatMulWgsl(program, kernel, product, "simple").simple();
    }

    /** Operands staged in workgroup memory. */
    static Stage tiled(Program program, Kernel.MatMul kernel, Product product, MatMulTile tile) {
        return new MatMulWgsl(program, kernel, product, tile.toString()).tiled(tile);
    }

    private Stage simple() {
        Extent count = kernel.groups().times(kernel.m()).times(kernel.n());
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
                    var total = 0u;
                    for (var first = 0u; first < u.k; first += BLOCKu) {
                        let end = min(first + BLOCKu, u.k);
                        var sum = bitcast<f32>(z);
                        for (var k = first; k < end; k += 1u) {
                            sum = sum + PRODUCT;
                        }
                        total = bitcast<u32>(bitcast<f32>(total) + sum) + z;
                    }
                    let value = finish(total);
                    result[OUTp] = value;
                """.replace("SIZE", Integer.toString(SIZE))
                .replace("BLOCK", Integer.toString(BLOCK))
                .replace("PRODUCT", product.ofNumbers(a, b))
                .replace("OUT", out));
        shader.body.append(shader.trapIf("    ", "traps(value)"));
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(count, SIZE));
    }

    private Stage tiled(MatMulTile t) {
        int threads = t.invocations();
        // One vector of padding a line: 16 invocations store 16 lines of one column without bank conflicts.
        int lineA = t.rows() / 4 + 1;
        int lineB = t.columns() / 4 + 1;
        shader.word("across", new Word.Tiles(kernel.n(), t.columns()));
        shader.word("down", new Word.Tiles(kernel.m(), t.rows()));
        shader.global("var<workgroup> left: array<vec4<f32>, " + lineA * t.depth() + ">;");
        shader.global("var<workgroup> right: array<vec4<f32>, " + lineB * t.depth() + ">;");
        shader.global("var<private> trapped: u32;");
        shader.global("""
                fn left_at(g: u32, row: u32, k: u32) -> f32 {
                    return select(0.0, LEFT, row < u.m && k < u.k);
                }
                fn right_at(g: u32, k: u32, column: u32) -> f32 {
                    return select(0.0, RIGHT, column < u.n && k < u.k);
                }
                fn left4(g: u32, row: u32, k: u32) -> vec4<f32> {
                    return vec4<f32>(left_at(g, row, k), left_at(g, row + 1u, k), left_at(g, row + 2u, k), left_at(g, row + 3u, k));
                }
                fn right4(g: u32, k: u32, column: u32) -> vec4<f32> {
                    return vec4<f32>(right_at(g, k, column), right_at(g, k, column + 1u), right_at(g, k, column + 2u), right_at(g, k, column + 3u));
                }
                fn put(g: u32, row: u32, column: u32, sums: vec4<f32>) {
                    for (var c = 0u; c < 4u; c += 1u) {
                        if (row < u.m && column + c < u.n) {
                            let value = finish(bitcast<u32>(sums[c]));
                            trapped |= traps(value);
                            result[OUT(g * u.m + row) * u.n + column + c] = value;
                        }
                    }
                }""".replace("LEFT", a).replace("RIGHT", b).replace("OUT", out));
        line("let z4 = vec4<u32>(z);");
        line("let nz4 = vec4<f32>(u.nz);");
        line("let zero = vec4<f32>(bitcast<f32>(z));");
        line("let tile_column = group % u.across;");
        line("let tiles = group / u.across;");
        line("let g = tiles / u.down;");
        line("let row0 = (tiles - g * u.down) * " + t.rows() + "u;");
        line("let column0 = tile_column * " + t.columns() + "u;");
        line("let own_column = local.x % " + t.acrossColumns() + "u;");
        line("let own_row = local.x / " + t.acrossColumns() + "u;");
        int vectors = t.ownColumns() / 4;
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < vectors; j++) {
                line("var s" + i + "_" + j + " = zero;");
                line("var t" + i + "_" + j + " = zero;");
            }
        }
        fetch(t, threads, "0u", "var ");
        line("for (var k0 = 0u; k0 < u.k; k0 += " + t.depth() + "u) {");
        store(t, threads, lineA, lineB);
        line("    workgroupBarrier();");
        line("    let next = k0 + " + t.depth() + "u;");
        line("    if (next < u.k) {");
        fetch(t, threads, "next", "");
        line("    }");
        line("    for (var k = 0u; k < " + t.depth() + "u; k += 1u) {");
        for (int i = 0; i < t.ownRows() / 4; i++) {
            line("        let a" + i + " = left[k * " + lineA + "u + " + i * t.acrossRows() + "u + own_row];");
        }
        for (int j = 0; j < vectors; j++) {
            line("        let b" + j + " = right[k * " + lineB + "u + " + j * t.acrossColumns() + "u + own_column];");
        }
        for (int i = 0; i < t.ownRows(); i++) {
            String factor = "vec4<f32>(a" + i / 4 + "." + "xyzw".charAt(i % 4) + ")";
            for (int j = 0; j < vectors; j++) {
                String s = "s" + i + "_" + j;
                line("        " + s + " = " + s + " + " + product.ofVectors(factor, "b" + j) + ";");
            }
        }
        line("    }");
        line("    if (next % " + BLOCK + "u == 0u) {");
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < vectors; j++) {
                closeBlock(i, j);
                line("        s" + i + "_" + j + " = zero;");
            }
        }
        line("    }");
        line("    workgroupBarrier();");
        line("}");
        for (int i = 0; i < t.ownRows(); i++) {
            String row = "row0 + (own_row + " + i / 4 * t.acrossRows() + "u) * 4u + " + i % 4 + "u";
            for (int j = 0; j < vectors; j++) {
                closeBlock(i, j);
                String column = "column0 + (own_column + " + j * t.acrossColumns() + "u) * 4u";
                line("put(g, " + row + ", " + column + ", t" + i + "_" + j + ");");
            }
        }
        shader.body.append(shader.trapIf("    ", "trapped"));
        return shader.stage(
                Integer.toString(threads),
                new Word.Tiles(kernel.n(), t.columns()),
                new Word.Tiles(kernel.m(), t.rows()),
                new Word.Tiles(kernel.groups(), 1));
    }

    /** Total plus block sum; after the last full block the sum is +0 and changes nothing. */
    private void closeBlock(int i, int j) {
        String t = "t" + i + "_" + j;
        line("    " + t + " = bitcast<vec4<f32>>(bitcast<vec4<u32>>(" + t + " + s" + i + "_" + j + ") + z4);");
    }

    /** The vectors that this invocation brings into workgroup memory, from k on, into registers. */
    private void fetch(MatMulTile t, int threads, String k, String declare) {
        for (int e = 0; e < t.rows() * t.depth() / 4 / threads; e++) {
            line("    " + declare + "l" + e + " = left4(g, row0 + " + leftLine(t, threads, e) + " * 4u, " + k + " + "
                    + leftK(t, threads, e) + ");");
        }
        for (int e = 0; e < t.columns() * t.depth() / 4 / threads; e++) {
            line("    " + declare + "r" + e + " = right4(g, " + k + " + " + rightK(t, threads, e) + ", column0 + "
                    + rightLine(t, threads, e) + " * 4u);");
        }
    }

    private void store(MatMulTile t, int threads, int lineA, int lineB) {
        for (int e = 0; e < t.rows() * t.depth() / 4 / threads; e++) {
            line("    left[" + leftK(t, threads, e) + " * " + lineA + "u + " + leftLine(t, threads, e) + "] = l" + e
                    + ";");
        }
        for (int e = 0; e < t.columns() * t.depth() / 4 / threads; e++) {
            line("    right[" + rightK(t, threads, e) + " * " + lineB + "u + " + rightLine(t, threads, e) + "] = r" + e
                    + ";");
        }
    }

    // Neighbouring invocations bring what lies side by side in memory: along k, or along rows or columns.

    private String leftK(MatMulTile t, int threads, int e) {
        return place(threads, e, kernel.transposeA() ? "/" : "%", kernel.transposeA() ? t.rows() / 4 : t.depth());
    }

    private String leftLine(MatMulTile t, int threads, int e) {
        return place(threads, e, kernel.transposeA() ? "%" : "/", kernel.transposeA() ? t.rows() / 4 : t.depth());
    }

    private String rightK(MatMulTile t, int threads, int e) {
        return place(threads, e, kernel.transposeB() ? "%" : "/", kernel.transposeB() ? t.depth() : t.columns() / 4);
    }

    private String rightLine(MatMulTile t, int threads, int e) {
        return place(threads, e, kernel.transposeB() ? "/" : "%", kernel.transposeB() ? t.depth() : t.columns() / 4);
    }

    private static String place(int threads, int e, String operator, int by) {
        return "((local.x + " + e * threads + "u) " + operator + " " + by + "u)";
    }

    private void line(String text) {
        shader.body.append("    ").append(text).append('\n');
    }
}
