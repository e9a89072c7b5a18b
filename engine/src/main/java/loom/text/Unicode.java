package loom.text;

import java.util.Arrays;

/**
 * What characters are. The tables are of {@link UnicodeData}: libraries of the JVM and the browser know different versions of Unicode, and
 * ids must not depend on them.
 */
final class Unicode {
    /** General categories, in the order of the table. */
    private static final String NAMES = "LuLlLtLmLoMnMcMeNdNlNoPcPdPsPePiPfPoSmScSkSoZsZlZpCcCfCsCoCn";

    private static final Runs CATEGORIES = new Runs(UnicodeData.CATEGORIES);

    private Unicode() {}

    /** Numbers as {@link UnicodeData} has them. */
    static final class NumberText {
        private final String text;
        private int at;

        NumberText(String text) {
            this.text = text;
        }

        boolean more() {
            return at < text.length();
        }

        int next() {
            int n = 0;
            while (true) {
                char c = text.charAt(at++);
                if (c >= '0' && c <= '9') {
                    return n << 5 | c - '0';
                }
                if (c >= 'a') {
                    return n << 5 | c - 'a' + 10;
                }
                n = n << 5 | (c >= 'A' ? c - 'A' : 26 + "!#$%&(".indexOf(c));
            }
        }

        int nextSigned() {
            int n = next();
            return (n & 1) == 0 ? n >> 1 : -(n + 1 >> 1);
        }
    }

    /** What each character is, given for runs of them: how many, and what. */
    static final class Runs {
        /** First characters of the runs. */
        private final int[] starts;

        private final byte[] kinds;
        /** Of the characters up to U+FFFF, for speed. */
        private final byte[] basic = new byte[1 << 16];

        Runs(String table) {
            NumberText t = new NumberText(table);
            int[] from = new int[table.length()];
            byte[] what = new byte[from.length];
            int runs = 0;
            int at = 0;
            while (t.more()) {
                int count = t.next();
                byte kind = (byte) t.next();
                from[runs] = at;
                what[runs++] = kind;
                if (at < basic.length) {
                    Arrays.fill(basic, at, Math.min(basic.length, at + count), kind);
                }
                at += count;
            }
            starts = Arrays.copyOf(from, runs);
            kinds = Arrays.copyOf(what, runs);
        }

        int of(int c) {
            if (c < basic.length) {
                return basic[c];
            }
            int i = Arrays.binarySearch(starts, c);
            return kinds[i >= 0 ? i : -i - 2];
        }
    }

    /** The characters of a text. */
    static int[] codePoints(String text) {
        int[] all = new int[text.length()];
        int count = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(all[count++])) {
            all[count] = text.codePointAt(i);
        }
        return Arrays.copyOf(all, count);
    }

    /** One bit for each category that has this name or starts with this letter; 0 for none. */
    static int categories(String name) {
        int bits = 0;
        for (int i = 0; i < NAMES.length(); i += 2) {
            if (NAMES.startsWith(name, i) && name.length() <= 2) {
                bits |= 1 << i / 2;
            }
        }
        return name.isEmpty() ? 0 : bits;
    }

    static int categoryOf(int c) {
        return CATEGORIES.of(c);
    }

    /** Whether the category of {@code c} is among these, a bit each. */
    static boolean isAny(int c, int categories) {
        return (categories >>> categoryOf(c) & 1) == 1;
    }

    static boolean isSpace(int c) {
        return c >= 9 && c <= 13
                || c == ' '
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200a
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /** A set of characters. */
    static final class CharSet {
        /** Where characters of the set begin, where they end, and so on. */
        private final int[] borders;

        CharSet(String table) {
            NumberText t = new NumberText(table);
            int[] all = new int[table.length()];
            int count = 0;
            int at = 0;
            while (t.more()) {
                at += t.next();
                all[count++] = at;
            }
            borders = Arrays.copyOf(all, count);
        }

        boolean has(int c) {
            int i = Arrays.binarySearch(borders, c);
            return i >= 0 ? i % 2 == 0 : (-i - 1) % 2 == 1;
        }
    }

    /** {@code \w} of Oniguruma, in patterns that a tokenizer brings. */
    static final CharSet WORDS = new CharSet(UnicodeData.WORDS);

    /** {@code \w} of Rust, in parts of tokenizers that have a pattern of their own. */
    static final CharSet RUST_WORDS = new CharSet(UnicodeData.RUST_WORDS);

    static final CharSet PUNCTUATION = new CharSet(UnicodeData.PUNCTUATION);
    static final CharSet NUMBERS = new CharSet(UnicodeData.NUMBERS);
    static final CharSet CLEANED = new CharSet(UnicodeData.CLEANED);
    static final CharSet BERT_MARKS = new CharSet(UnicodeData.BERT_MARKS);
    static final CharSet MARKS = new CharSet(UnicodeData.MARKS);
}
