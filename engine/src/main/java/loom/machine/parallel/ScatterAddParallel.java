package loom.machine.parallel;

import java.util.Arrays;
import loom.numeric.Domain;
import loom.program.Kernel;

/** Adds rows one after the other, in ascending position; threads divide the columns and the groups. */
record ScatterAddParallel(Kernel.ScatterAdd kernel) implements Step {
    /** Columns that a thread takes at least: neighbours share lines of the cache. */
    private static final int COLUMNS = 16;

    @Override
    public void run(Frame frame) {
        int width = frame.at(kernel.width());
        int positions = frame.at(kernel.positions());
        int parts = (width + COLUMNS - 1) / COLUMNS;
        frame.split(frame.at(kernel.groups()) * parts, (long) positions * COLUMNS, (first, end, scratch) -> {
            for (int i = first; i < end; i++) {
                int column = i % parts * COLUMNS;
                add(frame, i / parts, column, Math.min(width, column + COLUMNS));
            }
        });
    }

    private void add(Frame frame, int group, int column, int end) {
        float[] values = frame.floats(kernel.values());
        int[] indices = frame.ints(kernel.indices());
        float[] out = frame.floats(kernel.out());
        int rows = frame.at(kernel.rows());
        int positions = frame.at(kernel.positions());
        int width = frame.at(kernel.width());
        int to = frame.offset(kernel.out()) + group * rows * width;
        int from = frame.offset(kernel.values()) + group * positions * width;
        int by = frame.offset(kernel.indices()) + group * positions;
        for (int r = 0; r < rows; r++) {
            Arrays.fill(out, to + r * width + column, to + r * width + end, 0f);
        }
        for (int i = 0; i < positions; i++) {
            int index = indices[by + i];
            if (index < 0 || index >= rows) {
                frame.trap();
                continue;
            }
            int target = to + index * width;
            int source = from + i * width;
            for (int d = column; d < end; d++) {
                float sum = Domain.roundD(out[target + d] + values[source + d]);
                if (Domain.isTrapBits(Float.floatToRawIntBits(sum))) {
                    frame.trap();
                }
                out[target + d] = sum;
            }
        }
    }
}
