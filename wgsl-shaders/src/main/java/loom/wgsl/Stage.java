package loom.wgsl;

import java.util.List;
import loom.machine.DeviceException;

/**
 * One kernel of a program made ready for WebGPU.
 *
 * @param words the uniform words, in the order of the shader's structure
 * @param out slot it writes
 * @param reads slots it reads, in the order of the bindings, each once
 * @param grid the number of workgroups is the product of these
 */
record Stage(Shader shader, List<Word> words, int out, List<Integer> reads, List<Word.Counted> grid) {
    /** Workgroups in one dimension of a dispatch, on every WebGPU implementation. */
    static final int MAX_ROW = 65_535;

    Stage {
        words = List.copyOf(words);
        reads = List.copyOf(reads);
        grid = List.copyOf(grid);
    }

    long workgroups(int batch) {
        long n = 1;
        for (Word.Counted t : grid) {
            n *= t.count(batch);
        }
        if (n > (long) MAX_ROW * MAX_ROW) {
            throw new DeviceException(
                    shader.name() + " needs " + n + " workgroups; WebGPU has " + (long) MAX_ROW * MAX_ROW);
        }
        return n;
    }
}
