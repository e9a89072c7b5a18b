package loom.format;

/** Hexadecimal digits. */
final class Hex {
    private static final String DIGITS = "0123456789abcdef";

    private Hex() {}

    /** Value of a digit, or -1. */
    static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    /** The lowest {@code digits} digits of a word. */
    static String of(int word, int digits) {
        StringBuilder b = new StringBuilder(digits);
        for (int i = digits - 1; i >= 0; i--) {
            b.append(DIGITS.charAt(word >>> 4 * i & 15));
        }
        return b.toString();
    }
}
