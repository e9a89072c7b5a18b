package loom.text;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tokens that are one byte: {@code <0x41>}. A character that has no token can be told by those of its bytes. */
final class ByteTokens {
    private final int[] ids = new int[256];

    ByteTokens(Vocabulary vocabulary) {
        for (int b = 0; b < 256; b++) {
            ids[b] = vocabulary
                    .id("<0x" + Character.toUpperCase(Character.forDigit(b >> 4, 16))
                            + Character.toUpperCase(Character.forDigit(b & 15, 16)) + ">")
                    .orElse(-1);
        }
    }

    /** Adds the tokens of a text's bytes; nothing, if one of them is not there. */
    boolean add(String text, List<Integer> out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (ids[b & 0xff] < 0) {
                return false;
            }
        }
        for (byte b : bytes) {
            out.add(ids[b & 0xff]);
        }
        return true;
    }
}
