package loom.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The normal forms of Unicode (UAX 15), and small letters, from the tables of {@link UnicodeData}. */
final class UnicodeForms {
    private static final int S_BASE = 0xac00;
    private static final int L_BASE = 0x1100;
    private static final int V_BASE = 0x1161;
    private static final int T_BASE = 0x11a7;
    private static final int L_COUNT = 19;
    private static final int V_COUNT = 21;
    private static final int T_COUNT = 28;
    private static final int S_COUNT = L_COUNT * V_COUNT * T_COUNT;

    private static final Mapping CANONICAL = new Mapping(UnicodeData.CANONICAL);
    private static final Mapping COMPATIBLE = new Mapping(UnicodeData.COMPATIBLE);
    private static final Mapping LOWER = new Mapping(UnicodeData.LOWER);
    private static final Mapping CLASSES = classes();
    private static final long[] PAIRS;
    private static final int[] COMPOSED;

    static {
        Unicode.NumberText t = new Unicode.NumberText(UnicodeData.COMPOSITIONS);
        List<long[]> all = new ArrayList<>();
        int a = 0;
        while (t.more()) {
            a += t.next();
            int b = a + t.nextSigned();
            all.add(new long[] {(long) a << 32 | b, a + t.nextSigned()});
        }
        PAIRS = new long[all.size()];
        COMPOSED = new int[all.size()];
        for (int i = 0; i < PAIRS.length; i++) {
            PAIRS[i] = all.get(i)[0];
            COMPOSED[i] = (int) all.get(i)[1];
        }
    }

    private UnicodeForms() {}

    /** What some characters become. */
    private static final class Mapping {
        private final int[] from;
        private final int[][] to;

        Mapping(String table) {
            Unicode.NumberText t = new Unicode.NumberText(table);
            int[] keys = new int[table.length() / 3];
            int[][] values = new int[keys.length][];
            int count = 0;
            int c = 0;
            while (t.more()) {
                c += t.next();
                int[] v = new int[t.next()];
                for (int i = 0; i < v.length; i++) {
                    v[i] = c + t.nextSigned();
                }
                keys[count] = c;
                values[count++] = v;
            }
            from = Arrays.copyOf(keys, count);
            to = Arrays.copyOf(values, count);
        }

        Mapping(int[] from, int[][] to) {
            this.from = from;
            this.to = to;
        }

        /** The place of a character, or a negative number. */
        int find(int c) {
            return from.length == 0 || c < from[0] ? -1 : Arrays.binarySearch(from, c);
        }
    }

    private static Mapping classes() {
        Unicode.NumberText t = new Unicode.NumberText(UnicodeData.CLASSES);
        int[] keys = new int[UnicodeData.CLASSES.length() / 2];
        int[][] values = new int[keys.length][];
        int count = 0;
        int c = 0;
        while (t.more()) {
            c += t.next();
            keys[count] = c;
            values[count++] = new int[] {t.next()};
        }
        return new Mapping(Arrays.copyOf(keys, count), Arrays.copyOf(values, count));
    }

    private static int classOf(int c) {
        int i = CLASSES.find(c);
        return i < 0 ? 0 : CLASSES.to[i][0];
    }

    static String lower(String s) {
        int[] in = Unicode.codePoints(s);
        StringBuilder b = new StringBuilder(s.length());
        for (int c : in) {
            int i = LOWER.find(c);
            if (i < 0) {
                b.appendCodePoint(c);
            } else {
                for (int l : LOWER.to[i]) {
                    b.appendCodePoint(l);
                }
            }
        }
        return b.toString();
    }

    /** NFD or, if {@code compatible}, NFKD. */
    static String decompose(String s, boolean compatible) {
        return text(decomposed(s, compatible));
    }

    /** NFC or NFKC. */
    static String compose(String s, boolean compatible) {
        return isPlain(s) ? s : text(composed(decomposed(s, compatible)));
    }

    /** Nothing below U+00A0 decomposes or composes with its like. */
    private static boolean isPlain(String s) {
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) >= 0xa0) {
                return false;
            }
        }
        return true;
    }

    private static String text(int... characters) {
        StringBuilder b = new StringBuilder(characters.length);
        for (int c : characters) {
            b.appendCodePoint(c);
        }
        return b.toString();
    }

    private static int[] decomposed(String s, boolean compatible) {
        int[] out = new int[s.length() + 16];
        int n = 0;
        int i = 0;
        while (i < s.length()) {
            int c = s.codePointAt(i);
            i += Character.charCount(c);
            out = n + 32 > out.length ? Arrays.copyOf(out, 2 * out.length) : out;
            n = decompose(c, compatible, out, n);
        }
        int[] all = Arrays.copyOf(out, n);
        order(all);
        return all;
    }

    private static int decompose(int c, boolean compatible, int[] out, int n) {
        int s = c - S_BASE;
        if (s >= 0 && s < S_COUNT) {
            out[n++] = L_BASE + s / (V_COUNT * T_COUNT);
            out[n++] = V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT;
            if (s % T_COUNT > 0) {
                out[n++] = T_BASE + s % T_COUNT;
            }
            return n;
        }
        int k = compatible ? COMPATIBLE.find(c) : -1;
        int i = k < 0 ? CANONICAL.find(c) : -1;
        if (k < 0 && i < 0) {
            out[n++] = c;
            return n;
        }
        for (int d : k >= 0 ? COMPATIBLE.to[k] : CANONICAL.to[i]) {
            out[n++] = d;
        }
        return n;
    }

    /** Marks between two starters by rising class; those of one class stay in order. */
    private static void order(int... c) {
        for (int i = 1; i < c.length; i++) {
            int k = classOf(c[i]);
            if (k == 0) {
                continue;
            }
            int v = c[i];
            int j = i;
            while (j > 0 && classOf(c[j - 1]) > k) {
                c[j] = c[j - 1];
                j--;
            }
            c[j] = v;
        }
    }

    private static int[] composed(int... in) {
        int[] out = new int[in.length];
        int n = 0;
        int starter = -1;
        int lastClass = 0;
        for (int c : in) {
            int k = classOf(c);
            boolean adjacent = starter == n - 1;
            if (starter >= 0 && (adjacent || lastClass < k)) {
                int both = pair(out[starter], c);
                if (both >= 0) {
                    out[starter] = both;
                    continue;
                }
            }
            if (k == 0) {
                starter = n;
            }
            lastClass = k;
            out[n++] = c;
        }
        return Arrays.copyOf(out, n);
    }

    private static int pair(int a, int b) {
        int l = a - L_BASE;
        int v = b - V_BASE;
        if (l >= 0 && l < L_COUNT && v >= 0 && v < V_COUNT) {
            return S_BASE + (l * V_COUNT + v) * T_COUNT;
        }
        int s = a - S_BASE;
        int t = b - T_BASE;
        if (s >= 0 && s < S_COUNT && s % T_COUNT == 0 && t > 0 && t < T_COUNT) {
            return a + t;
        }
        int i = Arrays.binarySearch(PAIRS, (long) a << 32 | b);
        return i < 0 ? -1 : COMPOSED[i];
    }
}
