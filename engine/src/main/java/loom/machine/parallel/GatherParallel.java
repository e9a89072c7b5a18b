package loom.machine.parallel;

import loom.program.Kernel;

/** Copies a row for every index. */
record GatherParallel(Kernel.Gather kernel) implements Step {
    @Override
    public void run(Frame frame) {
        Object table = frame.words(kernel.table());
        int[] indices = frame.ints(kernel.indices());
        Object out = frame.words(kernel.out());
        int from = frame.offset(kernel.table());
        int by = frame.offset(kernel.indices());
        int to = frame.offset(kernel.out());
        int rows = frame.at(kernel.rows());
        int positions = frame.at(kernel.positions());
        int width = frame.at(kernel.width());
        frame.split(frame.at(kernel.groups()) * positions, width, (first, end, scratch) -> {
            for (int i = first; i < end; i++) {
                int index = indices[by + i];
                if (index < 0 || index >= rows) {
                    frame.trap();
                } else {
                    System.arraycopy(table, from + (i / positions * rows + index) * width, out, to + i * width, width);
                }
            }
        });
    }
}
