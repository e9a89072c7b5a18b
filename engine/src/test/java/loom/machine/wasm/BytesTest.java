package loom.machine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesTest {
    @ParameterizedTest
    @CsvSource({"0, 00", "127, 7f", "128, 8001", "624485, e58e26", "-1, ffffffff0f", "-2147483648, 8080808008"})
    void unsignedNumbers(int value, String expected) {
        assertEquals(expected, hex(new Bytes().unsigned(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "63, 3f",
        "64, c000",
        "-1, 7f",
        "-64, 40",
        "-65, bf7f",
        "-123456, c0bb78",
        "2147483647, ffffffff07",
        "-2147483648, 8080808078"
    })
    void signedNumbers(int value, String expected) {
        assertEquals(expected, hex(new Bytes().signed(value)));
    }

    @Test
    void wordsNamesAndSizedParts() {
        Bytes part = new Bytes().word(0x04030201).name("env");
        assertEquals("080102030403656e76", hex(new Bytes().sized(part)));
    }

    private static String hex(Bytes b) {
        return HexFormat.of().formatHex(b.toArray());
    }
}
