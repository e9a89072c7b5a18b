package loom.machine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteOrder;
import java.util.HexFormat;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.Test;

class GraalWasmTest {
    private static final String HEADER = "0061736d01000000";

    @Test
    void runsSimd() {
        // double(x) = lane 1 of splat(x) + splat(x)
        String module = HEADER
                + "01060160017d017d" // type (f32) -> f32
                + "03020100" // one function of that type
                + "070a0106646f75626c650000" // exported as "double"
                + "0a120110002000fd132000fd13fde401fd1f010b";
        try (GraalWasm wasm = new GraalWasm()) {
            Value exports = wasm.exports(HexFormat.of().parseHex(module));
            float result = exports.getMember("double").execute(0.1f).asFloat();
            assertEquals(0x3e4ccccd, Float.floatToRawIntBits(result));
        }
    }

    @Test
    void readsAndWritesAnExportedMemory() {
        String module = HEADER + "0503010001" + "070a01066d656d6f72790200";
        try (GraalWasm wasm = new GraalWasm()) {
            Value memory = wasm.exports(HexFormat.of().parseHex(module)).getMember("memory");
            memory.writeBufferFloat(ByteOrder.LITTLE_ENDIAN, 4, -0.0f);
            assertEquals(0x80000000, memory.readBufferInt(ByteOrder.LITTLE_ENDIAN, 4));
        }
    }

    @Test
    void refusesInvalidBytes() {
        // The body promises an f32 and leaves nothing.
        String module = HEADER + "01060160017d017d" + "03020100" + "0a040102000b";
        try (GraalWasm wasm = new GraalWasm()) {
            assertThrows(
                    PolyglotException.class, () -> wasm.exports(HexFormat.of().parseHex(module)));
        }
    }
}
