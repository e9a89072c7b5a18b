package loom.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of one protocol-buffers message, in the order of the bytes. */
final class ProtobufReader {
    /**
     * A field. Numbers are in {@code bits} (a varint, or the bits of a fixed-length one), everything else in {@code bytes}.
     */
    record Field(int number, long bits, byte[] bytes) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        float real() {
            return Float.intBitsToFloat((int) bits);
        }

        List<Field> message() {
            return fields(bytes);
        }
    }

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer in;

    private ProtobufReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static List<Field> fields(byte[] message) {
        ProtobufReader r = new ProtobufReader(message);
        List<Field> fields = new ArrayList<>();
        while (r.in.hasRemaining()) {
            fields.add(r.field());
        }
        return fields;
    }

    /** Numbers of a repeated field, which come packed or one by one. */
    static List<Long> varints(Field field) {
        if (field.bytes().length == 0) {
            return List.of(field.bits());
        }
        ProtobufReader r = new ProtobufReader(field.bytes());
        List<Long> values = new ArrayList<>();
        while (r.in.hasRemaining()) {
            values.add(r.varint());
        }
        return values;
    }

    /** As {@link #varints}, for f32. */
    static List<Float> reals(Field field) {
        if (field.bytes().length == 0) {
            return List.of(field.real());
        }
        ProtobufReader r = new ProtobufReader(field.bytes());
        List<Float> values = new ArrayList<>();
        while (r.in.hasRemaining()) {
            values.add(r.in.getFloat());
        }
        return values;
    }

    /** A field of text. */
    static String text(List<Field> message, int number) {
        return message.stream()
                .filter(f -> f.number() == number)
                .findFirst()
                .orElseThrow()
                .text();
    }

    private Field field() {
        long tag = varint();
        int number = (int) (tag >>> 3);
        return switch ((int) (tag & 7)) {
            case VARINT -> new Field(number, varint(), new byte[0]);
            case FIXED64 -> new Field(number, in.getLong(), new byte[0]);
            case FIXED32 -> new Field(number, in.getInt(), new byte[0]);
            case BYTES -> {
                byte[] bytes = new byte[Math.toIntExact(varint())];
                in.get(bytes);
                yield new Field(number, 0, bytes);
            }
            default -> throw new IllegalArgumentException("wire type " + (tag & 7) + " of field " + number);
        };
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint of more than 64 bits");
    }
}
