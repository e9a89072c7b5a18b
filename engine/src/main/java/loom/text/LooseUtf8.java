package loom.text;

/**
 * UTF-8 that may be broken, as the text of some tokens is: each longest start of a character that is not one becomes U+FFFD (the
 * practice that Unicode and WHATWG recommend, on which libraries differ).
 */
final class LooseUtf8 {
    private LooseUtf8() {}

    static String decode(byte[] b) {
        StringBuilder out = new StringBuilder(b.length);
        int i = 0;
        while (i < b.length) {
            int lead = b[i] & 0xff;
            if (lead < 0x80) {
                out.append((char) lead);
                i++;
                continue;
            }
            int size = lead >= 0xf0 && lead <= 0xf4
                    ? 4
                    : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
            int code = lead & 0x7f >> size;
            int n = 1;
            while (n < size && i + n < b.length && continues(lead, n, b[i + n] & 0xff)) {
                code = code << 6 | b[i + n] & 0x3f;
                n++;
            }
            out.appendCodePoint(size > 1 && n == size ? code : 0xfffd);
            i += n;
        }
        return out.toString();
    }

    private static boolean continues(int lead, int place, int b) {
        int low = place > 1 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int high = place > 1 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return b >= low && b <= high;
    }
}
