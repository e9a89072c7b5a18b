package loom.machine.parallel;

import java.util.Arrays;
import loom.program.Buffer;
import loom.program.Program;

/**
 * Memory of a program: for each slot an array of floats, one of ints, or both where temporaries of both types share it. HotSpot makes no
 * vector code of loops that reinterpret words.
 */
final class Store {
    /** The version of what every run may write. */
    static final long CHANGING = 0;

    private final Program program;
    private final long[] versions;
    private final float[][] floats;
    private final int[][] ints;

    Store(Program program) {
        this.program = program;
        this.floats = new float[program.slots()][0];
        this.ints = new int[program.slots()][0];
        this.versions = new long[program.buffers().size()];
        reserve(1);
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Table t) {
                versions[t.id()] = 1;
                int[] words = t.bits().toArray();
                if (isFloat(t.id())) {
                    for (int i = 0; i < words.length; i++) {
                        floats[t.slot()][i] = Float.intBitsToFloat(words[i]);
                    }
                } else {
                    System.arraycopy(words, 0, ints[t.slot()], 0, words.length);
                }
            }
        }
    }

    /** Slots grow and never shrink; what they hold survives. */
    void reserve(int batch) {
        int[] floatSize = elements(program, batch, true);
        int[] intSize = elements(program, batch, false);
        for (int s = 0; s < floats.length; s++) {
            if (floatSize[s] > floats[s].length) {
                floats[s] = Arrays.copyOf(floats[s], floatSize[s]);
            }
            if (intSize[s] > ints[s].length) {
                ints[s] = Arrays.copyOf(ints[s], intSize[s]);
            }
        }
    }

    /** Floats, or ints, that every slot needs for a batch. */
    private static int[] elements(Program program, int batch, boolean floats) {
        int[] size = new int[program.slots()];
        for (Buffer b : program.buffers()) {
            if (!(b instanceof Buffer.Slice) && b.type().element().isFloat() == floats) {
                int s = program.slot(b.id());
                size[s] = Math.max(size[s], b.type().shape().elements(batch));
            }
        }
        return size;
    }

    /** What a store for a batch holds. */
    static long bytes(Program program, int batch) {
        long bytes = 0;
        for (boolean floats : new boolean[] {true, false}) {
            for (int n : elements(program, batch, floats)) {
                bytes += 4L * n;
            }
        }
        return bytes;
    }

    boolean isFloat(int buffer) {
        return program.buffer(buffer).type().element().isFloat();
    }

    float[] floats(int buffer) {
        return floats[program.slot(buffer)];
    }

    int[] ints(int buffer) {
        return ints[program.slot(buffer)];
    }

    /** The array that holds a buffer, of its type. */
    Object words(int buffer) {
        return isFloat(buffer) ? floats(buffer) : ints(buffer);
    }

    /** A number that changes whenever what a parameter or table holds does; {@link #CHANGING} for all other buffers. */
    long version(int buffer) {
        return versions[buffer];
    }

    /** The source has new values. */
    void changed(int source) {
        if (program.buffer(source) instanceof Buffer.Source s && s.role() == Buffer.Role.PARAMETER) {
            versions[source]++;
        }
    }

    void clear(Buffer.Source state) {
        if (isFloat(state.id())) {
            Arrays.fill(floats(state.id()), 0);
        } else {
            Arrays.fill(ints(state.id()), 0);
        }
    }

    long bytes() {
        long bytes = 0;
        for (int s = 0; s < floats.length; s++) {
            bytes += 4L * (floats[s].length + ints[s].length);
        }
        return bytes;
    }
}
