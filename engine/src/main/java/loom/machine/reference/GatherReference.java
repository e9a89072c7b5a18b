package loom.machine.reference;

import java.util.Arrays;
import loom.program.Kernel;

/** Copies a row for every index. */
final class GatherReference {
    private GatherReference() {}

    static void run(Kernel.Gather kernel, Memory memory) {
        int[] table = memory.words(kernel.table());
        int[] indices = memory.words(kernel.indices());
        int[] out = memory.words(kernel.out());
        int from = memory.offset(kernel.table());
        int by = memory.offset(kernel.indices());
        int to = memory.offset(kernel.out());
        int rows = memory.at(kernel.rows());
        int positions = memory.at(kernel.positions());
        int width = memory.at(kernel.width());
        int count = memory.at(kernel.groups()) * positions;
        for (int i = 0; i < count; i++) {
            int index = indices[by + i];
            int target = to + i * width;
            if (index < 0 || index >= rows) {
                memory.trap(kernel.site(), index, rows);
                Arrays.fill(out, target, target + width, 0);
            } else {
                System.arraycopy(table, from + (i / positions * rows + index) * width, out, target, width);
            }
        }
    }
}
