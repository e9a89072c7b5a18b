package loom.machine.reference;

import java.util.Arrays;
import loom.numeric.Domain;
import loom.program.Kernel;

/** Adds rows one after the other, in ascending position. */
final class ScatterAddReference {
    private ScatterAddReference() {}

    static void run(Kernel.ScatterAdd kernel, Memory memory) {
        int[] values = memory.words(kernel.values());
        int[] indices = memory.words(kernel.indices());
        int[] out = memory.words(kernel.out());
        int from = memory.offset(kernel.values());
        int by = memory.offset(kernel.indices());
        int to = memory.offset(kernel.out());
        int rows = memory.at(kernel.rows());
        int positions = memory.at(kernel.positions());
        int width = memory.at(kernel.width());
        int groups = memory.at(kernel.groups());
        Arrays.fill(out, to, to + groups * rows * width, 0);
        for (int i = 0; i < groups * positions; i++) {
            int index = indices[by + i];
            if (index < 0 || index >= rows) {
                memory.trap(kernel.site(), index, rows);
                continue;
            }
            int target = to + (i / positions * rows + index) * width;
            int source = from + i * width;
            for (int d = 0; d < width; d++) {
                float sum = Float.intBitsToFloat(out[target + d]) + Float.intBitsToFloat(values[source + d]);
                int bits = Float.floatToRawIntBits(Domain.roundD(sum));
                if (Domain.isTrapBits(bits)) {
                    memory.trap(kernel.site());
                }
                out[target + d] = bits;
            }
        }
    }
}
