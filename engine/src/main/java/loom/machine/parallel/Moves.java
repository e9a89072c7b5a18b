package loom.machine.parallel;

import loom.program.Kernel;

/** A copy for a batch: from which element of the input each position of the output comes, run by run along the innermost axis. */
final class Moves {
    private final int[] space;
    private final int[] start;
    private final int[] outExtents;
    private final int[] inExtents;
    private final int[] inStrides;
    private final int[] offsets;
    private final int[] dilations;
    /** By input axis and axis of the space. */
    private final int[][] strides;

    /** The innermost axis of the space. */
    private final int inner;

    private final int rows;
    private final int samples;

    Moves(Kernel.Copy kernel, int batch) {
        // A scalar is a space of one axis with one position.
        int rank = Math.max(1, kernel.space().rank());
        space = filled(rank, kernel.space().at(batch));
        outExtents = filled(rank, kernel.outShape().at(batch));
        start = new int[rank];
        for (int j = 0; j < kernel.start().size(); j++) {
            start[j] = kernel.start().get(j);
        }
        inner = rank - 1;
        inExtents = kernel.inShape().at(batch);
        int axes = inExtents.length;
        inStrides = new int[axes];
        offsets = new int[axes];
        dilations = new int[axes];
        strides = new int[axes][rank];
        int stride = 1;
        for (int i = axes - 1; i >= 0; i--) {
            inStrides[i] = stride;
            stride *= inExtents[i];
            Kernel.Axis axis = kernel.axes().get(i);
            offsets[i] = axis.offset();
            dilations[i] = axis.dilation();
            for (int j = 0; j < axis.strides().size(); j++) {
                strides[i][j] = axis.strides().get(j);
            }
        }
        rows = kernel.space().elements(batch) / space[inner];
        samples = inner > 0 && isOneToOne() ? space[0] : 1;
    }

    /** Whether axis 0 of the input is axis 0 of the space, and depends on nothing else. */
    private boolean isOneToOne() {
        for (int i = 0; i < strides.length; i++) {
            if (strides[i][0] != (i == 0 ? 1 : 0)) {
                return false;
            }
        }
        for (int j = 1; j < space.length && strides.length > 0; j++) {
            if (strides[0][j] != 0) {
                return false;
            }
        }
        return strides.length > 0 && offsets[0] == 0 && dilations[0] == 1 && space[0] <= inExtents[0];
    }

    private static int[] filled(int rank, int[] extents) {
        return extents.length == rank ? extents : new int[] {1};
    }

    /** Rows along the innermost axis. */
    int rows() {
        return rows;
    }

    /** Parts of the space that do the same, one after the other. */
    int samples() {
        return samples;
    }

    int sampleRows() {
        return rows / samples;
    }

    /** Distance of samples in the output. */
    int outSample() {
        int elements = 1;
        for (int j = 1; j < outExtents.length; j++) {
            elements *= outExtents[j];
        }
        return elements;
    }

    int inSample() {
        return inStrides.length == 0 ? 0 : inStrides[0];
    }

    int length() {
        return space[inner];
    }

    /** Rows {@code first} to {@code end}. */
    void run(int first, int end, CopyParallel.Words words) {
        int[] position = new int[space.length];
        int rest = first;
        for (int j = inner - 1; j >= 0; j--) {
            position[j] = rest % space[j];
            rest /= space[j];
        }
        for (int r = first; r < end; r++) {
            int target = 0;
            for (int j = 0; j < space.length; j++) {
                target = target * outExtents[j] + position[j] + start[j];
            }
            run(position, target, words);
            for (int j = inner - 1; j >= 0 && ++position[j] == space[j]; j--) {
                position[j] = 0;
            }
        }
    }

    private void run(int[] position, int target, CopyParallel.Words words) {
        int element = 0;
        int moving = -1;
        int coordinate = 0;
        for (int i = 0; i < inExtents.length; i++) {
            int at = offsets[i];
            for (int j = 0; j < inner; j++) {
                at += strides[i][j] * position[j];
            }
            if (strides[i][inner] != 0) {
                if (moving >= 0 || dilations[i] != 1) {
                    oneByOne(position, target, words);
                    return;
                }
                moving = i;
                coordinate = at;
            } else if (at < 0 || at % dilations[i] != 0 || at / dilations[i] >= inExtents[i]) {
                words.zeros(target, space[inner]);
                return;
            } else {
                element += at / dilations[i] * inStrides[i];
            }
        }
        int length = space[inner];
        if (moving < 0) {
            words.elements(target, length, element, 0);
            return;
        }
        int stride = strides[moving][inner];
        int last = inExtents[moving] - 1;
        // Positions p with 0 ≤ coordinate + stride · p ≤ last.
        int low = stride > 0 ? ceilDiv(0 - coordinate, stride) : ceilDiv(coordinate - last, 0 - stride);
        int high =
                stride > 0 ? Math.floorDiv(last - coordinate, stride) + 1 : Math.floorDiv(coordinate, 0 - stride) + 1;
        low = Math.min(Math.max(low, 0), length);
        high = Math.max(Math.min(high, length), low);
        if (low > 0) {
            words.zeros(target, low);
        }
        if (high > low) {
            int distance = stride * inStrides[moving];
            words.elements(
                    target + low, high - low, element + coordinate * inStrides[moving] + low * distance, distance);
        }
        if (high < length) {
            words.zeros(target + high, length - high);
        }
    }

    private static int ceilDiv(int a, int b) {
        return 0 - Math.floorDiv(0 - a, b);
    }

    /** Where several axes move or one has gaps. */
    private void oneByOne(int[] outer, int target, CopyParallel.Words words) {
        for (int p = 0; p < space[inner]; p++) {
            int element = 0;
            for (int i = 0; i < inExtents.length && element >= 0; i++) {
                int at = offsets[i] + strides[i][inner] * p;
                for (int j = 0; j < inner; j++) {
                    at += strides[i][j] * outer[j];
                }
                boolean exists = at >= 0 && at % dilations[i] == 0 && at / dilations[i] < inExtents[i];
                element = exists ? element + at / dilations[i] * inStrides[i] : -1;
            }
            if (element < 0) {
                words.zeros(target + p, 1);
            } else {
                words.elements(target + p, 1, element, 1);
            }
        }
    }
}
