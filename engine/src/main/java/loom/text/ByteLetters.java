package loom.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** GPT-2's letter for every byte: printable bytes of Latin-1 stand for themselves, the others for U+0100 and on. */
final class ByteLetters {
    private static final char[] LETTER = new char[256];
    private static final int[] BYTE = new int[512];

    static {
        Arrays.fill(BYTE, -1);
        int others = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
            LETTER[b] = (char) (printable ? b : others++);
            BYTE[LETTER[b]] = b;
        }
    }

    private ByteLetters() {}

    static String of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        char[] letters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            letters[i] = LETTER[bytes[i] & 0xff];
        }
        return new String(letters);
    }

    /** The bytes of letters; of a text with anything else its own bytes in UTF-8. */
    static byte[] bytes(String letters) {
        byte[] bytes = new byte[letters.length()];
        for (int i = 0; i < bytes.length; i++) {
            int b = letters.charAt(i) < BYTE.length ? BYTE[letters.charAt(i)] : -1;
            if (b < 0) {
                return letters.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }
}
