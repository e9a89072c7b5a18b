package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The examples of the format's own description, and its corner cases. */
class ProtobufWriterTest {
    @Test
    void wholeNumbers() {
        assertThat(hex(new ProtobufWriter().whole(1, 150))).isEqualTo("089601");
        assertThat(hex(new ProtobufWriter().whole(1, 0))).isEqualTo("0800");
        assertThat(hex(new ProtobufWriter().whole(20, -1))).isEqualTo("a001ffffffffffffffffff01");
    }

    @Test
    void text() {
        assertThat(hex(new ProtobufWriter().text(2, "testing"))).isEqualTo("120774657374696e67");
    }

    @Test
    void messagesInside() {
        assertThat(hex(new ProtobufWriter().message(3, new ProtobufWriter().whole(1, 150))))
                .isEqualTo("1a03089601");
    }

    private static String hex(ProtobufWriter message) {
        return HexFormat.of().formatHex(message.toBytes());
    }
}
