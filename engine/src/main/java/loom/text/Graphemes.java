package loom.text;

/**
 * Extended grapheme clusters (UAX 29): what people see as one character. Pairs of regional indicators, flags, are not told from others: nothing
 * here depends on it.
 */
final class Graphemes {
    private static final int CONTROL = 1;
    /** Extends a cluster and stands between joined consonants. */
    private static final int EXTEND = 2;
    /** Extends a cluster. */
    private static final int APART = 3;
    /** Extends a cluster and joins consonants. */
    private static final int LINKER = 4;

    private static final int SPACING = 5;
    private static final int PREPEND = 6;
    private static final int PICTURE = 7;
    private static final int CONSONANT = 8;
    private static final int HANGUL_L = 9;
    private static final int HANGUL_V = 10;
    private static final int HANGUL_T = 11;
    private static final int HANGUL_LV = 12;
    private static final int HANGUL_LVT = 13;
    private static final int JOINER = 14;

    private static final Unicode.Runs KINDS = new Unicode.Runs(UnicodeData.CLUSTERS);

    private Graphemes() {}

    private static int kind(int c) {
        if (c == 0x200d) {
            return JOINER;
        }
        if (c >= 0xac00 && c < 0xd7a4) {
            return (c - 0xac00) % 28 == 0 ? HANGUL_LV : HANGUL_LVT;
        }
        return KINDS.of(c);
    }

    /** Where the cluster ends that starts at {@code from}. */
    static int end(int[] text, int from) {
        int before = kind(text[from]);
        boolean picture = before == PICTURE;
        boolean consonant = before == CONSONANT;
        boolean linked = false;
        for (int i = from + 1; i < text.length; i++) {
            int now = kind(text[i]);
            boolean joined = picture && before == JOINER && now == PICTURE || consonant && linked && now == CONSONANT;
            boolean isLineEnd = text[i - 1] == '\r' && text[i] == '\n';
            if (!joined && !isLineEnd && !joins(before, now)) {
                return i;
            }
            picture = now == PICTURE || picture && before != JOINER && (extend(now) || now == JOINER);
            linked = now == LINKER || linked && (now == EXTEND || now == JOINER);
            consonant = now == CONSONANT || consonant && (now == EXTEND || now == LINKER || now == JOINER);
            before = now;
        }
        return text.length;
    }

    private static boolean extend(int kind) {
        return kind == EXTEND || kind == APART || kind == LINKER;
    }

    private static boolean joins(int before, int now) {
        if (before == CONTROL || now == CONTROL) {
            return false;
        }
        return extend(now) || now == JOINER || now == SPACING || before == PREPEND || isSyllable(before, now);
    }

    private static boolean isSyllable(int before, int now) {
        return switch (before) {
            case HANGUL_L -> now == HANGUL_L || now == HANGUL_V || now == HANGUL_LV || now == HANGUL_LVT;
            case HANGUL_LV, HANGUL_V -> now == HANGUL_V || now == HANGUL_T;
            case HANGUL_LVT, HANGUL_T -> now == HANGUL_T;
            default -> false;
        };
    }
}
