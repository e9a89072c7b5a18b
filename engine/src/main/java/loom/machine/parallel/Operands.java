package loom.machine.parallel;

import loom.graph.Factors;

/**
 * One product for each group, {@code out = left · right}, whose lanes run along the columns.
 *
 * @param left {@code [rows, k]}, taken as factors already
 * @param right {@code [k, columns]}, not yet
 */
record Operands(Factors factors, Matrix left, Right right, Matrix out, int rows, int columns, int k, int groups) {}
