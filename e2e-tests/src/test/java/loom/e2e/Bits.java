package loom.e2e;

import java.util.Base64;
import java.util.HexFormat;
import loom.format.FloatBytes;

/** Values on their way between test and page: as bits, never as decimals. */
final class Bits {
    /** The page's side: {@code floats(base64)} and {@code hex(array)}, eight digits a value. */
    static final String TOOLS = """
            const floats = (base64) => new Float32Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
            const hex = (array) => Array.from(new Uint32Array(array.buffer, array.byteOffset, array.length),
                (b) => b.toString(16).padStart(8, '0')).join('');
            const described = ({name, code, message, layer, path, hint, file}) =>
                ({name, code, message, layer, path, hint, file});
            """;

    private Bits() {}

    static String base64(float[] values) {
        return Base64.getEncoder().encodeToString(FloatBytes.bytes(values));
    }

    static String hex(float[] values) {
        StringBuilder text = new StringBuilder(8 * values.length);
        for (float value : values) {
            text.append(HexFormat.of().toHexDigits(Float.floatToRawIntBits(value)));
        }
        return text.toString();
    }
}
