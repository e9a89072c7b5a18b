package loom.web;

import loom.numeric.Pieces;
import org.teavm.interop.Address;
import org.teavm.jso.JSObject;

/**
 * Moves Java arrays to and from JavaScript. Java's arrays are opaque there, so they cross in blocks: bare loads and
 * stores between array and staging block, one TypedArray.set between staging block and target. About 2.4 GB/s; a copy
 * element by element through JSO would be a hundred times slower.
 */
final class Transfer {
    private Transfer() {}

    static void toMemory(float[] values, JSObject memory, int offset) {
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            stage(values, i, n, address);
            Glue.memoryIn(memory, offset + (i << 2), address, n << 2);
        }
    }

    static void toMemory(int[] values, JSObject memory, int offset) {
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            stage(values, i, n, address);
            Glue.memoryIn(memory, offset + (i << 2), address, n << 2);
        }
    }

    static void fromMemory(JSObject memory, int offset, float[] values) {
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            Glue.memoryOut(memory, offset + (i << 2), address, n << 2);
            unstage(address, values, i, n);
        }
    }

    static void fromMemory(JSObject memory, int offset, int[] values) {
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            Glue.memoryOut(memory, offset + (i << 2), address, n << 2);
            unstage(address, values, i, n);
        }
    }

    /** A new Uint8Array with these bytes. */
    static JSObject toBytes(byte[] values) {
        JSObject array = Glue.bytesNew(values.length);
        int block = Glue.stagingBytes();
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            for (int j = 0; j < n; j++) {
                Address.fromInt(address + j).putByte(values[i + j]);
            }
            Glue.bytesIn(array, i, address, n);
        }
        return array;
    }

    /** A new Uint8Array with the bits of these values. */
    static JSObject toBytes(int[] values) {
        JSObject array = Glue.bytesNew(values.length << 2);
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            stage(values, i, n, address);
            Glue.bytesIn(array, i << 2, address, n << 2);
        }
        return array;
    }

    /** A new Uint8Array with the bits of these values. */
    static JSObject toBytes(float[] values) {
        JSObject array = Glue.bytesNew(values.length << 2);
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            stage(values, i, n, address);
            Glue.bytesIn(array, i << 2, address, n << 2);
        }
        return array;
    }

    static byte[] bytes(JSObject array) {
        return bytes(array, 0, Glue.bytesLength(array));
    }

    /** {@code count} bytes from byte {@code at} on. */
    static byte[] bytes(JSObject array, int at, int count) {
        byte[] values = new byte[count];
        int block = Glue.stagingBytes();
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            Glue.bytesOut(array, at + i, address, n);
            unstage(address, values, i, n);
        }
        return values;
    }

    /** The bits in a Uint8Array as floats. */
    static float[] floats(JSObject array) {
        float[] values = new float[Glue.bytesLength(array) >> 2];
        floats(array, 0, values, 0, values.length);
        return values;
    }

    /** The bits from byte {@code at} on as {@code count} floats, to {@code first} and behind it. */
    static void floats(JSObject array, int at, float[] values, int first, int count) {
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < count; i += block) {
            int n = Math.min(block, count - i);
            Glue.bytesOut(array, at + (i << 2), address, n << 2);
            unstage(address, values, first + i, n);
        }
    }

    /** The bits in a Uint8Array as integers. */
    static int[] ints(JSObject array) {
        int[] values = new int[Glue.bytesLength(array) >> 2];
        int block = Glue.stagingBytes() >> 2;
        int address = Glue.stagingAddress();
        for (int i = 0; i < values.length; i += block) {
            int n = Math.min(block, values.length - i);
            Glue.bytesOut(array, i << 2, address, n << 2);
            unstage(address, values, i, n);
        }
        return values;
    }

    private static void stage(float[] values, int from, int count, int address) {
        for (int j = 0; j < count; j++) {
            Address.fromInt(address + (j << 2)).putFloat(values[from + j]);
        }
    }

    private static void stage(int[] values, int from, int count, int address) {
        for (int j = 0; j < count; j++) {
            Address.fromInt(address + (j << 2)).putInt(values[from + j]);
        }
    }

    private static void unstage(int address, byte[] values, int from, int count) {
        Pieces.each(0, count, (start, end) -> {
            for (int j = start; j < end; j++) {
                values[from + j] = Address.fromInt(address + j).getByte();
            }
            return end;
        });
    }

    private static void unstage(int address, float[] values, int from, int count) {
        for (int j = 0; j < count; j++) {
            values[from + j] = Address.fromInt(address + (j << 2)).getFloat();
        }
    }

    private static void unstage(int address, int[] values, int from, int count) {
        for (int j = 0; j < count; j++) {
            values[from + j] = Address.fromInt(address + (j << 2)).getInt();
        }
    }
}
