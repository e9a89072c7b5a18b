package loom.analysis;

import java.util.ArrayList;
import java.util.List;
import loom.format.Csv;
import loom.format.Door;

/**
 * Rows of numbers, all of one length: a row is an observation, a column a variable.
 *
 * @param names of the columns
 * @param values row-major, finite
 */
public record Table(List<String> names, float[] values) {
    public Table {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new AnalysisException("a table without columns");
        }
        if (values.length == 0) {
            throw new AnalysisException("a table without rows");
        }
        if (values.length % names.size() != 0) {
            throw new AnalysisException(values.length + " values do not fill rows of " + names.size() + " columns");
        }
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i]) || Float.isInfinite(values[i])) {
                throw new AnalysisException("row " + i / names.size() + ", column " + names.get(i % names.size())
                        + ": expected a finite number");
            }
        }
    }

    /** Columns are named by their numbers, from 0. */
    public static Table of(int columns, float... values) {
        return new Table(numbered(columns), values);
    }

    /** Lines of values between commas, semicolons or tabs; a first line that is not numbers names the columns. */
    public static Table csv(String file, String text) {
        List<String> names = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        Csv.each(text, line -> {
            if (line.isHeader()) {
                names.addAll(line.cells());
                return;
            }
            String where = file + " line " + line.number();
            int columns = !names.isEmpty()
                    ? names.size()
                    : rows.isEmpty() ? line.cells().size() : rows.get(0).length;
            if (line.cells().size() != columns) {
                throw new AnalysisException(where + ": expected " + columns + " values, found "
                        + line.cells().size());
            }
            float[] row = line.numbers(where);
            Door.round(row, where);
            rows.add(row);
        });
        if (rows.isEmpty()) {
            throw new AnalysisException(file + ": a table without rows");
        }
        int columns = rows.get(0).length;
        float[] values = new float[Math.multiplyExact(rows.size(), columns)];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, values, i * columns, columns);
        }
        return new Table(names.isEmpty() ? numbered(columns) : names, values);
    }

    private static List<String> numbered(int columns) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            names.add(Integer.toString(i));
        }
        return names;
    }

    public int columns() {
        return names.size();
    }

    public int rows() {
        return values.length / columns();
    }

    public float at(int row, int column) {
        return values[row * columns() + column];
    }

    double[] column(int column) {
        double[] all = new double[rows()];
        for (int row = 0; row < all.length; row++) {
            all[row] = at(row, column);
        }
        return all;
    }
}
