package loom.machine.parallel;

import loom.graph.Factors;

/**
 * One product for each group, {@code out = left · right}, whose lanes run along the columns.
 *
 * @param left {@code [rows, k]}, taken as factors already
 * @param right {@code [k, columns]}, not yet
 * @param span columns that {@code out} has in a group; the next ones are in its next group
 */
record Operands(
        Factors factors, Matrix left, Right right, Matrix out, int rows, int columns, int k, int groups, int span) {
    Operands(Factors factors, Matrix left, Right right, Matrix out, int rows, int columns, int k, int groups) {
        this(factors, left, right, out, rows, columns, k, groups, columns);
    }
}
