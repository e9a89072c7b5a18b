package loom.machine.reference;

import loom.program.Kernel;

/** Moves words by the axis maps of the kernel. */
final class CopyReference {
    private CopyReference() {}

    static void run(Kernel.Copy kernel, Memory memory) {
        int[] in = memory.words(kernel.in());
        int[] out = memory.words(kernel.out());
        int from = memory.offset(kernel.in());
        int to = memory.offset(kernel.out());
        int[] space = kernel.space().at(memory.batch());
        int[] inExtents = kernel.inShape().at(memory.batch());
        int[] outExtents = kernel.outShape().at(memory.batch());
        int[] position = new int[space.length];
        int elements = kernel.space().elements(memory.batch());
        for (int e = 0; e < elements; e++) {
            int source = source(kernel, position, inExtents);
            int target = 0;
            for (int i = 0; i < space.length; i++) {
                target = target * outExtents[i] + position[i] + kernel.start().get(i);
            }
            out[to + target] = source < 0 ? 0 : in[from + source];
            for (int axis = space.length - 1; axis >= 0 && ++position[axis] == space[axis]; axis--) {
                position[axis] = 0;
            }
        }
    }

    /** Element of the input that belongs to a position, or -1. */
    private static int source(Kernel.Copy kernel, int[] position, int[] inExtents) {
        int source = 0;
        for (int i = 0; i < inExtents.length; i++) {
            Kernel.Axis axis = kernel.axes().get(i);
            int at = axis.offset();
            for (int j = 0; j < position.length; j++) {
                at += axis.strides().get(j) * position[j];
            }
            if (at < 0 || at % axis.dilation() != 0 || at / axis.dilation() >= inExtents[i]) {
                return -1;
            }
            source = source * inExtents[i] + at / axis.dilation();
        }
        return source;
    }
}
