package loom.machine.parallel;

import java.util.Arrays;
import loom.graph.Shape;

/**
 * What an operand of a pointwise kernel has at neighbouring elements of the space: extents and distances of its axes, those of one element
 * left out and those that are like one joined.
 */
final class StripReader {
    private final int[] extents;
    private final int[] strides;

    /** {@code strides}: distances of neighbours along the axes of the space. */
    StripReader(Shape space, int[] strides, int batch) {
        int[] all = space.at(batch);
        int[] e = new int[all.length + 1];
        int[] s = new int[all.length + 1];
        int axes = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == 1) {
                continue;
            }
            if (axes > 0 && s[axes - 1] == strides[i] * all[i]) {
                axes--;
                e[axes] *= all[i];
            } else {
                e[axes] = all[i];
            }
            s[axes++] = strides[i];
        }
        if (axes == 0) {
            e[axes++] = 1;
        }
        this.extents = Arrays.copyOf(e, axes);
        this.strides = Arrays.copyOf(s, axes);
    }

    /** Neighbouring elements of the space whose operands lie {@code stride} apart. */
    private interface Run {
        void at(int position, int length, int target);
    }

    /** Elements {@code start} to {@code start + n} of the space. */
    private void walk(int start, int n, Run run) {
        int inner = extents.length - 1;
        int[] index = new int[extents.length];
        int position = 0;
        int rest = start;
        for (int axis = inner; axis >= 0; axis--) {
            index[axis] = axis == 0 ? rest : rest % extents[axis];
            rest /= extents[axis];
            position += index[axis] * strides[axis];
        }
        int done = 0;
        while (done < n) {
            int length = Math.min(n - done, extents[inner] - index[inner]);
            run.at(position, length, done);
            done += length;
            index[inner] += length;
            position += length * strides[inner];
            for (int axis = inner; axis > 0 && index[axis] == extents[axis]; axis--) {
                position += strides[axis - 1] - extents[axis] * strides[axis];
                index[axis] = 0;
                index[axis - 1]++;
            }
        }
    }

    void read(float[] source, int base, int start, int n, float[] strip) {
        int stride = strides[strides.length - 1];
        walk(start, n, (position, length, target) -> {
            int from = base + position;
            if (stride == 1) {
                System.arraycopy(source, from, strip, target, length);
            } else if (stride == 0) {
                Arrays.fill(strip, target, target + length, source[from]);
            } else {
                for (int i = 0; i < length; i++) {
                    strip[target + i] = source[from + i * stride];
                }
            }
        });
    }

    void read(int[] source, int base, int start, int n, int[] strip) {
        int stride = strides[strides.length - 1];
        walk(start, n, (position, length, target) -> {
            for (int i = 0; i < length; i++) {
                strip[target + i] = source[base + position + i * stride];
            }
        });
    }

    /** The distances themselves, as if the operand held 0, 1, 2, … */
    void count(int start, int n, int[] strip) {
        int stride = strides[strides.length - 1];
        walk(start, n, (position, length, target) -> {
            for (int i = 0; i < length; i++) {
                strip[target + i] = position + i * stride;
            }
        });
    }
}
