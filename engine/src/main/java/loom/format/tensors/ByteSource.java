package loom.format.tensors;

import java.util.Arrays;

/** Bytes of a file of any size, read where they are needed: a file may be larger than memory. */
public interface ByteSource {
    /** Name of the file, for errors. */
    String name();

    long size();

    /** {@code count} bytes from byte {@code at} on, which are there. */
    byte[] read(long at, int count);

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
