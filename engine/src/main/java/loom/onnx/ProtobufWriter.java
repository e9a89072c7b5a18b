package loom.onnx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a protocol-buffers message: fields are (number, value), in the order of the calls. {@link Protobuf} reads them. */
final class ProtobufWriter {
    private byte[] bytes = new byte[64];
    private int size;

    ProtobufWriter whole(int field, long value) {
        tag(field, Protobuf.VARINT);
        varint(value);
        return this;
    }

    ProtobufWriter real(int field, float value) {
        tag(field, Protobuf.FIXED32);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) {
            put(bits >>> shift);
        }
        return this;
    }

    ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufWriter message(int field, ProtobufWriter value) {
        return bytes(field, value.bytes, value.size);
    }

    ProtobufWriter bytes(int field, byte[] value) {
        return bytes(field, value, value.length);
    }

    private ProtobufWriter bytes(int field, byte[] value, int count) {
        tag(field, Protobuf.BYTES);
        varint(count);
        reserve(count);
        System.arraycopy(value, 0, bytes, size, count);
        size += count;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void tag(int field, int type) {
        varint((long) field << 3 | type);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            put((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        put((int) rest);
    }

    private void put(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    private void reserve(int count) {
        if (count > bytes.length - size) {
            long larger = Math.max(2L * bytes.length, (long) size + count);
            bytes = Arrays.copyOf(bytes, (int) Math.max(Math.min(larger, Integer.MAX_VALUE - 8), size));
        }
    }
}
