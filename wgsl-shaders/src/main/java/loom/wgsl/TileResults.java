package loom.wgsl;

import java.util.function.Consumer;

/**
 * Where a tile's results go: elements of the product, finished, or, of tiles that have a range of k, block sums as they are to their block's
 * part of the scratch slot.
 *
 * @param out text that an index starts with
 * @param apart whether columns of a vector are as far apart as {@link CopiedSide} says; otherwise they are neighbours
 * @param merged whether columns are those of all groups, one after the other
 * @param parts whether they are block sums
 * @param text takes statements
 */
record TileResults(
        MatMulTile tile, Sums sums, String out, boolean apart, boolean merged, boolean parts, Consumer<String> text) {
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

    private void line(String statement) {
        text.accept(statement);
    }

    void declare(ShaderBuilder shader) {
        shader.global(parts ? "var<private> part: u32;" : "var<private> trapped: u32;");
        String block = "    result[part + at] = bitcast<u32>(sum);\n";
        shader.global((PUT + (apart ? "" : PUT_FOUR))
                .replace("STORE", parts ? block : sums.store("    ", "result[" + out + "at]"))
                .replace("NUMBER", parts ? "f32" : sums.type(1))
                .replace("FOUR", parts ? "vec4<f32>" : sums.type(4)));
    }

    /** @param name what vectors of results are called: then row and vector follow */
    void put(String name) {
        if (apart) {
            putApart(name);
        } else {
            putNeighbours(name);
        }
    }

    private void putNeighbours(String name) {
        for (int i = 0; i < tile.ownRows(); i++) {
            for (int j = 0; j < tile.ownColumns() / 4; j++) {
                String column = "column0 + (own_column + " + j * tile.acrossColumns() + "u) * 4u";
                line("put4(g, " + ownRow(i) + ", " + column + ", " + name + i + "_" + j + ");");
            }
        }
    }

    private String ownRow(int i) {
        return "row0 + (own_row + " + i / 4 * tile.acrossRows() + "u) * 4u + " + i % 4 + "u";
    }

    private void putApart(String name) {
        for (int j = 0; j < tile.ownColumns() / 4; j++) {
            for (int c = 0; c < 4; c++) {
                int of = j * tile.acrossColumns() + c * tile.columns() / 4;
                String o = "o" + j + "_" + c;
                line("let " + o + " = column0 + own_column + " + of + "u;");
                String before = merged ? o + " / u.n * (u.m - 1u)" : "g * u.m";
                line("let p" + j + "_" + c + " = " + before + " * u.n + " + o + ";");
            }
        }
        for (int i = 0; i < tile.ownRows(); i++) {
            line("let w" + i + " = " + ownRow(i) + ";");
            line("if (w" + i + " < u.m) {");
            for (int j = 0; j < tile.ownColumns() / 4; j++) {
                for (int c = 0; c < 4; c++) {
                    String value = name + i + "_" + j + "." + "xyzw".charAt(c);
                    line("if (o" + j + "_" + c + " < u.columns) {");
                    line("    put(p" + j + "_" + c + " + w" + i + " * u.n, " + value + ");");
                    line("}");
                }
            }
            line("}");
        }
    }
}
