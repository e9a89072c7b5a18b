package loom.machine.parallel;

import java.util.Arrays;
import loom.graph.Factors;

/** Element (row, column) of a matrix in {@code words}: at {@code base + group · groups + row · rows + column · columns}. */
record Matrix(float[] words, int base, int groups, int rows, int columns) implements Right {
    /** Numbers that are rounded at a time. */
    private static final int PART = 1 << 14;

    static Matrix of(Frame frame, int buffer, boolean transposed, boolean shared, int rows, int columns) {
        int group = shared ? 0 : rows * columns;
        return transposed
                ? new Matrix(frame.floats(buffer), frame.offset(buffer), group, 1, rows)
                : new Matrix(frame.floats(buffer), frame.offset(buffer), group, columns, 1);
    }

    /** All groups' numbers, {@code each} of them in a group, as factors: a copy, unless they are factors already. */
    Matrix rounded(Frame frame, Factors factors, int each, int count) {
        if (factors == Factors.F32) {
            return this;
        }
        int all = each * (groups == 0 ? 1 : count);
        float[] copy = Arrays.copyOfRange(words, base, base + all);
        frame.split(
                (all + PART - 1) / PART,
                PART,
                (first, end, scratch) -> Rounding.of(factors, copy, first * PART, Math.min(all, end * PART)));
        return new Matrix(copy, 0, groups, rows, columns);
    }

    Matrix turned() {
        return new Matrix(words, base, groups, columns, rows);
    }

    int at(int group, int row, int column) {
        return base + group * groups + row * rows + column * columns;
    }
}
