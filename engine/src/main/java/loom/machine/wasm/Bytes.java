package loom.machine.wasm;

import java.util.Arrays;

/** Growing byte array with the number formats of WebAssembly. */
final class Bytes {
    private byte[] data = new byte[64];
    private int size;

    Bytes u8(int value) {
        room(1);
        data[size++] = (byte) value;
        return this;
    }

    /** Unsigned LEB128. */
    Bytes unsigned(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            u8(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        return u8(rest);
    }

    /** Signed LEB128. */
    Bytes signed(int value) {
        int rest = value;
        while (rest < -64 || rest > 63) {
            u8(rest & 0x7f | 0x80);
            rest >>= 7;
        }
        return u8(rest & 0x7f);
    }

    /** Four bytes, lowest first. */
    Bytes word(int value) {
        return u8(value).u8(value >>> 8).u8(value >>> 16).u8(value >>> 24);
    }

    /** Length and characters of an ASCII name. */
    Bytes name(String name) {
        unsigned(name.length());
        for (int i = 0; i < name.length(); i++) {
            u8(name.charAt(i));
        }
        return this;
    }

    Bytes append(Bytes other) {
        room(other.size);
        System.arraycopy(other.data, 0, data, size, other.size);
        size += other.size;
        return this;
    }

    Bytes append(byte[] content) {
        return append(content, 0, content.length);
    }

    /** An expression whose value is an i32 known beforehand. */
    Bytes constant(int value) {
        return u8(0x41).signed(value).u8(0x0b);
    }

    Bytes append(byte[] content, int from, int to) {
        room(to - from);
        System.arraycopy(content, from, data, size, to - from);
        size += to - from;
        return this;
    }

    /** {@code other} preceded by its length. */
    Bytes sized(Bytes other) {
        return unsigned(other.size).append(other);
    }

    int size() {
        return size;
    }

    byte[] toArray() {
        return Arrays.copyOf(data, size);
    }

    boolean sameAs(Bytes other) {
        return size == other.size && Arrays.equals(data, 0, size, other.data, 0, size);
    }

    private void room(int more) {
        if (size + more > data.length) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, size + more));
        }
    }
}
