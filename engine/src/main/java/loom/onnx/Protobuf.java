package loom.onnx;

import java.nio.charset.StandardCharsets;
import loom.format.ModelException;
import loom.format.ModelException.Code;

/**
 * The fields of one protocol-buffers message, in the order of the bytes. Nothing is copied, and no length is believed before it has
 * been compared with the bytes there are.
 */
final class Protobuf {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    /** Messages inside each other: graphs in attributes of graphs. */
    private static final int MAX_DEPTH = 40;

    private static final String[] WIRE = {"a varint", "8 bytes", "bytes", "?", "?", "4 bytes"};

    private final String file;
    private final String path;
    private final byte[] bytes;
    private final int end;
    private final int depth;
    private int at;

    private int number;
    private int wire;
    private long value;
    /** Of the bytes of a field. */
    private int start;

    private int stop;

    private Protobuf(String file, String path, byte[] bytes, int start, int end, int depth) {
        this.file = file;
        this.path = path;
        this.bytes = bytes;
        this.at = start;
        this.end = end;
        this.depth = depth;
        if (depth > MAX_DEPTH) {
            throw error(Code.LIMIT, "more than " + MAX_DEPTH + " messages inside each other", "");
        }
    }

    static Protobuf of(String file, byte[] bytes) {
        return new Protobuf(file, "$", bytes, 0, bytes.length, 0);
    }

    String file() {
        return file;
    }

    String path() {
        return path;
    }

    /** Goes to the next field; false at the end of the message. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = varint();
        wire = (int) (tag & 7);
        if (tag >>> 3 == 0 || tag >>> 3 >= 1 << 29) {
            throw error(
                    Code.SYNTAX,
                    "byte " + at + " ends a tag with field number " + (tag >>> 3),
                    "is this an ONNX file?");
        }
        number = (int) (tag >>> 3);
        switch (wire) {
            case VARINT -> value = varint();
            case FIXED64 -> value = fixed(8);
            case FIXED32 -> value = fixed(4);
            case BYTES -> {
                long length = varint();
                if (length < 0 || length > end - at) {
                    throw error(
                            Code.SYNTAX,
                            "field " + number + " is "
                                    + (length < 0 ? "more than 2^63" : Long.toString(length)) + " bytes long, but only "
                                    + (end - at) + " are left",
                            "is the file complete?");
                }
                start = at;
                at += (int) length;
                stop = at;
            }
            default -> throw error(Code.SYNTAX, "field " + number + " has wire type " + wire, "is this an ONNX file?");
        }
        return true;
    }

    int number() {
        return number;
    }

    // ---- the field's value ----

    long whole() {
        expect(VARINT);
        return value;
    }

    float real() {
        expect(FIXED32);
        return Float.intBitsToFloat((int) value);
    }

    String text() {
        expect(BYTES);
        String text = new String(bytes, start, stop - start, StandardCharsets.UTF_8);
        // The decoder puts a replacement character where bytes are wrong.
        if (text.indexOf('\ufffd') >= 0) {
            throw error(Code.SYNTAX, "field " + number + " is not UTF-8", "");
        }
        return text;
    }

    /** A copy. */
    byte[] bytes() {
        expect(BYTES);
        byte[] copy = new byte[stop - start];
        System.arraycopy(bytes, start, copy, 0, copy.length);
        return copy;
    }

    /** The field as a message; {@code name} is what it is called in paths. */
    Protobuf message(String name) {
        expect(BYTES);
        return new Protobuf(file, path + "." + name, bytes, start, stop, depth + 1);
    }

    /** Numbers of a repeated field, which come packed or one by one, added to {@code list}. */
    void wholes(Longs list) {
        if (wire == VARINT) {
            list.add(value);
            return;
        }
        Protobuf packed = message("packed");
        while (packed.at < packed.end) {
            list.add(packed.varint());
        }
    }

    /** As {@link #wholes}; the bits of numbers of {@code size} bytes. */
    void fixeds(Longs list, int size) {
        if (wire == (size == 4 ? FIXED32 : FIXED64)) {
            list.add(value);
            return;
        }
        Protobuf packed = message("packed");
        while (packed.at < packed.end) {
            list.add(packed.fixed(size));
        }
    }

    private void expect(int type) {
        if (wire != type) {
            throw error(Code.SYNTAX, "field " + number + ": expected " + WIRE[type] + ", found " + WIRE[wire], "");
        }
    }

    // ---- bytes ----

    private long varint() {
        long v = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw error(Code.SYNTAX, "ends inside a number", "is the file complete?");
            }
            byte b = bytes[at++];
            v |= (b & 0x7fL) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    break;
                }
                return v;
            }
        }
        throw error(Code.SYNTAX, "a number of more than 64 bits", "is this an ONNX file?");
    }

    private long fixed(int size) {
        if (size > end - at) {
            throw error(Code.SYNTAX, "ends inside a number", "is the file complete?");
        }
        long v = 0;
        for (int i = 0; i < size; i++) {
            v |= (bytes[at++] & 0xffL) << 8 * i;
        }
        return v;
    }

    ModelException error(Code code, String problem, String hint) {
        return new ModelException(code, file, path, "", problem, hint);
    }

    /** A list of longs that grows with what is there. */
    static final class Longs {
        private long[] values = new long[4];
        private int size;

        void add(long v) {
            if (size == values.length) {
                values = java.util.Arrays.copyOf(values, 2 * size);
            }
            values[size++] = v;
        }

        int size() {
            return size;
        }

        long get(int i) {
            return values[i];
        }

        long[] toArray() {
            return java.util.Arrays.copyOf(values, size);
        }
    }
}
