package loom.model;

import java.util.List;
import java.util.function.BiConsumer;

/** {@code rows × columns} cells, row by row; each takes what the one before gives. */
public record Grid(int rows, int columns, List<Cell> cells) {
    /** More is a mistake: a file of this many cells would be megabytes of braces. */
    public static final int MAX_SIDE = 1024;

    private static final FieldType.Whole SIDE = new FieldType.Whole(1, MAX_SIDE);

    public Grid {
        cells = List.copyOf(cells);
        if (!SIDE.accepts(rows)) {
            throw new FieldException("rows", "expected " + SIDE.expected() + ", found " + rows);
        }
        if (!SIDE.accepts(columns)) {
            throw new FieldException("columns", "expected " + SIDE.expected() + ", found " + columns);
        }
        if (cells.size() != rows * columns) {
            throw new FieldException(
                    "cells",
                    "expected " + rows * columns + " cells for a grid of " + rows + " by " + columns + ", found "
                            + cells.size());
        }
    }

    public Cell cell(int row, int column) {
        return cells.get(row * columns + column);
    }

    /** What layer {@code i} of a cell is called, before its type. */
    static String label(int row, int column, int i) {
        return "cell " + row + "," + column + " layer " + i;
    }

    /** Takes every layer of every cell, in the order they run, and its {@link #label}. */
    void eachLayer(BiConsumer<Layer, String> consumer) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                List<Layer> layers = cell(row, column).layers();
                for (int i = 0; i < layers.size(); i++) {
                    consumer.accept(layers.get(i), label(row, column, i));
                }
            }
        }
    }
}
