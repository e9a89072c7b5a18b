package loom.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes protocol-buffers messages: ONNX files for tests, good and bad ones. */
final class OnnxBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
        return out.toByteArray();
    }

    OnnxBytes raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    OnnxBytes varint(long v) {
        long rest = v;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    OnnxBytes whole(int number, long v) {
        return varint(8L * number).varint(v);
    }

    OnnxBytes real(int number, float v) {
        varint(8L * number + 5);
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(v)
                .array());
        return this;
    }

    OnnxBytes bytes(int number, byte[] v) {
        varint(8L * number + 2).varint(v.length);
        out.writeBytes(v);
        return this;
    }

    OnnxBytes text(int number, String v) {
        return bytes(number, v.getBytes(StandardCharsets.UTF_8));
    }

    OnnxBytes message(int number, Consumer<OnnxBytes> content) {
        OnnxBytes inner = new OnnxBytes();
        content.accept(inner);
        return bytes(number, inner.bytes());
    }

    // ---- ONNX ----

    /** A file of opset 17 with this graph. */
    static OnnxBytes model(Consumer<OnnxBytes> graph) {
        return model(17, graph);
    }

    static OnnxBytes model(int opset, Consumer<OnnxBytes> graph) {
        return new OnnxBytes().whole(1, 8).text(2, "test").message(7, graph).message(8, o -> o.whole(2, opset));
    }

    OnnxBytes node(String op, String[] inputs, String[] outputs, Consumer<OnnxBytes> more) {
        return message(1, n -> {
            for (String i : inputs) {
                n.text(1, i);
            }
            for (String o : outputs) {
                n.text(2, o);
            }
            n.text(3, op + " here").text(4, op);
            more.accept(n);
        });
    }

    /** {@code Op a b -> y}. */
    OnnxBytes node(String line) {
        String[] sides = line.split(" -> ", -1);
        String[] left = sides[0].split(" ", -1);
        return node(left[0], java.util.Arrays.copyOfRange(left, 1, left.length), sides[1].split(" ", -1), n -> {});
    }

    OnnxBytes attribute(String name, int type, Consumer<OnnxBytes> value) {
        return message(5, a -> {
            a.text(1, name);
            value.accept(a);
            a.whole(20, type);
        });
    }

    OnnxBytes wholes(String name, long... values) {
        return attribute(name, 7, a -> {
            for (long v : values) {
                a.whole(8, v);
            }
        });
    }

    /** Dims: numbers, or names. */
    OnnxBytes port(int number, String name, int type, Object... dims) {
        return message(
                number,
                p -> p.text(1, name)
                        .message(
                                2,
                                t -> t.message(
                                        1,
                                        tensor -> tensor.whole(1, type).message(2, s -> {
                                            for (Object d : dims) {
                                                s.message(1, dim -> {
                                                    if (d instanceof String text) {
                                                        dim.text(2, text);
                                                    } else {
                                                        dim.whole(1, ((Number) d).longValue());
                                                    }
                                                });
                                            }
                                        }))));
    }

    OnnxBytes input(String name, Object... dims) {
        return port(11, name, 1, dims);
    }

    OnnxBytes output(String name) {
        return port(12, name, 1);
    }

    OnnxBytes floats(String name, int[] dims, float... values) {
        return message(5, t -> {
            for (int d : dims) {
                t.whole(1, d);
            }
            t.whole(2, 1);
            for (float v : values) {
                t.real(4, v);
            }
            t.text(8, name);
        });
    }

    OnnxBytes longs(String name, int[] dims, long... values) {
        return message(5, t -> {
            for (int d : dims) {
                t.whole(1, d);
            }
            t.whole(2, 7);
            for (long v : values) {
                t.whole(7, v);
            }
            t.text(8, name);
        });
    }
}
