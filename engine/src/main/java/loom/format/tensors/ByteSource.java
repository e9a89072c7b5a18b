package loom.format.tensors;

import java.util.Arrays;
import loom.numeric.DType;

/** Bytes of a file of any size, read where they are needed: a file may be larger than memory. */
public interface ByteSource {
    /** Name of the file, for errors. */
    String name();

    long size();

    /** {@code count} bytes from byte {@code at} on, which are there. */
    byte[] read(long at, int count);

    /** {@code count} numbers of f32 from byte {@code at} on, to element {@code first} of an array and those behind it. */
    default void floats(long at, float[] into, int first, int count) {
        DType.F32.widen(read(at, count * DType.F32.bytes()), 0, into, first, count);
    }

    /** A file that is in memory. */
    static ByteSource of(String name, byte... bytes) {
        return new ByteSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public byte[] read(long at, int count) {
                return Arrays.copyOfRange(bytes, (int) at, (int) at + count);
            }
        };
    }
}
