package loom.wgsl;

import loom.graph.Extent;

/**
 * Places in what gather and scatter-add share: {@code table [groups, rows, width]}, {@code indices [groups, positions]} and
 * {@code list [groups, positions, width]}.
 */
record RowsWgsl(ShaderBuilder shader, Extent groups, Extent rows, Extent positions, Extent width) {
    static final int SIZE = 64;

    String rowCount() {
        return shader.word("rows", new Word.Size(rows));
    }

    String positionCount() {
        return shader.word("positions", new Word.Size(positions));
    }

    /** Statements for one invocation an element: {@code i} its row among all groups', {@code d} its place there. */
    void eachElement(Extent count) {
        shader.each(SIZE, count.times(width));
        if (width.isOne()) {
            shader.body.append("    let i = p;\n");
        } else {
            String length = shader.word("width", new Word.Size(width));
            shader.body.append("    let i = p / " + length + ";\n    let d = p - i * " + length + ";\n");
        }
    }

    /** Element d of a row. */
    String element(String row) {
        return width.isOne() ? row : row + " * " + shader.word("width", new Word.Size(width)) + " + d";
    }

    /** The table's row that position {@code i} of all groups' chose by {@code index}. */
    String chosen(String index) {
        return groups.isOne() ? index : "(i / " + positionCount() + " * " + rowCount() + " + " + index + ")";
    }

    Stage stage(Extent count) {
        return shader.stage(Integer.toString(SIZE), new Word.Tiles(count, SIZE));
    }
}
