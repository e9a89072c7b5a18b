package loom.machine;

import loom.graph.TensorType;
import loom.program.Buffer;
import loom.program.Program;

/** Checks of what an {@link Execution} is given, the same for every machine. Each throws IllegalArgumentException. */
public final class Arguments {
    private Arguments() {}

    public static int batch(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("batch " + n + " is below 1");
        }
        return n;
    }

    /** The source that a write of {@code length} values is for. */
    public static Buffer.Source source(Program program, int buffer, boolean isFloat, int length, int batch) {
        if (!(program.buffer(buffer) instanceof Buffer.Source s)) {
            throw new IllegalArgumentException("buffer " + buffer + " is not an input, parameter or state");
        }
        if (s.type().element().isFloat() != isFloat) {
            throw new IllegalArgumentException(s.name() + " is " + s.type());
        }
        int expected = s.type().shape().elements(batch);
        if (length != expected) {
            throw new IllegalArgumentException(s.name() + " takes " + expected + " values " + s.type() + " for batch "
                    + batch + ", not " + length);
        }
        return s;
    }

    /** How many values a read of a buffer gives. */
    public static int readable(Program program, int buffer, boolean isFloat, int batch) {
        TensorType type = program.buffer(buffer).type();
        if (type.element().isFloat() != isFloat) {
            throw new IllegalArgumentException("buffer " + buffer + " is " + type);
        }
        return type.shape().elements(batch);
    }

    /** Words of the program's scalars: the batch, then those a run is given. */
    public static int[] scalars(Program program, int batch, int[] given) {
        if (given.length != program.scalars().size() - 1) {
            throw new IllegalArgumentException("a run of this program takes the scalars " + program.scalars());
        }
        int[] all = new int[given.length + 1];
        all[0] = batch;
        System.arraycopy(given, 0, all, 1, given.length);
        return all;
    }
}
