package loom.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.graph.Words;

/**
 * Every branch has a cell in a grid of {@code rows × columns × layers}; the result is one axis, the elements of the branches in the
 * order of their cells: row by row, in a row column by column, in a column layer by layer. Cells without a branch take no room.
 *
 * @param row of each branch, or of all
 * @param column of each branch, or of all
 * @param layer of each branch, or of all
 */
public record GridScatter(int rows, int columns, int layers, Words row, Words column, Words layer) implements Combine {
    private static final int MAX_SIDE = 1 << 10;
    private static final FieldType.Whole SIDE = new FieldType.Whole(1, MAX_SIDE);
    private static final FieldType.Wholes PLACE = new FieldType.Wholes(0, MAX_SIDE - 1, 1, 1 << 16);

    private static final Field<GridScatter, Integer> ROWS =
            Field.required("rows", SIDE, GridScatter::rows, "rows of the grid");
    private static final Field<GridScatter, Integer> COLUMNS =
            Field.required("columns", SIDE, GridScatter::columns, "columns of the grid");
    private static final Field<GridScatter, Integer> LAYERS =
            Field.optional("layers", SIDE, 1, GridScatter::layers, "layers of the grid");
    private static final Field<GridScatter, Words> ROW =
            Field.required("row", PLACE, GridScatter::row, "row of each branch, from 0");
    private static final Field<GridScatter, Words> COLUMN =
            Field.required("column", PLACE, GridScatter::column, "column of each branch, from 0");
    private static final Field<GridScatter, Words> LAYER =
            Field.optional("layer", PLACE, Words.of(0), GridScatter::layer, "layer of each branch, from 0");

    static final Declaration<GridScatter> TYPE = Declaration.of(
            "grid_scatter",
            "each branch in a cell of a grid, their elements in the order of the cells",
            List.of(ROWS, COLUMNS, LAYERS, ROW, COLUMN, LAYER),
            v -> new GridScatter(v.get(ROWS), v.get(COLUMNS), v.get(LAYERS), v.get(ROW), v.get(COLUMN), v.get(LAYER)));

    public GridScatter {
        ROWS.check(rows);
        COLUMNS.check(columns);
        LAYERS.check(layers);
        inside(ROW, row, rows);
        inside(COLUMN, column, columns);
        inside(LAYER, layer, layers);
    }

    private static void inside(Field<GridScatter, Words> field, Words places, int side) {
        field.check(places);
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i) >= side) {
                throw new FieldException(field.name(), "expected numbers below " + side + ", found " + places.get(i));
            }
        }
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    /** Branches by their cells, ascending. */
    private TreeMap<Integer, Integer> cells(int branches) {
        int[] r = each(ROW, row, branches);
        int[] c = each(COLUMN, column, branches);
        int[] l = each(LAYER, layer, branches);
        TreeMap<Integer, Integer> cells = new TreeMap<>();
        for (int i = 0; i < branches; i++) {
            Integer other = cells.put((r[i] * columns + c[i]) * layers + l[i], i);
            if (other != null) {
                throw new ShapeException("branches " + other + " and " + i + " are both in the cell of row " + r[i]
                        + ", column " + c[i] + ", layer " + l[i]);
            }
        }
        return cells;
    }

    private static int[] each(Field<GridScatter, Words> field, Words places, int branches) {
        if (places.size() != 1 && places.size() != branches) {
            throw new ShapeException(field.name() + " has " + places.size() + " numbers for " + branches + " branches");
        }
        return FieldType.Wholes.forAxes(field.name(), places, branches).toArray();
    }

    @Override
    public Shape outputShape(Shape input, List<Shape> branches) {
        long size = 0;
        for (int branch : cells(branches.size()).values()) {
            size += branches.get(branch).elements().coefficient();
        }
        if (size > Integer.MAX_VALUE) {
            throw new ShapeException("branches give " + size + " elements");
        }
        return Shape.of((int) size);
    }

    @Override
    public Stepping stepping(Shape input, List<Shape> branches) {
        return Stepping.wholeSequence("it makes one row of the sequence");
    }

    @Override
    public Node lower(LayerContext c, Node x, List<Node> branches) {
        GraphBuilder g = c.graph();
        Node[] parts = new Node[branches.size()];
        int i = 0;
        for (Map.Entry<Integer, Integer> cell : cells(branches.size()).entrySet()) {
            Node y = branches.get(cell.getValue());
            int elements = y.shape().elements().coefficient();
            parts[i++] = g.reshape(y, Samples.batched(Shape.of(elements)));
        }
        return g.concat(1, parts);
    }
}
